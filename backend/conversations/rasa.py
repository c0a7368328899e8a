"""The one client of Rasa: a message in, what is to be said out, and every failure as one error."""

from __future__ import annotations

from typing import Any

from backend.house import House
from backend.loopback import NoAnswer


class RasaUnavailable(Exception):
    """Rasa or its action server gave no answer: the message is kept and tried again."""


async def ask(house: House, conversation_id: str, message_id: str, message: str) -> list[dict[str, Any]]:
    """The bodies (conversations.messages) that answer `message`, at least one.

    `message` is redacted text or `/intent{"value": …}`. Raises RasaUnavailable for a refused connection, a time-out, any
    status but 200, silence, or an answer that is not of our channel's form.
    """
    body = {"sender": conversation_id, "message": message, "id": message_id, "metadata": {"message": message_id}}
    answer = await _ask(house, "POST", "/webhooks/hub/webhook", body)
    try:
        bodies = [_body(item) for item in answer["messages"]]
    except (ValueError, KeyError, TypeError) as error:
        raise RasaUnavailable("an answer that is not of the hub's form") from error
    if not bodies:
        raise RasaUnavailable("silence")
    return bodies


async def forget(house: House, conversation_id: str) -> None:
    """Delete what Rasa keeps of a conversation (its tracker). Raises RasaUnavailable when that is not certain."""
    await _ask(house, "DELETE", f"/webhooks/hub/conversations/{conversation_id}")


async def _ask(house: House, method: str, path: str, body: dict[str, Any] | None = None) -> Any:
    try:
        status, answer = await house.rasa.ask(method, house.settings.rasa_url + path, house.settings.rasa_token, body)
    except NoAnswer as error:
        raise RasaUnavailable(str(error)) from error
    if status != 200:
        raise RasaUnavailable(f"status {status}")
    return answer


def _body(item: dict[str, Any]) -> dict[str, Any]:
    body = item.get("custom") or {"text": item["text"]}
    if not isinstance(body["text"], str):
        raise TypeError("text")
    return dict(body)
