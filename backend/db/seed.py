"""The demonstration's examples, visibly so (示例): units with simulated departments, and accounts of staff.

The example windows are part of the catalogue (backend/catalogue/data/windows.yml) and need no row.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from backend.applications.actor import SYSTEM
from backend.departments.seed import seed_examples as seed_units
from backend.house import House
from backend.staff import repository, service
from backend.systems.seed import seed_links
from backend.takeover.service import add_default_canned


@dataclass(frozen=True)
class ExampleStaff:
    """An account of the demonstration; `county` is None where the whole province is seen."""

    username: str
    display_name: str
    roles: Sequence[str]
    county: str | None


def example_staff(house: House) -> list[ExampleStaff]:
    """One account for the window and the pre-review of each example county, and those of the province."""
    accounts = []
    for name, window in house.catalogue.windows.items():
        short = house.catalogue.counties[window.county].short
        accounts.append(ExampleStaff(f"window.{name}", f"示例·{short}窗口", ("window", "reviewer"), window.county))
    supervised = next(iter(house.catalogue.windows.values()), None)
    if supervised is not None:
        accounts.append(ExampleStaff("supervisor", "示例·县级督办", ("county_supervisor",), supervised.county))
    accounts.append(ExampleStaff("admin", "示例·管理员", ("administrator",), None))
    accounts.append(ExampleStaff("auditor", "示例·审计员", ("auditor",), None))
    return accounts


async def seed_examples(house: House) -> list[str]:
    """Write what is missing; what is there stays. Returns lines to print: what was made, and each new password, once."""
    lines = [f"  {await seed_units(house)} example units with simulated departments"]
    lines.append(f"  {await seed_links(house)} example links to outside systems, all simulated or by file")
    lines.append(f"  {await add_default_canned(house, SYSTEM.name)} replies at hand for everybody")
    shown = len(lines)
    for account in example_staff(house):
        async with house.db.reading() as session:
            if await repository.by_username(session, account.username) is not None:
                continue
        password = service.generate_password()
        counties = [account.county] if account.county else None
        await service.create(house, account.username, account.display_name, password, account.roles, counties)
        lines.append(f"  account {account.username:<16} password {password}   {account.display_name}")
    if len(lines) > shown:
        lines.append("  These passwords are shown this once. `guitu staff reset NAME` makes a new one.")
    return lines
