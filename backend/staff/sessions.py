"""Signing in and out, and who a token belongs to."""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass
from datetime import timedelta

import structlog

from backend.applications.actor import Actor
from backend.clock import now
from backend.errors import Unauthorised
from backend.house import House
from backend.security.rate_limits import RateLimit
from backend.staff import repository, service
from backend.staff.model import Staff, StaffSession

log = structlog.get_logger()

LONGEST = timedelta(hours=12)
IDLE = timedelta(hours=1)
#: Noting every request would make every look a write.
NOTE_EVERY = timedelta(minutes=1)
#: Five tries at once, then one in twenty seconds, for each name: guessing a password takes longer than it is worth.
TRIES = RateLimit(burst=5, per_second=0.05)


@dataclass(frozen=True)
class SignedIn:
    """A member of staff at work: who, in which roles, and which cases that lets them reach."""

    id: str
    username: str
    display_name: str
    roles: tuple[str, ...]
    counties: tuple[str, ...] | None
    department: str | None

    @property
    def actor(self) -> Actor:
        """As the record of a case names them."""
        return Actor(f"staff:{self.username}", counties=self.counties)


async def sign_in(house: House, username: str, password: str) -> tuple[str, SignedIn]:
    """A new session's token and whose it is. Raises Unauthorised, or TooMany after several tries for one name."""
    TRIES.check(username)
    async with house.db.reading() as session:
        staff = await service.verify(session, username, password)
    if staff is None:
        log.warning("a signing-in was refused", username=username[:40])
        raise Unauthorised("用户名或者密码不对，请再输一遍。忘了请找管理员重设。", code="wrong_password")
    token, moment = secrets.token_urlsafe(32), now()
    async with house.db.unit() as unit:
        await repository.end_expired(unit.session, moment)
        unit.session.add(
            StaffSession(
                token_hash=_hash(token), staff_id=staff.id, began_at=moment, seen_at=moment, expires_at=moment + LONGEST
            )
        )
        await unit.commit()
    return token, _signed_in(staff)


async def who_is(house: House, token: str | None) -> SignedIn:
    """Whose token it is. Raises Unauthorised when it is none, has ended, or the account was closed."""
    moment = now()
    found = None
    if token:
        async with house.db.reading() as session:
            found = await repository.session_of(session, _hash(token))
    if found is None or not found[1].active or found[0].expires_at < moment or moment - found[0].seen_at > IDLE:
        raise Unauthorised("请先登录。", code="not_signed_in")
    if token and moment - found[0].seen_at > NOTE_EVERY:
        async with house.db.unit() as unit:
            await repository.touch(unit.session, _hash(token), moment)
            await unit.commit()
    return _signed_in(found[1])


async def sign_out(house: House, token: str | None) -> None:
    """End a session; one that is unknown has ended already."""
    if token:
        async with house.db.unit() as unit:
            await repository.end_session(unit.session, _hash(token))
            await unit.commit()


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


def _signed_in(staff: Staff) -> SignedIn:
    return SignedIn(
        id=staff.id,
        username=staff.username,
        display_name=staff.display_name,
        roles=tuple(staff.roles),
        counties=tuple(staff.counties) if staff.counties is not None else None,
        department=staff.department,
    )
