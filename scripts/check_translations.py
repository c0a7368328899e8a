"""Every source text is translated, with the same places, and nothing else is in a translation. Root environment."""

from __future__ import annotations

import re
import sys

from babel.messages.catalog import Catalog

from scripts.texts import LANGUAGES, read, source_texts, translation_file

PLACE = re.compile(r"\{(\w*)\}")


def problems(language: str, sources: Catalog, translation: Catalog) -> list[str]:
    """What is wrong with one translation: a line each, empty when it is complete."""
    found = []
    wanted = {message.id for message in sources if message.id}
    for message in translation:
        if message.id and message.id not in wanted:
            found.append(f"{language}: no longer said anywhere, run `make texts`: {message.id}")
    for source in sorted(wanted, key=str):
        entry = translation.get(source)
        if entry is None:
            found.append(f"{language}: not collected yet, run `make texts`: {source}")
        elif not entry.string:
            found.append(f"{language}: not translated: {source}")
        elif entry.fuzzy:
            found.append(f"{language}: marked fuzzy, check it and remove the mark: {source}")
        elif sorted(set(PLACE.findall(str(source)))) != sorted(set(PLACE.findall(str(entry.string)))):
            found.append(f"{language}: other {{places}} than in the source: {source}")
    return found


def main() -> int:
    """Exit status 0 when every translation is complete, else 1 with a line for each problem."""
    sources = source_texts()
    found: list[str] = []
    for language in LANGUAGES:
        file = translation_file(language)
        if file.exists():
            found += problems(language, sources, read(file, language))
        else:
            found.append(f"{language}: {file} is missing: run `make texts`")
    for line in found:
        print(line)
    print(f"{len(sources)} source texts, {len(found)} problems")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
