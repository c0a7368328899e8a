"""From entries of the data files to the catalogue's values, each checked where it stands."""

from __future__ import annotations

import re
from collections.abc import Mapping
from string import Formatter
from typing import Any, cast

from backend.catalogue.conditions import CONDITIONS, PAPER_CONDITIONS
from backend.catalogue.entries import (
    Bank,
    ClockStart,
    Department,
    EducationLevel,
    FaqEntry,
    Material,
    Matter,
    Notice,
    Path,
)
from backend.catalogue.reading import Entry, Mapped
from backend.locale.text import Text

#: The matters of notice 一, in its order. Every one must be in matters.yml; others may follow under numbers of their own.
MATTER_CODES = (
    "report_in",
    "training_survey",
    "local_subsidy",
    "household_restoration",
    "pension_enrolment",
    "pension_transfer",
    "annuity_transfer",
    "medical_enrolment",
    "medical_transfer",
    "social_card",
    "party_league",
)
#: The materials of notice 二(二). Every one must be in materials.yml; others may follow.
MATERIAL_COUNT = 13
CLOCK_STARTS = ("originals", "push", "funds_verified", "bank_chosen", "approved", "funds_arrived")
POLITICAL_STATUSES = ("party", "probationary", "league", "party_and_league", "none")
SOLDIER_KINDS = ("conscript", "sergeant")
PRODUCTS = ("booklet", "card")
GROUPS = ("have", "get")
WINDOW_PLACES = frozenset({"window_name", "window_address", "window_phone", "window_hours"})
_CODE = re.compile(r"[a-z][a-z0-9_]{0,31}")
_LINK = re.compile(r"://|https?|www\.|\.(?:com|cn)\b", re.IGNORECASE)


def places(source: str) -> set[str]:
    """The names of the places of a text. Raises ValueError for braces that do not match."""
    return {name for _, name, _, _ in Formatter().parse(source) if name is not None}


def _optional(entry: Entry, key: str) -> Text | None:
    source = entry.text(key, optional=True)
    return Text(source) if source else None


def matter(code: str, entry: Entry) -> Matter:
    """One of notice 一, or one of a county's own."""
    number = _matter_number(code, entry)
    days = entry.number("limit_days", optional=True)
    clock_start = cast(ClockStart, entry.choice("clock_start", CLOCK_STARTS))
    if (days is None) != (clock_start == "funds_arrived"):
        raise entry.fail("limit_days", "only a matter whose clock_start is funds_arrived has no limit_days.")
    open_to = entry.choice("open_to", ("anyone", "self_employed", "member"))
    closed_why = _optional(entry, "closed_why")
    if (closed_why is None) != (open_to == "anyone"):
        raise entry.fail("closed_why", "closed_why is for matters that are not open to anyone, and only for them.")
    recommended = entry.choice("recommended", frozenset(CONDITIONS))
    voluntary = entry.flag("voluntary")
    if voluntary and recommended != "never":
        raise entry.fail("recommended", "a voluntary matter is never preselected; expected never.")
    product = entry.choice("product", PRODUCTS) if "product" in entry.data else None
    together = entry.text("with", optional=True) or None
    waiting = entry.text("waiting", optional=True)
    return Matter(
        code=code,
        number=number,
        name=Text(entry.text("name")),
        short=Text(entry.text("short")),
        aliases=entry.texts("aliases"),
        department=entry.text("department"),
        limit_days=days,
        clock_start=clock_start,
        section=entry.text("section"),
        limit_section=entry.text("limit_section"),
        voluntary=voluntary,
        required=entry.flag("required"),
        open_to=open_to,
        recommended=recommended,
        why=Text(entry.text("why")),
        closed_why=closed_why,
        what_it_is=Text(entry.text("what_it_is")),
        after=Text(entry.text("after")),
        holder=Text(entry.text("holder")),
        waiting=_filled(entry, "waiting", waiting, {"days": days}) if waiting else None,
        product=product,
        with_matter=together,
        paths=_paths(entry),
        asks=entry.texts("asks"),
        tells=entry.texts("tells"),
    )


def _matter_number(code: str, entry: Entry) -> int:
    number = entry.number("number") or 0
    if code in MATTER_CODES and number != MATTER_CODES.index(code) + 1:
        raise entry.fail("number", f"number is {number}; the notice gives it {MATTER_CODES.index(code) + 1}.")
    if code not in MATTER_CODES:
        if number <= len(MATTER_CODES):
            raise entry.fail(
                "number",
                f"number {number} is that of {MATTER_CODES[number - 1]} in the notice; expected {len(MATTER_CODES) + 1} on.",
            )
        if not _CODE.fullmatch(code):
            raise entry.fail(None, "expected a code of at most 32 small letters, figures and underscores.")
        if entry.data.get("clock_start") == "originals":
            raise entry.fail("clock_start", "originals is for what is done at check-in: reporting in and the survey.")
    return number


def _filled(entry: Entry, key: str, source: str, known: Mapping[str, Any]) -> Text:
    """A text whose places are all known, filled."""
    try:
        wanted = places(source)
    except ValueError as error:
        raise entry.fail(key, f"{key}: braces do not match: {error}.") from None
    unknown = sorted(wanted - known.keys())
    if unknown:
        raise entry.fail(key, f"{key}: unknown place {{{unknown[0]}}}; expected one of {', '.join(sorted(known))}.")
    return Text(source, {name: known[name] for name in sorted(wanted)})


def _paths(entry: Entry) -> dict[str, Path]:
    body = entry.mapping("paths")
    found = {}
    for code, data in (body or {}).items():
        own = Entry(f"{entry.what}, path {code}", data, cast(Mapped, body), code)
        found[code] = Path(
            code=code,
            name=Text(own.text("name")),
            department=own.text("department"),
            members=own.codes("members", POLITICAL_STATUSES),
            organisation_field=own.choice("organisation_field", ("party_organisation", "league_organisation")),
            after=Text(own.text("after")),
        )
        own.done()
    return found


def material(code: str, entry: Entry, matters: tuple[str, ...]) -> Material:
    """One of notice 二(二), or one of a county's own. `matters`: the codes of matters.yml."""
    if not code.isdecimal() or code != str(int(code)) or int(code) < 1:
        raise entry.fail(
            None, f'a material is called by its number: "1" to "{MATERIAL_COUNT}" in the notice, others after them.'
        )
    original = entry.raw("original")
    if original not in (True, False, "either"):
        raise entry.fail("original", f"original must be true, false or either, not {original!r}.")
    used_by = matters if entry.data.get("used_by") == "all" else entry.codes("used_by", matters)
    if entry.data.get("used_by") == "all":
        entry.raw("used_by")
    blocks = entry.codes("blocks", matters)
    if not used_by or not set(blocks) <= set(used_by):
        raise entry.fail("blocks", "used_by names at least one matter, and blocks only matters of used_by.")
    variants: Mapping[str, str] = entry.mapping("variants") or {}
    if not set(variants) <= set(SOLDIER_KINDS):
        raise entry.fail("variants", f"variants are by kind of soldier: {', '.join(SOLDIER_KINDS)}.")
    return Material(
        number=int(code),
        name=Text(entry.text("name")),
        short=Text(entry.text("short")),
        aliases=entry.texts("aliases"),
        original=original,
        condition=entry.choice("condition", PAPER_CONDITIONS),
        used_by=used_by,
        blocks=blocks,
        issuer=Text(entry.text("issuer")),
        why=Text(entry.text("why")),
        why_lacking=Text(entry.text("why_lacking")),
        in_pre_review=entry.flag("in_pre_review"),
        group=entry.choice("group", GROUPS),
        section=entry.text("section"),
        variants={kind: Text(name) for kind, name in variants.items()},
        kept_for=entry.codes("kept_for", used_by),
        exact_for=entry.codes("exact_for", used_by),
        exact_name=_optional(entry, "exact_name"),
    )


def department(code: str, entry: Entry) -> Department:
    """One that does matters, or that provides the funds."""
    return Department(code, Text(entry.text("name")), Text(entry.text("short")), entry.texts("aliases"))


def bank(code: str, entry: Entry) -> Bank:
    """A partner bank."""
    prefixes = entry.texts("prefixes")
    if not all(prefix.isdigit() for prefix in prefixes):
        raise entry.fail("prefixes", "prefixes are first digits of cards, in quotation marks.")
    return Bank(code, entry.text("short"), Text(entry.text("name")), entry.texts("aliases"), entry.texts("bare"), prefixes)


def education_level(code: str, entry: Entry) -> EducationLevel:
    """A level of education."""
    return EducationLevel(code, Text(entry.text("name")), entry.texts("aliases"))


def notice(code: str, entry: Entry) -> Notice:
    """What is told when something happens."""
    kind = entry.choice("kind", ("result", "reminder"))
    params = entry.texts("params")
    chat, sms = entry.text("chat"), entry.text("sms", optional=True)
    try:
        wanted = places(chat) | places(sms)
    except ValueError as error:
        raise entry.fail("chat", f"braces do not match: {error}.") from None
    if wanted != set(params):
        wrong = ", ".join(sorted(wanted ^ set(params)))
        raise entry.fail("params", f"params and the places of chat and sms differ: {wrong}.")
    if sms and not sms.startswith("【{window}】"):
        raise entry.fail("sms", "an SMS opens with 【{window}】.")
    if _LINK.search(sms):
        raise entry.fail("sms", "an SMS holds no link: carriers stop it, and veterans are warned of such.")
    return Notice(
        id=code,
        kind="result" if kind == "result" else "reminder",
        version=entry.number("version") or 1,
        chat=chat,
        sms=sms or None,
        params=params,
        section=entry.text("section", optional=True),
    )


#: The questions that others are a kind of.
WIDER = frozenset({"materials", "where", "time_limit", "transfer_what", "overdue", "privacy", "unsure"})


def faq_entry(code: str, entry: Entry, known: Mapping[str, Any], matters: Mapping[str, Matter]) -> FaqEntry:
    """The answer to a question, its places filled from the catalogue."""
    at_window = entry.text("at_window", optional=True)
    if at_window:
        _filled(entry, "at_window", at_window, {**known, **dict.fromkeys(WINDOW_PLACES, "")})
        if not places(at_window) <= WINDOW_PLACES:
            raise entry.fail("at_window", f"expected only the places {', '.join(sorted(WINDOW_PLACES))}.")
    own_words = entry.data.get("by_matter") in ("matters", "after")
    if own_words:
        what = entry.raw("by_matter")
        by_matter = {name: one.after if what == "after" else one.what_it_is for name, one in matters.items()}
    else:
        body: Mapping[str, str] = entry.mapping("by_matter") or {}
        unknown = next((name for name in body if name not in matters), None)
        if unknown:
            raise entry.fail("by_matter", f"by_matter: {unknown!r} is no matter.")
        by_matter = {name: _filled(entry, "by_matter", source, known) for name, source in body.items()}
    answer = _filled(entry, "answer", entry.text("answer"), known)
    section, kind_of = entry.text("section", optional=True), entry.text("kind_of", optional=True)
    if kind_of and kind_of not in WIDER:
        raise entry.fail("kind_of", f"kind_of: expected one of {', '.join(sorted(WIDER))}, not {kind_of!r}.")
    return FaqEntry(code, answer, section, by_matter, at_window or None, own_words, kind_of or None)
