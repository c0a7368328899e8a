"""What somebody does with their own account."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass

from backend.clock import now
from backend.errors import GuituError
from backend.house import House
from backend.locale.text import T
from backend.staff import repository, second_factor, service
from backend.staff.lockout import begin_try, forget_tries
from backend.staff.model import Staff, StaffEvent, StaffSession
from backend.staff.sessions import SignedIn, hash_of


@dataclass(frozen=True)
class Own:
    """One's account, where one is signed in (`current`: the hash of this session's token), codes left, what was done to it."""

    account: Staff
    sessions: Sequence[StaffSession]
    current: str
    codes_left: int
    events: Sequence[StaffEvent]


async def overview(house: House, staff: SignedIn, token: str) -> Own:
    """Everything about one's own account."""
    async with house.db.reading() as session:
        return Own(
            await repository.by_id(session, staff.id),
            await repository.sessions_of(session, staff.id, now()),
            hash_of(token),
            await repository.recovery_codes_left(session, staff.id),
            await repository.events_of(session, staff.id, 10),
        )


async def change_password(house: House, token: str, staff: SignedIn, old: str, new: str, address: str = "") -> None:
    """Another password; every session but this one ends. Raises GuituError for a wrong old or a bad new one, TooMany."""
    await begin_try(house, staff.username, address)
    async with house.db.reading() as session:
        account = await repository.by_id(session, staff.id)
    if not await asyncio.to_thread(service.is_password, account, old):
        raise GuituError(T("现在的密码不对，请再输一遍。"), code="wrong_password")
    await forget_tries(house, staff.username, address)
    hashed = await service.new_hash(account, new)
    async with house.db.unit() as unit:
        kept = await repository.by_id(unit.session, staff.id)
        kept.password_hash, kept.password_changed_at = hashed, now()
        await repository.end_other_sessions(unit.session, staff.id, hash_of(token))
        second_factor.note(unit, kept, staff.actor.name, "choose_password")
        await unit.commit()


async def renew_recovery_codes(house: House, staff: SignedIn) -> list[str]:
    """Ten new ones; the old ones are good no more. Raises GuituError for who has no second factor."""
    async with house.db.unit() as unit:
        account = await repository.by_id(unit.session, staff.id)
        if account.second_factor_at is None:
            raise GuituError(T("还没有绑定验证器，没有恢复码可换。请先绑定。"), code="no_second_factor")
        codes = await second_factor.new_recovery_codes(unit, house, account)
        second_factor.note(unit, account, staff.actor.name, "new_recovery_codes")
        await unit.commit()
    return codes
