"""Which police station an address belongs to (notice 三(五), our reading)."""

from __future__ import annotations

from dataclasses import dataclass, field

import pytest

from backend.departments.areas import is_area, unit_for


@dataclass
class Station:
    """A unit, as the rule sees it."""

    name: str
    areas: list[str] = field(default_factory=list)
    is_default: bool = False


COUNTY = Station("county", is_default=True)
EAST = Station("east", ["示例东街道", "甲镇"])
TOWN = Station("town", ["甲镇乙村"])
UNITS = (COUNTY, EAST, TOWN)


@pytest.mark.parametrize(
    ("address", "name"),
    [
        ("福州市示例区示例东街道示例路1号", "east"),
        ("示例东街道 示例路1号", "east"),
        ("示例区 甲镇 示例路2号", "east"),
        ("示例甲镇2号", "east"),  # the county's name without 区
        ("示例区甲镇乙村3号", "town"),  # both are named: the longest counts
        ("示例区示例西街道示例路1号", "county"),
        ("示例区城甲镇1号", "county"),  # another name that only ends alike
        ("", "county"),
    ],
)
def test_the_station_follows_from_the_address_else_the_default(address: str, name: str) -> None:
    found = unit_for(UNITS, address, ("示例区", "示例"))
    assert found is not None and found.name == name
    backwards = unit_for(UNITS[::-1], address, ("示例区", "示例"))
    assert backwards is found


def test_of_two_names_of_one_length_the_one_written_first_counts() -> None:
    first, second = Station("first", ["甲镇"]), Station("second", ["乙村"])
    for units in ((first, second), (second, first)):
        assert unit_for(units, "示例区甲镇乙村1号") is first


def test_without_a_default_nobody_has_what_no_area_is_named_for() -> None:
    assert unit_for([EAST], "示例西街道1号") is None
    assert unit_for([], "示例东街道1号") is None


@pytest.mark.parametrize("name", ["示例街道", "示例镇", "示例乡", "示例农场", "示例开发区"])
def test_a_full_name_is_an_area(name: str) -> None:
    assert is_area(name)


@pytest.mark.parametrize("name", ["", "镇", "示例", "示例镇1号", "示例 镇", "Example镇", "示例镇\n", "示" * 19 + "镇"])
def test_anything_else_is_none(name: str) -> None:
    assert not is_area(name)
