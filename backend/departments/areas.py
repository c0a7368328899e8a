"""Which of a department's units in a county does the work: the one whose area the address names, else the county's default. Pure.

Our reading of notice 三(五): the police station follows from the settlement address.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Sequence
from typing import Protocol

#: 乡镇、街道, and what stands in their place or below them.
_AREA = re.compile(r"[\u3400-\u9fff]{1,18}(?:街道|镇|乡|区|场|村)")
#: An area's name begins where a larger one ends: 东街道 is not named in 城东街道.
_ENDS = tuple("省市县区镇乡道")


class Serving(Protocol):
    """A unit, as far as the choice is concerned."""

    areas: list[str]
    is_default: bool


def is_area(name: str) -> bool:
    """True for the name of a 乡镇, a 街道 or the like."""
    return _AREA.fullmatch(name) is not None


def unit_for[Unit: Serving](units: Sequence[Unit], address: str, county_names: Collection[str] = ()) -> Unit | None:
    """The unit whose area the address names, by the longest name; else the default; None where there is neither.

    `county_names` are those that an address may leave 县 or 区 away from. Between two names of one length the first written wins.
    """
    written = re.sub(r"\s+", "", address)
    found = [
        (-len(area), place, index)
        for index, unit in enumerate(units)
        for area in unit.areas
        if (place := _named(written, area, county_names)) is not None
    ]
    if found:
        return units[min(found)[2]]
    return next((unit for unit in units if unit.is_default), None)


def _named(address: str, area: str, county_names: Iterable[str]) -> int | None:
    """Where an address names an area; None where it does not."""
    ends = (*_ENDS, *county_names)
    for match in re.finditer(f"(?={re.escape(area)})", address):
        if match.start() == 0 or address[: match.start()].endswith(ends):
            return match.start()
    return None
