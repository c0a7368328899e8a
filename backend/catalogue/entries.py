"""What the catalogue holds, as frozen values. What a person reads is a Text; names of places are str."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import time
from typing import Any, Literal

from backend.catalogue.counties import County
from backend.locale.text import T, Text

ClockStart = Literal["originals", "push", "funds_verified", "bank_chosen", "approved", "funds_arrived"]


@dataclass(frozen=True)
class Path:
    """One of the two ways of party_league. `members`: the political statuses that take it. # notice 三(十)"""

    code: str
    name: Text
    department: str
    members: tuple[str, ...]
    organisation_field: str
    after: Text


@dataclass(frozen=True)
class Matter:
    """One of the eleven matters (notice 一), or one that a county added.

    number       1 to 11 the notice's own, 12 on others · limit_days: working days, None where the notice sets none # notice 四
    clock_start  what starts the limit · open_to: condition code of who may apply for it · closed_why: said to the others
    voluntary    never preselected without being asked · recommended: condition code of whom it is preselected for
    after        what the veteran has to do, or what happens, once it is done · product: booklet or card, if one is delivered
    paths        the ways of party_league by code, else empty · what_it_is: said when asked what the matter is
    asks         fields that whoever chose it is asked · tells: fields that its department is told
    """

    code: str
    number: int
    name: Text
    short: Text
    aliases: tuple[str, ...]
    department: str
    limit_days: int | None
    clock_start: ClockStart
    section: str
    limit_section: str
    voluntary: bool
    required: bool
    open_to: str
    recommended: str
    why: Text
    closed_why: Text | None
    what_it_is: Text
    after: Text
    holder: Text
    waiting: Text | None
    product: str | None
    with_matter: str | None
    paths: Mapping[str, Path]
    asks: tuple[str, ...] = ()
    tells: tuple[str, ...] = ()


@dataclass(frozen=True)
class Material:
    """One of the thirteen materials (notice 二(二)), or one that a county added.

    original   True: the original; False: the notice does not ask for the original; "either": one of two papers does
    condition  always, handed_over, not_local or matters (as soon as a matter of used_by is chosen)
    used_by    matter codes · blocks: those of them that cannot be dispatched without it
    kept_for   those of them for which the original stays with the office; it is given back at once otherwise
    group      code of the everyday group it is listed under · variants: names by kind of soldier, where they differ
    exact_for  matters for which only `exact_name` will do
    """

    number: int
    name: Text
    short: Text
    aliases: tuple[str, ...]
    original: bool | Literal["either"]
    condition: str
    used_by: tuple[str, ...]
    blocks: tuple[str, ...]
    issuer: Text
    why: Text
    why_lacking: Text
    in_pre_review: bool
    group: str
    section: str
    variants: Mapping[str, Text] = field(default_factory=dict)
    kept_for: tuple[str, ...] = ()
    exact_for: tuple[str, ...] = ()
    exact_name: Text | None = None

    def short_for(self, matters: Collection[str]) -> Text:
        """What these matters want, in few words: the one of two papers where only that one will do."""
        exact = self.exact_name if matters and set(matters) <= set(self.exact_for) else None
        return exact or self.short


@dataclass(frozen=True)
class Department:
    """Who does matters. `name` as the notice says it; `short` as a veteran does."""

    code: str
    name: Text
    short: Text
    aliases: tuple[str, ...]


@dataclass(frozen=True)
class Bank:
    """A partner bank. # notice 四(六)

    bare      words that name it only in answer to the question which bank (建设, 交通: elsewhere they are streets and trades)
    prefixes  first digits of its cards, advice only, never a reason to refuse
    offered   whether it can be chosen; one that is a partner no more keeps its name for the cases that chose it
    """

    code: str
    short: str
    name: Text
    aliases: tuple[str, ...]
    bare: tuple[str, ...]
    prefixes: tuple[str, ...]
    offered: bool = True


@dataclass(frozen=True)
class EducationLevel:
    """A level of education as the roster has it."""

    code: str
    name: Text
    aliases: tuple[str, ...]


@dataclass(frozen=True)
class Appointments:
    """How a window takes appointments: each so many minutes, so many people at once, so many days ahead."""

    minutes: int
    places: int
    days_ahead: int


@dataclass(frozen=True)
class Window:
    """A county's 综合窗口. `hours` as shown; `sessions` the same as times; `signature` opens its SMS. Configuration.

    `appointments` is None where nobody needs one.
    """

    code: str
    county: str
    name: Text
    signature: str
    address: Text
    phone: Text
    hours: str
    sessions: tuple[tuple[time, time], ...]
    tax_office: Text
    police_station: Text
    appointments: Appointments | None = None


@dataclass(frozen=True)
class Notice:
    """What is told when something happens. `kind`: a result is always sent, a reminder can be refused.

    `chat` and `sms` are sources with places; `params` names every place. `sms` is None where no SMS is sent.
    `english`: `chat` and `sms` for readers of English, where they are an administrator's and no translation knows them.
    """

    id: str
    kind: Literal["result", "reminder"]
    version: int
    chat: str
    sms: str | None
    params: tuple[str, ...]
    section: str
    english: Mapping[str, str] = field(default_factory=dict)

    def chat_text(self, params: Mapping[str, Any]) -> Text:
        """The chat message with its places filled."""
        return Text(self.chat, params, self._others("chat"))

    def sms_text(self, params: Mapping[str, Any]) -> Text | None:
        """The SMS with its places filled; None where none is sent."""
        return Text(self.sms, params, self._others("sms")) if self.sms is not None else None

    def _others(self, channel: str) -> Mapping[str, str]:
        return {"en": self.english[channel]} if self.english.get(channel) else {}


@dataclass(frozen=True)
class FaqEntry:
    """The answer to one question. `section` is empty where the notice is silent, and the answer says so.

    `answer` has its places filled from the catalogue already. `by_matter`: said instead when the question is about one
    matter, `own_words`: in the matter's own. `at_window`: said instead when the county is known and has a window; places window_name, window_address,
    window_phone, window_hours. `kind_of`: the wider question that it is one of, None where there is none.
    """

    code: str
    answer: Text
    section: str
    by_matter: Mapping[str, Text] = field(default_factory=dict)
    at_window: str | None = None
    own_words: bool = False
    kind_of: str | None = None

    @property
    def source(self) -> Text | None:
        """“（依据：通知三（五））”, or None where the notice is silent."""
        return T("（依据：通知{section}）", section=self.section) if self.section else None


@dataclass(frozen=True)
class Field:
    """One answer of the draft: what it may be.

    kind    yes_no (true or false), choice (one of `values`), several (a list of them), text, number
    values  what it may be, None where it is free · codes: the list of the catalogue that they are from, if any
    words   of each choice that can be pressed: what means it · check: name of its check, None where anything goes
    asked   condition code of who is asked it; None where a rule or a matter asks it
    """

    name: str
    kind: str
    label: Text
    values: tuple[Any, ...] | None
    codes: str | None
    words: Mapping[str, tuple[str, ...]]
    check: str | None
    optional: bool
    asked: str | None


@dataclass(frozen=True)
class Catalogue:
    """The whole catalogue. Mappings are in the notice's order, fields in that of asking.

    version   12 hex digits of the data files' content · edition: of the rule files' alone, which a case keeps
    """

    version: str
    edition: str
    matters: Mapping[str, Matter]
    materials: Mapping[int, Material]
    groups: Mapping[str, Text]
    departments: Mapping[str, Department]
    banks: Mapping[str, Bank]
    education: Mapping[str, EducationLevel]
    counties: Mapping[str, County]
    windows: Mapping[str, Window]
    notices: Mapping[str, Notice]
    faq: Mapping[str, FaqEntry]
    questions: Mapping[str, Any]
    fields: Mapping[str, Field]

    @property
    def partner_banks(self) -> Mapping[str, Bank]:
        """The banks that can be chosen."""
        return {code: bank for code, bank in self.banks.items() if bank.offered}

    def notice(self, event: str, matter: str | None = None, variant: str | None = None) -> Notice:
        """The notice for an event: the most particular of event_matter_variant, event_matter, event. KeyError if none is."""
        names = ["_".join(part for part in parts if part) for parts in ((event, matter, variant), (event, matter), (event,))]
        found = next((name for name in names if name in self.notices), None)
        if found is None:
            raise KeyError(f"no notice for {' or '.join(dict.fromkeys(names))}")
        return self.notices[found]

    def window_of(self, county: str | None) -> Window | None:
        """The county's window; None where none is configured."""
        return next((window for window in self.windows.values() if window.county == county), None)

    def signature_of(self, county: str | None) -> str:
        """What stands between 【】 in an SMS of that county."""
        window = self.window_of(county)
        if window is not None:
            return window.signature
        return f"{self.counties[county].short}退役军人窗口" if county and county in self.counties else "退役军人窗口"
