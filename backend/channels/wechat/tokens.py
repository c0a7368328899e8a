"""The access token: kept encrypted in the database, and renewed once for all processes.

Whoever finds it over, or refused, takes the row's lease and asks WeChat; the others wait for what that one brings.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import timedelta

import structlog
from sqlalchemy.exc import IntegrityError

from backend import clock
from backend.channels.wechat import repository
from backend.channels.wechat.api import NotReached, Refused, WeChatApi
from backend.channels.wechat.model import WeChatToken
from backend.channels.wechat.states import TOKEN_OVER
from backend.db.ids import new_id
from backend.house import House

log = structlog.get_logger()

#: WeChat itself makes the next one five minutes before the end, and takes both meanwhile.
MARGIN = timedelta(minutes=5)
LEASE = timedelta(seconds=30)
WAIT_SECONDS = 20.0
LOOK_EVERY = 0.1


@dataclass(frozen=True)
class Token:
    """A token, and the how manyth it is."""

    value: str
    serial: int


async def with_token[T](house: House, api: WeChatApi, call: Callable[[str], Awaitable[T]]) -> T:
    """What `call` gives with the access token; when WeChat takes the token no more, once again with a new one.

    Raises Refused, NotReached, and what `call` raises.
    """
    token = await current(house, api)
    try:
        return await call(token.value)
    except Refused as error:
        if error.code not in TOKEN_OVER:
            raise
    renewed = await renew(house, api, token)
    return await call(renewed.value)


async def current(house: House, api: WeChatApi) -> Token:
    """The token that holds now. Raises NotReached."""
    async with house.db.reading() as session:
        row = await repository.token(session, api.settings.appid)
    if row is not None and row.token and row.expires_at and row.expires_at - MARGIN > clock.now():
        return Token(row.token, row.serial)
    return await renew(house, api, Token("", row.serial if row is not None else 0))


async def renew(house: House, api: WeChatApi, old: Token) -> Token:
    """The token after `old`, another than its value where it has one. Raises NotReached."""
    await _have_row(house, api.settings.appid)
    lease = new_id("t")
    deadline = asyncio.get_running_loop().time() + WAIT_SECONDS
    while True:
        async with house.db.unit() as unit:
            instant = clock.now()
            got = await repository.lease_token(unit.session, api.settings.appid, old.serial, lease, instant, instant + LEASE)
            await unit.commit()
        if got:
            return await _ask(house, api, old, lease)
        async with house.db.reading() as session:
            row = await repository.token(session, api.settings.appid)
        if row is not None and row.serial != old.serial and row.token:
            return Token(row.token, row.serial)
        if asyncio.get_running_loop().time() > deadline:
            raise NotReached("another process is renewing the token")
        await asyncio.sleep(LOOK_EVERY)


async def _have_row(house: House, appid: str) -> None:
    async with house.db.reading() as session:
        if await repository.token(session, appid) is not None:
            return
    try:
        async with house.db.unit() as unit:
            unit.session.add(WeChatToken(appid=appid, serial=0))
            await unit.commit()
    except IntegrityError:
        # Another process was quicker.
        return


async def _ask(house: House, api: WeChatApi, old: Token, lease: str) -> Token:
    value, seconds = "", 0
    try:
        value, seconds = await api.fetch_token()
        if value == old.value:
            # The one that was refused: only an enforced one is another.
            value, seconds = await api.fetch_token(force=True)
    except Refused as error:
        # A wrong secret, an address that is not on the list: not the message's fault, and mended by whoever runs this.
        log.error("WeChat gives no access token", why=str(error))
        raise NotReached(f"no access token: {error}") from error
    finally:
        async with house.db.unit() as unit:
            row = await repository.token(unit.session, api.settings.appid)
            if row is not None and row.lease == lease:
                row.lease = row.leased_until = None
                if value:
                    row.token, row.serial = value, old.serial + 1
                    row.expires_at = clock.now() + timedelta(seconds=seconds)
            await unit.commit()
    return Token(value, old.serial + 1)
