"""Signing in and out, step by step, and who a token belongs to."""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import secrets
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

import structlog

from backend.applications.actor import Actor
from backend.clock import now
from backend.db.engine import Unit
from backend.errors import Forbidden, Unauthorised
from backend.house import House
from backend.locale.text import T
from backend.staff import repository, rules, second_factor, service
from backend.staff.lockout import begin_try, forget_tries
from backend.staff.model import Staff, StaffSession

log = structlog.get_logger()

LONGEST = timedelta(hours=12)
IDLE = timedelta(hours=1)
#: Between password and second factor nobody needs longer.
COMING = timedelta(minutes=15)
#: Noting every request would make every look a write.
NOTE_EVERY = timedelta(minutes=1)


@dataclass(frozen=True)
class SignedIn:
    """A member of staff at work: who, in which roles, and which cases that lets them reach. proved_at: see StaffSession."""

    id: str
    username: str
    display_name: str
    roles: tuple[str, ...]
    counties: tuple[str, ...] | None
    department: str | None
    proved_at: datetime | None = None
    has_factor: bool = False
    program: bool = False

    @property
    def actor(self) -> Actor:
        """As the record of a case names them."""
        return Actor(f"staff:{self.username}", counties=self.counties)

    @property
    def proved(self) -> bool:
        """Whether they have shown lately that it is them."""
        return self.proved_at is not None and now() - self.proved_at <= rules.PROOF_LASTS


@dataclass(frozen=True)
class Coming:
    """Somebody whose password was right: the session's token and what it still lacks (a stage of rules)."""

    token: str
    stage: str
    staff: SignedIn


async def sign_in(
    house: House, username: str, password: str, code: str | None = None, address: str = ""
) -> tuple[str, SignedIn]:
    """A new session's token and whose it is, for those who say all at once.

    Raises Unauthorised: `wrong_password`, `second_factor` when a code is asked for or is wrong; Forbidden `not_set_up` when
    something has to be done in the console first; TooMany after several tries.
    """
    coming = await begin(house, username, password, address, at_interface=True)
    if coming.stage == rules.CODE:
        if not code:
            await sign_out(house, coming.token)
            raise Unauthorised(T("还要验证码：请加上验证器应用里的六位数字。"), code="second_factor")
        try:
            coming = await show_code(house, coming.token, code, address)
        except Unauthorised:
            await sign_out(house, coming.token)
            raise
    if coming.stage != rules.FULL:
        await sign_out(house, coming.token)
        raise Forbidden(T("请先在工作台登录一次，设好密码和第二道验证。"), code="not_set_up", lacks=coming.stage)
    return coming.token, coming.staff


async def begin(house: House, username: str, password: str, address: str = "", *, at_interface: bool = False) -> Coming:
    """The first step: name and password. Raises Unauthorised for a wrong one, TooMany after several tries."""
    await begin_try(house, username, address)
    async with house.db.reading() as session:
        staff = await service.verify(session, username, password)
    if staff is None or (staff.program and not at_interface):
        log.warning("a signing-in was refused", username=username[:40])
        raise Unauthorised(T("用户名或者密码不对，请再输一遍。忘了请找管理员重设。"), code="wrong_password")
    async with house.db.unit() as unit:
        await repository.end_expired(unit.session, now())
        coming = _open(unit, house, staff, factor_shown=False)
        await unit.commit()
    if coming.stage != rules.CODE:
        await forget_tries(house, username, address)
    return coming


async def show_code(house: House, token: str, code: str, address: str = "") -> Coming:
    """The second step: a one-time or recovery code. Raises Unauthorised `second_factor` when it is wrong or was used."""
    staff = await coming_in(house, token, rules.CODE)
    await begin_try(house, staff.username, address)
    async with house.db.unit() as unit:
        if not await second_factor.accept_code(unit, house, staff, code):
            log.warning("a second factor was refused", username=staff.username)
            raise Unauthorised(T("验证码不对，或者已经用过了。请等应用换出新的六位数字再输。"), code="second_factor")
        coming = await _exchange(unit, house, token, staff)
        await unit.commit()
    await forget_tries(house, staff.username, address)
    return coming


async def choose_password(house: House, token: str, password: str) -> Coming:
    """The third step, for whom an administrator gave a first password. Raises GuituError for one that is short or the same."""
    staff = await coming_in(house, token, rules.NEW_PASSWORD)
    hashed = await service.new_hash(staff, password)
    async with house.db.unit() as unit:
        kept = await repository.by_id(unit.session, staff.id)
        kept.password_hash, kept.password_changed_at, kept.first_password = hashed, now(), False
        second_factor.note(unit, kept, f"staff:{kept.username}", "choose_password")
        coming = await _exchange(unit, house, token, kept)
        await unit.commit()
    return coming


async def bind_factor(house: House, token: str, secret: str, code: str) -> tuple[Coming, list[str]]:
    """The fourth step: an authenticator is bound. Also for who is at work and wants one. Returns the recovery codes too."""
    async with house.db.unit() as unit:
        found = await repository.session_of(unit.session, hash_of(token))
        if found is None or not _alive(*found) or found[0].stage not in (rules.SET_UP, rules.FULL):
            raise Unauthorised(T("这一步放得太久了，请重新登录。"), code="not_signed_in")
        staff = found[1]
        codes = await second_factor.set_up(unit, house, staff, secret, code)
        coming = await _exchange(unit, house, token, staff)
        await unit.commit()
    return coming, codes


async def coming_in(house: House, token: str | None, *stages: str) -> Staff:
    """Who is on the way in with this token, at one of `stages`. Raises Unauthorised."""
    async with house.db.reading() as session:
        found = await repository.session_of(session, hash_of(token or ""))
    if found is None or not _alive(*found) or (stages and found[0].stage not in stages):
        raise Unauthorised(T("这一步放得太久了，请重新登录。"), code="not_signed_in")
    return found[1]


async def stage_of(house: House, token: str | None) -> str | None:
    """What a token still lacks; None for a token that is none."""
    async with house.db.reading() as session:
        found = await repository.session_of(session, hash_of(token or ""))
    return found[0].stage if found is not None and _alive(*found) else None


async def who_is(house: House, token: str | None) -> SignedIn:
    """Whose token it is. Raises Unauthorised when it is none, has ended, lacks a step, or the account was closed."""
    moment = now()
    found = None
    if token:
        async with house.db.reading() as session:
            found = await repository.session_of(session, hash_of(token))
    if found is None or found[0].stage != rules.FULL or not _alive(*found):
        raise Unauthorised(T("请先登录。"), code="not_signed_in")
    if token and moment - found[0].seen_at > NOTE_EVERY:
        async with house.db.unit() as unit:
            await repository.touch(unit.session, hash_of(token), moment)
            await unit.commit()
    return replace(_signed_in(found[1]), proved_at=found[0].proved_at)


async def prove(house: House, token: str, staff: SignedIn, secret: str, address: str = "") -> None:
    """Show again that it is them, by password or one-time code. Raises Unauthorised, or TooMany after several tries."""
    await begin_try(house, staff.username, address)
    async with house.db.reading() as session:
        account = await repository.by_id(session, staff.id)
    # Before the unit: looking at a password takes long, and nobody else writes meanwhile on SQLite.
    right = await asyncio.to_thread(service.is_password, account, secret)
    async with house.db.unit() as unit:
        account = await repository.by_id(unit.session, staff.id)
        if not right and not await second_factor.accept_code(unit, house, account, secret):
            raise Unauthorised(T("密码或者验证码不对，请再输一遍。"), code="wrong_proof")
        await repository.proved(unit.session, hash_of(token), now())
        await unit.commit()
    await forget_tries(house, staff.username, address)


async def sign_out(house: House, token: str | None) -> None:
    """End a session; one that is unknown has ended already."""
    if token:
        async with house.db.unit() as unit:
            await repository.end_session(unit.session, hash_of(token))
            await unit.commit()


async def sign_out_everywhere(house: House, staff: SignedIn) -> None:
    """End every session of one person, this one too."""
    async with house.db.unit() as unit:
        await repository.end_sessions_of(unit.session, staff.id)
        await unit.commit()


def form_token(token: str) -> str:
    """What every form of a session carries: whoever can send it has read a page of ours. Nobody gets the session's token from it."""
    return hmac.new(token.encode(), b"guitu console form", hashlib.sha256).hexdigest()


def hash_of(token: str) -> str:
    """What of a token lies in the database."""
    return hashlib.sha256(token.encode()).hexdigest()


def _alive(session: StaffSession, staff: Staff) -> bool:
    moment = now()
    idle = IDLE if session.stage == rules.FULL else COMING
    return staff.active and session.expires_at >= moment and moment - session.seen_at <= idle


async def _exchange(unit: Unit, house: House, token: str, staff: Staff) -> Coming:
    """A new token at each step: one that was planted before is worth nothing after it."""
    await repository.end_session(unit.session, hash_of(token))
    return _open(unit, house, staff, factor_shown=True)


def _open(unit: Unit, house: House, staff: Staff, *, factor_shown: bool) -> Coming:
    token, moment = secrets.token_urlsafe(32), now()
    stage = rules.stage(
        has_factor=staff.second_factor_at is not None,
        factor_shown=factor_shown,
        factor_required=second_factor.required(house, staff),
        first_password=staff.first_password,
    )
    unit.session.add(
        StaffSession(
            token_hash=hash_of(token),
            staff_id=staff.id,
            began_at=moment,
            seen_at=moment,
            expires_at=moment + LONGEST,
            stage=stage,
            proved_at=moment,
        )
    )
    return Coming(token, stage, replace(_signed_in(staff), proved_at=moment))


def _signed_in(staff: Staff) -> SignedIn:
    return SignedIn(
        id=staff.id,
        username=staff.username,
        display_name=staff.display_name,
        roles=tuple(staff.roles),
        counties=tuple(staff.counties) if staff.counties is not None else None,
        department=staff.department,
        has_factor=staff.second_factor_at is not None,
        program=staff.program,
    )
