"""What WeChat calls: the check of the address, and messages and events. Signed, and encrypted as set; or refused.

GET  /webhooks/wechat   the echostr, in clear · POST /webhooks/wechat   an answer as XML, or `success`
"""

from __future__ import annotations

import asyncio
import secrets
from dataclasses import dataclass

import structlog
from sanic import Blueprint, Request, raw, text
from sanic.response import HTTPResponse

from backend import clock
from backend.channels.wechat import crypto, parsing
from backend.channels.wechat.incoming import receive
from backend.channels.wechat.passive import answer
from backend.channels.wechat.presence import show_typing
from backend.conversations.hands import hands_of
from backend.errors import GuituError, NotFound, Unauthorised
from backend.house import House
from backend.security.rate_limits import RateLimit
from backend.settings import WECHAT_PLAIN, WeChatSettings

log = structlog.get_logger()
blueprint = Blueprint("wechat", url_prefix="/webhooks")

SUCCESS = "success"
#: How far the time in a signature may be from ours, in seconds.
MOST_APART = 300
#: WeChat ends the request after five seconds.
ANSWER_SECONDS = 4.0
#: From one sender; a machine that is quicker is kept all the same, and answered when the worker comes to it.
TEXTING = RateLimit(burst=20, per_second=1)


@dataclass(frozen=True)
class _Proof:
    """What the query of a request holds."""

    signature: str
    signed_message: str
    timestamp: str
    nonce: str


@blueprint.get("/wechat")
async def check(request: Request) -> HTTPResponse:
    """WeChat looks whether the address is ours. 企业微信 encrypts what it wants to see again."""
    settings, proof = _settings(request), _proof(request)
    echo = request.args.get("echostr", "")
    if not proof.signed_message:
        _need(crypto.is_signed(proof.signature, settings.token, proof.timestamp, proof.nonce))
        return text(echo[:256])
    _need(
        settings.key is not None and crypto.is_signed(proof.signed_message, settings.token, proof.timestamp, proof.nonce, echo)
    )
    return raw(_unsealed(settings, echo), content_type="text/plain; charset=utf-8")


@blueprint.post("/wechat")
async def incoming(request: Request) -> HTTPResponse:
    """A message or an event came. Kept before it is acknowledged; answered here when the answer is ready in time."""
    settings, proof = _settings(request), _proof(request)
    came = _read(settings, proof, request.body)
    house: House = request.app.ctx.house
    arrival = await receive(house, came, settings.wait_seconds)
    if arrival is None:
        return text(SUCCESS)
    if arrival.hand_over and TEXTING.wait_for(arrival.openid_index) == 0:
        hands_of(request.app).take_up(arrival.conversation_id)
    said = None
    try:
        async with asyncio.timeout(ANSWER_SECONDS):
            said = await answer(house, request.app.ctx.live, arrival)
    except TimeoutError:
        log.warning("an answer could not be looked for in time", conversation=arrival.conversation_id)
    if said is None:
        if arrival.expects_answer:
            show_typing(request.app, came.sender)
        return text(SUCCESS)
    reply = parsing.passive_reply(came.sender, came.account, int(clock.now().timestamp()), said)
    return raw(_sealed(settings, reply), content_type="text/xml; charset=utf-8")


def _settings(request: Request) -> WeChatSettings:
    house: House = request.app.ctx.house
    if house.wechat is None:
        raise NotFound("WeChat is not in use here.")
    return house.wechat.settings


def _proof(request: Request) -> _Proof:
    """The query, whose time is near ours."""
    names = ("signature", "msg_signature", "timestamp", "nonce")
    proof = _Proof(*(str(request.args.get(name, ""))[:128] for name in names))
    digits = proof.timestamp.isascii() and proof.timestamp.isdigit() and len(proof.timestamp) <= 12
    _need(digits and abs(int(proof.timestamp) - clock.now().timestamp()) <= MOST_APART)
    return proof


def _read(settings: WeChatSettings, proof: _Proof, body: bytes) -> parsing.Incoming:
    """The message of a body, once it is proved to be WeChat's."""
    if len(body) > parsing.MOST_BODY:
        error = GuituError("the message is too large.", code="too_large")
        error.status = 413
        raise error
    try:
        if settings.mode == WECHAT_PLAIN:
            _need(crypto.is_signed(proof.signature, settings.token, proof.timestamp, proof.nonce))
            return parsing.read(body)
        # The signature of the message covers what it says; what is in clear beside it is not looked at.
        sealed = parsing.fields_of(body).get("Encrypt", "").strip()
        _need(bool(sealed))
        _need(crypto.is_signed(proof.signed_message, settings.token, proof.timestamp, proof.nonce, sealed))
        return parsing.read(_unsealed(settings, sealed))
    except parsing.NotRead as error:
        log.warning("a message of WeChat's form that cannot be read", why=str(error))
        raise GuituError(f"the message cannot be read: {error}.", code="not_read") from None


def _unsealed(settings: WeChatSettings, sealed: str) -> bytes:
    assert settings.key is not None
    try:
        return crypto.unseal(settings.key, settings.appid, sealed)
    except crypto.NotOpened as error:
        log.warning("a message of WeChat's that does not open", why=str(error))
        raise Unauthorised("the message does not open.", code="bad_signature") from None


def _sealed(settings: WeChatSettings, reply: bytes) -> bytes:
    if settings.mode == WECHAT_PLAIN or settings.key is None:
        return reply
    sealed = crypto.seal(settings.key, settings.appid, reply)
    timestamp, nonce = str(int(clock.now().timestamp())), secrets.token_hex(8)
    return parsing.envelope(sealed, crypto.signature(settings.token, timestamp, nonce, sealed), timestamp, nonce)


def _need(proved: bool) -> None:
    if not proved:
        log.warning("a request that is not proved to be WeChat's")
        raise Unauthorised("the signature is not WeChat's.", code="bad_signature")
