"""Rasa's door for the hub, and its only one: behind a token, with failure answered as failure.

POST   /webhooks/hub/webhook                {"sender", "message", "id", "metadata"} → 200 {"messages": […]}
                                            401 without the token, 400 for another body, 503 when the turn failed,
                                            502 when nothing was said (the action server is down or silent)
DELETE /webhooks/hub/conversations/<id>     → 200 {"erased": n}: nothing of that conversation is left in the tracker
GET    /webhooks/hub/health                 → 200 {"status": "ok"} once a model is loaded and the tracker store answers
Header everywhere but health: `Authorization: Bearer <GUITU_RASA_TOKEN>`.
"""

from __future__ import annotations

import hmac
import logging
import os
from collections.abc import Awaitable, Callable
from typing import Any

from rasa.core.channels.channel import CollectingOutputChannel, InputChannel, UserMessage
from sanic import Blueprint, Sanic, response
from sanic.request import Request
from sanic.response import HTTPResponse

from bot.press import defuse, read_press
from bot.tracker_store import HubTrackerStore

log = logging.getLogger(__name__)
TOKEN = "GUITU_RASA_TOKEN"  # noqa: S105  (the name of a setting)


class ChannelError(Exception):
    """Rasa is not set up as this channel needs it; the message says what to do."""


def _store(app: Sanic) -> HubTrackerStore:
    # Rasa wraps every store; and where it cannot load ours it goes on with one in memory and a mere warning.
    store = getattr(app.ctx.agent.tracker_store, "_tracker_store", app.ctx.agent.tracker_store)
    if not isinstance(store, HubTrackerStore):
        raise ChannelError(
            f"endpoints.yml must name bot.tracker_store.HubTrackerStore, but Rasa loaded {type(store).__name__}."
        )
    return store


class HubInput(InputChannel):
    """credentials.yml: `bot.channel.HubInput:`. The token is read from the environment at start."""

    def __init__(self) -> None:
        self.token = os.environ.get(TOKEN, "")
        if not self.token:
            raise ChannelError(f"{TOKEN} is not set. Run `make run` once to generate var/guitu.env, or set {TOKEN}.")

    @classmethod
    def name(cls) -> str:
        """Part of the address: /webhooks/hub/…"""
        return "hub"

    @classmethod
    def from_credentials(cls, credentials: dict[str, Any] | None) -> InputChannel:
        """The channel; credentials.yml holds nothing secret."""
        return cls()

    def _refused(self, request: Request) -> HTTPResponse | None:
        given = request.headers.get("authorization", "")
        if hmac.compare_digest(given.encode(), f"Bearer {self.token}".encode()):
            return None
        return response.json({"error": "unauthorised", "message": f"the token of {TOKEN} is missing or wrong"}, status=401)

    def blueprint(self, on_new_message: Callable[[UserMessage], Awaitable[Any]]) -> Blueprint:
        """The three routes above."""
        routes = Blueprint("hub")

        @routes.listener("after_server_start")
        async def check(app: Sanic, _loop: Any) -> None:
            _store(app)

        @routes.get("/health")
        async def health(request: Request) -> HTTPResponse:
            try:
                _store(request.app).ping()
            except Exception as error:
                log.error("not healthy", exc_info=error)
                return response.json({"status": "failing", "error": type(error).__name__}, status=503)
            return response.json({"status": "ok"})

        @routes.delete("/conversations/<sender:str>")
        async def erase(request: Request, sender: str) -> HTTPResponse:
            return self._refused(request) or response.json({"erased": _store(request.app).erase(sender)})

        @routes.post("/webhook")
        async def receive(request: Request) -> HTTPResponse:
            return self._refused(request) or await _answer(request, on_new_message)

        return routes


async def _answer(request: Request, on_new_message: Callable[[UserMessage], Awaitable[Any]]) -> HTTPResponse:
    body = request.json if request.body else None
    if not isinstance(body, dict) or not all(isinstance(body.get(name), str) and body[name] for name in ("sender", "message")):
        return response.json({"error": "bad_request", "message": "expected JSON with sender and message"}, status=400)
    press = read_press(body["message"], request.app.ctx.agent.domain.intents)
    out = CollectingOutputChannel()
    message = UserMessage(
        body["message"] if press else defuse(body["message"]),
        out,
        body["sender"],
        parse_data=press,
        input_channel=HubInput.name(),
        message_id=body.get("id"),
        metadata=body.get("metadata") or {},
    )
    try:
        await on_new_message(message)
    except Exception as error:  # a lost database, another server's turn, a bug: all of them a failure that the hub must see
        log.error("a turn failed", exc_info=error)
        return response.json({"error": type(error).__name__}, status=503)
    return response.json({"messages": out.messages}, status=200 if out.messages else 502)
