"""Entries of an administrator's own over those of the data files: the same form, the same checks. Pure.

Only what a county or the province sets for itself can be laid over: texts of notices, windows, partner banks. The rules of
the notice stay in their files, and a case keeps the edition that it began with.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from string import Formatter
from typing import Any

from backend.catalogue import build
from backend.catalogue.entries import Bank, Catalogue, Notice, Window
from backend.catalogue.reading import CatalogueError, Entry, Mapped
from backend.catalogue.windows import window
from backend.locale.text import Joined, Text

NOTICES, WINDOWS, BANKS = "notices", "windows", "banks"
#: What readers of English get for an entry that no translation knows.
ENGLISH = "en"
#: The first version of a notice's own texts: below are those of the file.
OWN_VERSIONS = 1000
#: Words by which carriers stop a message as one about money, and anything that looks like a link.
NOT_IN_SMS = ("银行", "卡号", "账号", "账户", "转账", "汇款", "打款", "贷款", "http", "www", ".com", ".cn", "链接", "点击")
WINDOW_TEXTS = ("name", "address", "phone", "tax_office", "police_station")

CODE = re.compile(r"[a-z][a-z0-9_]{1,23}")

type Content = Mapping[str, Any]


def lay_over(
    catalogue: Catalogue, entries: Mapping[tuple[str, str], Content], failed: Callable[[str, str, CatalogueError], None]
) -> Catalogue:
    """The catalogue with these entries (by kind and code) in the place of its own.

    One that does not fit any more, since the files changed, is left out and told to `failed`.
    """
    made: dict[str, dict[str, Any]] = {
        NOTICES: dict(catalogue.notices),
        WINDOWS: dict(catalogue.windows),
        BANKS: dict(catalogue.banks),
    }
    for (kind, code), content in entries.items():
        try:
            made[kind][code] = BUILD[kind](catalogue, code, content)
        except CatalogueError as error:
            failed(kind, code, error)
    laid = replace(catalogue, notices=made[NOTICES], windows=made[WINDOWS], banks=made[BANKS])
    return _with_banks(laid) if laid.banks != catalogue.banks else laid


def _with_banks(catalogue: Catalogue) -> Catalogue:
    """What was made from the list of banks, anew: what a question may be answered with, and answers that name them all."""
    fields = {
        name: replace(field, values=tuple(catalogue.banks)) if field.codes == BANKS else field
        for name, field in catalogue.fields.items()
    }
    named = Joined([bank.name for bank in catalogue.partner_banks.values()])
    faq = {code: replace(entry, answer=_naming(entry.answer, named)) for code, entry in catalogue.faq.items()}
    return replace(catalogue, fields=fields, faq=faq)


def _naming(answer: Text, banks: Joined) -> Text:
    return replace(answer, params={**answer.params, "banks": banks}) if "banks" in answer.params else answer


def notice(catalogue: Catalogue, code: str, content: Content) -> Notice:
    """A notice with other words: what it is about, and which places can be filled, stay the file's. Raises CatalogueError."""
    own = catalogue.notices.get(code)
    if own is None:
        raise CatalogueError(f"{NOTICES}: {code}: the file has no such notice.")
    entry = _entry(code, {name: value for name, value in content.items() if name not in ("number", ENGLISH)})
    chat, sms = entry.text("chat"), entry.text("sms", optional=True)
    entry.done()
    if bool(sms) != (own.sms is not None):
        raise entry.fail("sms", "whether an SMS is sent is the file's to say.")
    english: Mapping[str, str] = content.get(ENGLISH) or {}
    named: set[str] = set()
    for source in (chat, sms, english.get("chat", ""), english.get("sms", "")):
        try:
            named |= build.places(source)
            if any(spec or conversion for _, _, spec, conversion in Formatter().parse(source)):
                raise ValueError("a place is its name alone")
        except ValueError as error:
            raise entry.fail("chat", f"braces do not match: {error}.") from None
    if unknown := named - set(own.params):
        raise entry.fail("params", f"nothing is known for {', '.join(sorted(unknown))}; there is {', '.join(own.params)}.")
    if word := next((word for word in NOT_IN_SMS if word in sms), None):
        raise entry.fail("sms", f"an SMS that says {word!r} is stopped by carriers.")
    if english.get("sms") and not english["sms"].startswith(("【{window}】", "[{window}]")):
        raise entry.fail("sms", "an SMS opens with 【{window}】.")
    params = tuple(name for name in own.params if name in named)
    shape = {"kind": own.kind, "version": OWN_VERSIONS + int(content["number"]), "params": list(params), "chat": chat}
    # With the places of the Chinese words alone the file's own check is the one that is made.
    chinese = {**shape, "params": sorted(build.places(chat) | build.places(sms)), **({"sms": sms} if sms else {})}
    made = build.notice(code, _entry(code, chinese))
    return replace(made, params=params, section=own.section, english=dict(english))


def window_of(catalogue: Catalogue, code: str, content: Content) -> Window:
    """A window as an administrator or its county wrote it. Raises CatalogueError."""
    entry = _entry(code, {name: value for name, value in content.items() if name not in ("number", ENGLISH)})
    made = window(code, entry)
    entry.done()
    if made.county not in catalogue.counties:
        raise entry.fail("county", f"county {made.county!r} is not in counties.csv as a place of settlement.")
    other = next((each for each in catalogue.windows.values() if each.county == made.county and each.code != code), None)
    if other is not None:
        raise entry.fail("county", f"county {made.county!r} has a window already: {other.code}.")
    english: Mapping[str, str] = content.get(ENGLISH) or {}
    texts: dict[str, Any] = {
        name: Text(getattr(made, name).source, {}, {"en": english[name]}) for name in WINDOW_TEXTS if english.get(name)
    }
    for name in WINDOW_TEXTS:
        if "{" in getattr(made, name).source or "{" in english.get(name, ""):
            raise entry.fail(name, "braces have a meaning here; leave them out.")
    return replace(made, **texts)


def bank(catalogue: Catalogue, code: str, content: Content) -> Bank:
    """A bank as an administrator wrote it. Raises CatalogueError."""
    if not CODE.fullmatch(code):
        raise CatalogueError(f"{BANKS}: {code}: expected a code of at most 24 small letters, figures and underscores.")
    entry = _entry(code, {name: value for name, value in content.items() if name not in ("number", "offered", ENGLISH)})
    made = build.bank(code, entry)
    entry.done()
    words = {made.short, made.name.source, *made.aliases}
    for other in catalogue.banks.values():
        if other.code != code and (both := words & {other.short, other.name.source, *other.aliases}):
            raise entry.fail("aliases", f"{min(both)!r} means {other.name.source} already.")
    if any("{" in word for word in words):
        raise entry.fail("name", "braces have a meaning here; leave them out.")
    english = content.get(ENGLISH)
    name = replace(made.name, others={"en": english}) if english else made.name
    return replace(made, name=name, offered=bool(content.get("offered", True)))


#: Makes an entry of each kind, with the checks of its file.
BUILD: Mapping[str, Callable[[Catalogue, str, Content], Any]] = {NOTICES: notice, WINDOWS: window_of, BANKS: bank}


def _entry(code: str, content: Content) -> Entry:
    return Entry(code, _mapped(content), _mapped({}), code)


def _mapped(content: Content) -> Mapped:
    """As if it had been read from a file; there are no lines to name."""
    made = Mapped({name: _mapped(value) if isinstance(value, Mapping) else value for name, value in content.items()})
    made.file, made.line, made.lines = Path("override"), 1, {}
    return made
