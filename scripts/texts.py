"""`make texts`: collect the Chinese source texts (babel.cfg says where from) into each translation. Root environment.

Line numbers are left out and entries sorted, so that a translation only changes where a text does. Nothing is guessed from
similar texts: a changed source is untranslated until somebody translates it.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.pofile import read_po

from scripts.console import ROOT

LOCALE = ROOT / "backend" / "locale"
DOMAIN = "guitu"
SOURCE_LANGUAGE = "zh_Hans_CN"
LANGUAGES = ("en",)


def _babel(*arguments: str | Path) -> None:
    command = [sys.executable, "-m", "babel.messages.frontend", "--quiet", *map(str, arguments)]
    subprocess.run(command, cwd=ROOT, check=True)


def extract(template: Path) -> None:
    """Write every source text to `template`."""
    keywords = ("-k", "T", "-k", "Text")
    _babel("extract", "-F", "babel.cfg", *keywords, "--no-location", "--sort-output", "--project", "guitu", "-o", template, ".")


def source_texts() -> Catalog:
    """Every source text that the code, the catalogue and the templates hold now."""
    with tempfile.TemporaryDirectory() as folder:
        template = Path(folder) / "guitu.pot"
        extract(template)
        return read(template)


def translation_file(language: str) -> Path:
    """Where the translation of `language` lies."""
    return LOCALE / language / "LC_MESSAGES" / f"{DOMAIN}.po"


def read(path: Path, language: str | None = None) -> Catalog:
    """A .po or .pot file."""
    with path.open("rb") as file:
        return read_po(file, locale=language)


def main() -> int:
    """Bring every translation up to the sources; what is no longer said goes."""
    with tempfile.TemporaryDirectory() as folder:
        template = Path(folder) / "guitu.pot"
        extract(template)
        for language in LANGUAGES:
            target = translation_file(language)
            if not target.exists():
                target.parent.mkdir(parents=True, exist_ok=True)
                _babel("init", "-i", template, "-o", target, "-l", language)
            options = ("--no-fuzzy-matching", "--ignore-obsolete", "--ignore-pot-creation-date", "--no-wrap")
            _babel("update", "-i", template, "-o", target, "-l", language, *options)
            open_texts = [message for message in read(target, language) if message.id and not message.string]
            print(f"{target.relative_to(ROOT)}: {len(open_texts)} texts to translate")
    return 0


if __name__ == "__main__":
    sys.exit(main())
