"""What a sentence says, all of it, in one place: for the conversation, the window, and `guitu parse`. Pure.

Every value carries the characters that said it, so that a piece of text is used once: 邮寄 that answers how the booklet is
to be had is not also an answer to the pending question.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any

from backend.catalogue.entries import Catalogue
from backend.interview.checks import check_bank_card, check_id_number, check_mobile
from backend.interview.reading import situation
from backend.interview.reading.choosing import Choosing, read_choosing
from backend.interview.reading.corrections import correction_cue, is_replaced, named_fields, new_value
from backend.interview.reading.delivery import Delivery, deliveries
from backend.interview.reading.found import Found, cut
from backend.interview.reading.lexicon import Lexicon, lexicon
from backend.interview.reading.normalise import normalise
from backend.interview.reading.number_kinds import Number
from backend.interview.reading.numbers import find_numbers
from backend.interview.reading.people import named_person
from backend.interview.reading.places import Place, find_places
from backend.interview.reading.selection import Selection
from backend.interview.reading.service_dates import service_dates
from backend.interview.reading.vocabulary import asked, negated, plain_yes_no

__all__ = ["Facts", "Found", "read_facts"]


@dataclass(frozen=True)
class Facts:
    """What one sentence says. A field that it does not say is None.

    matters            what it chooses, by name or in so many words; None when matters are only mentioned (社保卡要多久)
    bare_numbers       the text is nothing but figures: it chooses matters only where it answers which
    matter_mentions    codes of all matters that it names, in the notice's order
    discharge_month, enlist_month   "YYYY-MM", or "YYYY" for a year alone
    county             county code · county_options: the codes it may be, when a city alone or an ambiguous name was said
    deliveries         collect or mail for the booklet, the card, or (thing "") for whatever is to be delivered
    id_number, bank_card, mobile    checked values · numbers: every long number, also those that fail their check
    denied             (field, value) that it denies without saying what holds instead: 我不是义务兵
    is_correction      something said before is to be changed · names_field: the field that is named, if any
    field_candidates   all fields that the name may mean, the likeliest first (地址: home, or where something is sent)
    new_value          what was typed to stand in place of the old value (改成…), in any spelling; not yet checked
    yes                True or False when the text is a plain yes or no and nothing else
    """

    text: str
    matters: Found[Selection] | None = None
    bare_numbers: bool = False
    matter_mentions: tuple[str, ...] = ()
    bank: Found[str] | None = None
    deliveries: tuple[Found[Delivery], ...] = ()
    county: Found[str] | None = None
    county_options: Found[tuple[str, ...]] | None = None
    enlist_place: Found[str] | None = None
    soldier_kind: Found[str] | None = None
    political_status: Found[str] | None = None
    discharge_month: Found[str] | None = None
    enlist_month: Found[str] | None = None
    self_employed: Found[bool] | None = None
    handed_over: Found[bool] | None = None
    local_household: Found[bool] | None = None
    education: Found[str] | None = None
    name: Found[str] | None = None
    id_number: Found[str] | None = None
    bank_card: Found[str] | None = None
    mobile: Found[str] | None = None
    numbers: tuple[Found[Number], ...] = ()
    denied: tuple[Found[tuple[str, str]], ...] = ()
    is_correction: bool = False
    names_field: Found[str] | None = None
    field_candidates: tuple[str, ...] = ()
    new_value: str | None = None
    yes: bool | None = None

    @property
    def wants_matters(self) -> bool:
        """True when matters are chosen, False when they are only spoken of or not at all."""
        return self.matters is not None

    @property
    def delivery(self) -> str | None:
        """The one way that is said for whatever is to be delivered; None when it differs from thing to thing, or none is said."""
        ways = {found.value.way for found in self.deliveries}
        return ways.pop() if len(ways) == 1 else None

    def fields(self) -> dict[str, Found[Any]]:
        """What is said of fields of a draft, by field code; without matters and deliveries, which hang on the draft."""
        found: dict[str, Found[Any] | None] = {name: getattr(self, name) for name in _FIELDS}
        return {name: value for name, value in {**found, "card_bank": self.bank}.items() if value is not None}

    def spans(self) -> list[tuple[int, int]]:
        """The characters that are used up by what was understood."""
        found = [value for value in vars(self).values() if isinstance(value, Found) and value is not self.names_field]
        return [(one.start, one.end) for one in (*found, *self.deliveries, *self.numbers, *self.denied)]

    def rest(self) -> str:
        """The text without what was understood."""
        return "".join(character for character in cut(self.text, self.spans()) if character != "\0")


_FIELDS = (
    *(
        "discharge_month",
        "county",
        "soldier_kind",
        "self_employed",
        "handed_over",
        "local_household",
        "political_status",
        "name",
    ),
    *("id_number", "enlist_month", "enlist_place", "education", "mobile", "bank_card"),
)


def read_facts(text: str, catalogue: Catalogue, today: date) -> Facts:
    """What `text` says. `today` fixes what 去年 means."""
    words = lexicon(catalogue)
    numbers = tuple(find_numbers(text))
    plain = cut(normalise(text), [(number.start, number.end) for number in numbers])
    person = named_person(text)
    if person:
        plain = cut(plain, [(person.start, person.end)])
    discharged, enlisted = service_dates(plain, today)
    kind, status = situation.soldier_kind(plain), situation.political_status(plain)
    ways = deliveries(plain)
    county, options, joined_from, denied_county = _counties(find_places(plain, words))
    if joined_from:
        joined_from = Found(catalogue.counties[joined_from.value].full_name, joined_from.start, joined_from.end)
    bank = _bank(plain, words, bool(numbers))
    self_employed = situation.self_employed(plain).value
    local, handed = situation.local_household(plain).value, situation.handed_over(plain).value
    used: list[Found[Any] | None] = [discharged, enlisted, county, options, joined_from, bank, local, handed, *ways]
    choosing = read_choosing(cut(plain, [(one.start, one.end) for one in used if one]), words)
    correction = correction_cue(plain)
    values = [discharged, enlisted, local, handed, self_employed, bank, *ways]
    named = named_fields(cut(plain, [(one.start, one.end) for one in values if one]))
    return Facts(
        text=text,
        matters=choosing.chosen,
        bare_numbers=choosing.bare,
        matter_mentions=choosing.mentions,
        bank=bank,
        deliveries=tuple(ways),
        county=county,
        county_options=options,
        enlist_place=joined_from,
        soldier_kind=kind.value,
        political_status=_own_status(plain, status.value, choosing),
        discharge_month=discharged,
        enlist_month=enlisted,
        self_employed=_truth(self_employed if not _in_matter(self_employed, choosing) else None),
        handed_over=_truth(handed),
        local_household=_truth(local),
        education=_education(plain, words),
        name=person,
        id_number=_checked(numbers, "id", check_id_number),
        bank_card=_checked(numbers, "card", check_bank_card),
        mobile=_checked(numbers, "mobile", check_mobile),
        numbers=numbers,
        denied=(*_denied("soldier_kind", kind), *_denied("political_status", status), *denied_county),
        is_correction=correction is not None,
        names_field=Found(named.value[0], named.start, named.end) if named else None,
        field_candidates=named.value if named else (),
        new_value=new_value(normalise(text), text, named) if correction else None,
        yes=plain_yes_no(plain),
    )


def _counties(
    places: list[Found[Place]],
) -> tuple[Found[str] | None, Found[tuple[str, ...]] | None, Found[str] | None, tuple[Found[tuple[str, str]], ...]]:
    """(county, what it may be, county of enlistment, denied counties)."""
    enlisted = next((p for p in places if p.value.role == "enlist" and len(p.value.codes) == 1), None)
    denied = tuple(
        Found(("county", p.value.codes[0]), p.start, p.end) for p in places if p.value.denied and len(p.value.codes) == 1
    )
    meant = [p for p in places if p.value.role == "county" and not p.value.denied and p.value.codes]
    # Of several the one that is said to be where they settle; else the last, for a correction comes last.
    meant = [p for p in meant if p.value.settled] or meant
    clear = [p for p in meant if len(p.value.codes) == 1]
    county = Found(clear[-1].value.codes[0], clear[-1].start, clear[-1].end) if clear else None
    options = Found(meant[-1].value.codes, meant[-1].start, meant[-1].end) if meant and not clear else None
    where = Found(enlisted.value.codes[0], enlisted.start, enlisted.end) if enlisted else None
    return county, options, where, denied


def _bank(plain: str, words: Lexicon, with_number: bool) -> Found[str] | None:
    """The partner bank that is chosen. 建行卡 beside a number is that number's; 6222…，建行 names the bank by itself."""
    # 工商 is a bank where nothing else is said.
    alone = [bank for bank in words.bare_banks.find(plain) if bank.end - bank.start == len(plain.strip(" 。.吧的"))]
    mentions = alone or [
        bank for bank in words.banks.find(plain) if not negated(plain, bank.start) and not asked(plain, bank.start, bank.end)
    ]
    if len({bank.value for bank in mentions}) > 1:
        mentions = [bank for bank in mentions if not is_replaced(plain, bank.start, bank.end)]
    if with_number and "社保卡" not in plain:
        mentions = [bank for bank in mentions if _by_itself(plain, bank)]
    codes = {bank.value for bank in mentions}
    if not mentions:
        return None
    last = mentions[-1]
    if len(codes) > 1 and not correction_cue(plain) and not _OWN_CHOICE.search(plain[: last.start]):
        return None
    return Found(last.value[0], last.start, last.end) if len(last.value) == 1 else None


# 我妈说办建行，我还是要农行: of several the one that is one's own choice.
_OWN_CHOICE = re.compile(r"[，,。;；\s]我(?:自己|还是|就|最后|决定|想)*(?:要|选|用|办)\s*$")
#: Before a bank's name: it is chosen, and does not only say whose card it is.
CHOOSES = re.compile(r"(?:换成|改成|换|改|选|用|要)\s*$")


def _by_itself(plain: str, found: Found[tuple[str, ...]]) -> bool:
    """True for a word before or after the number with nothing but signs around it."""
    before, after = plain[: found.start], plain[found.end :]
    behind = re.search(r"\0[\s，,。;；、]*$", before) and re.match(r"[\s，,。;；、!！]*(?:吧|就行|$)", after)
    ahead = not before.strip() and re.fullmatch(r"[\s，,。;；、]+\0+[\s，,。;；、!！]*", after)
    chosen = CHOOSES.search(before) and re.match(r"(?:银行)?(?:吧)?[\s，,。;；、!！]", after)
    return bool(behind or ahead or chosen)


_CLAUSE_END = re.compile(r"[，,。;；!！\n]")


def _education(plain: str, words: Lexicon) -> Found[str] | None:
    """A level of education that the sentence says is one's own; 大学 alone may be where somebody studies."""
    mentions = [
        level
        for level in words.education.find(plain)
        if not negated(plain, level.start) and not asked(plain, level.start, level.end)
    ]
    if len({level.value for level in mentions}) != 1:
        return None
    level = mentions[0]
    before, after = _CLAUSE_END.split(plain[: level.start])[-1], _CLAUSE_END.split(plain[level.end :])[0]
    around = before[-6:] + " " + after[:4]
    certain = re.search(r"学历|文化|毕业|文凭|读[的到完]|^\s*$", around) or level.end - level.start == len(plain.strip())
    return Found(level.value[0], level.start, level.end) if certain and len(level.value) == 1 else None


def _checked(numbers: tuple[Found[Number], ...], kind: str, check: Callable[[str], Any]) -> Found[str] | None:
    for number in reversed(numbers):
        if number.value.kind == kind:
            value = check(number.value.digits).value
            if value is not None:
                return Found(value, number.start, number.end)
    return None


def _truth(found: Found[str] | None) -> Found[bool] | None:
    return Found(found.value == "yes", found.start, found.end) if found else None


def _in_matter(found: Found[str] | None, choosing: Choosing) -> bool:
    """自主就业 within the official name of a matter says nothing of the person."""
    return found is not None and any(
        span[0] < found.end and found.start < span[1] for span in choosing.spans if span[1] - span[0] > 6
    )


def _own_status(plain: str, found: Found[str] | None, choosing: Choosing) -> Found[str] | None:
    """都不是 and 都没 answer which party or league only where one of the two is spoken of, or nothing else is said."""
    if found is None or found.value != "none" or re.search(r"党|团|群众|member", plain):
        return found
    return found if len(plain.strip(" 。.，,啊的呢")) <= found.end - found.start + 2 else None


def _denied(field: str, said: situation.Said) -> tuple[Found[tuple[str, str]], ...]:
    return tuple(Found((field, one.value), one.start, one.end) for one in said.denied if said.value is None)
