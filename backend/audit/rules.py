"""What the list of an auditor holds, and how pages of it follow each other. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from backend.errors import GuituError

LOOK, REFUSAL, CASE, ACCOUNT, SETTING, TEXT, CALENDAR, TALK, FILE = (
    "look",
    "refusal",
    "case",
    "account",
    "setting",
    "text",
    "calendar",
    "talk",
    "file",
)
#: The records, in the order in which those of one instant stand.
SOURCES = (LOOK, REFUSAL, CASE, ACCOUNT, SETTING, TEXT, CALENDAR, TALK, FILE)
EXPORT = "export"
#: What can be asked for → the records that hold it.
KINDS: Mapping[str, tuple[str, ...]] = {
    LOOK: (LOOK,),
    REFUSAL: (REFUSAL,),
    CASE: (CASE,),
    TALK: (TALK,),
    ACCOUNT: (ACCOUNT,),
    SETTING: (SETTING, TEXT, CALENDAR),
    EXPORT: (CASE, FILE, SETTING),
}
#: What of the settings' record takes data out of the house.
EXPORTS_OF_SETTINGS = ("export_audit",)


@dataclass(frozen=True)
class Entry:
    """One line: when, who, what, on what.

    source, id    which record holds it · actor: as the record names them
    command       the record's own word · case_number, county: where there is one
    about         the name of what it was done to · data: what else the record says
    """

    source: str
    id: int | str
    at: datetime
    actor: str
    command: str
    case_number: str | None = None
    county: str | None = None
    about: str = ""
    data: Mapping[str, Any] = field(default_factory=dict)

    @property
    def place(self) -> tuple[datetime, int]:
        """Where it stands among others: instant, then record."""
        return self.at, SOURCES.index(self.source)


@dataclass(frozen=True)
class Asked:
    """Which entries: whatever is given has to agree. since, until: from, and before. after: the last one seen.

    who   a user's name, a unit's id, or as the record names them (`unit:u_…`) · kind: of KINDS
    """

    who: str | None = None
    kind: str | None = None
    case_number: str | None = None
    county: str | None = None
    since: datetime | None = None
    until: datetime | None = None
    after: tuple[datetime, int, int | str] | None = None
    limit: int = 50

    @property
    def actors(self) -> list[str | None]:
        """What the records may call whoever was asked for; None: nobody in particular."""
        if self.who is None:
            return [None]
        if ":" in self.who or self.who == "system":
            return [self.who]
        kinds = ("unit:{}", "unit:{}?") if self.who.startswith("u_") else ("staff:{}", "cli:{}")
        return [kind.format(self.who) for kind in kinds]

    @property
    def sources(self) -> tuple[str, ...]:
        """The records that can hold what is asked for."""
        found = KINDS[self.kind] if self.kind else SOURCES
        if self.case_number is not None:
            found = tuple(source for source in found if source in (LOOK, REFUSAL, CASE))
        return found


def write_cursor(entry: Entry) -> str:
    """Where the next page begins."""
    return f"{entry.at.isoformat()}~{SOURCES.index(entry.source)}~{entry.id}"


def read_cursor(given: str) -> tuple[datetime, int, int | str] | None:
    """As `write_cursor` wrote it; None for none. Raises GuituError for anything else."""
    if not given:
        return None
    moment, _, rest = given.partition("~")
    source, _, last = rest.partition("~")
    try:
        at = datetime.fromisoformat(moment.replace(" ", "+"))
        rank = int(source) if source.isascii() and source.isdigit() and len(source) < 3 else -1
        if at.tzinfo is None or not 0 <= rank < len(SOURCES) or not 0 < len(last) <= 32:
            raise ValueError(given)
        if SOURCES[rank] == FILE:
            return at, rank, last
        return at, rank, int(last) if last.isascii() and last.isdigit() and len(last) < 16 else -1
    except ValueError:
        raise GuituError("这一页的地址不对，请从第一页重新翻。", code="bad_cursor") from None
