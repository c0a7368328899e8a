"""Wrong tries make signing in wait, longer each time; counted in the database, so that all backends count together."""

from __future__ import annotations

from backend.clock import now
from backend.errors import TooMany
from backend.house import House
from backend.staff import repository
from backend.staff.rules import FOR_A_NAME, FOR_AN_ADDRESS, FORGOTTEN_AFTER, Patience, say_pause


def _sources(house: House, name: str, address: str) -> list[tuple[str, Patience]]:
    sources = [(house.keys.blind_index(name, "staff.tries.name"), FOR_A_NAME)]
    if address:
        sources.append((house.keys.blind_index(address, "staff.tries.address"), FOR_AN_ADDRESS))
    return sources


async def begin_try(house: House, name: str, address: str) -> None:
    """Count a try before it is looked at, so that many at once are not free. Raises TooMany with `retry_after` in seconds."""
    moment = now()
    async with house.db.unit() as unit:
        found = await repository.tries(unit.session, [source for source, _ in _sources(house, name, address)])
        until = max((row.until for row in found.values() if row.until is not None and row.until > moment), default=None)
        if until is not None:
            seconds = int((until - moment).total_seconds()) + 1
            raise TooMany(
                f"试错的次数太多了，请过 {say_pause(seconds)}再试。忘了密码请找管理员重设。",
                code="locked",
                retry_after=seconds,
            )
        for source, patience in _sources(house, name, address):
            row = found.get(source)
            quiet = row is None or moment - row.last_at > FORGOTTEN_AFTER
            failures = 1 if quiet or row is None else row.failures + 1
            pause = patience.pause(failures)
            await repository.count_try(unit.session, source, failures, moment, moment + pause if pause else None)
        await unit.commit()


async def forget_tries(house: House, name: str, address: str) -> None:
    """It was them: the name's tries are forgotten, and this one is taken off the address's."""
    sources = _sources(house, name, address)
    async with house.db.unit() as unit:
        await repository.forget_tries(unit.session, sources[0][0])
        for source, _ in sources[1:]:
            await repository.take_back_try(unit.session, source)
        await unit.commit()
