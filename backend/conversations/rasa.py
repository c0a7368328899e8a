"""The one client of Rasa: a message in, what is to be said out, and every failure as one error."""

from __future__ import annotations

from typing import Any

import httpx

from backend.house import House

#: A turn costs some tens of milliseconds; the action server's own limit is below this.
SECONDS = 15.0


class RasaUnavailable(Exception):
    """Rasa or its action server gave no answer: the message is kept and tried again."""


async def ask(house: House, conversation_id: str, message_id: str, message: str) -> list[dict[str, Any]]:
    """The bodies (conversations.messages) that answer `message`, at least one.

    `message` is redacted text or `/intent{"value": …}`. Raises RasaUnavailable for a refused connection, a time-out, any
    status but 200, silence, or an answer that is not of our channel's form.
    """
    try:
        answer = await house.http.post(
            f"{house.settings.rasa_url}/webhooks/hub/webhook",
            headers={"Authorization": f"Bearer {house.settings.rasa_token}"},
            json={"sender": conversation_id, "message": message, "id": message_id, "metadata": {"message": message_id}},
            timeout=SECONDS,
        )
    except httpx.HTTPError as error:
        raise RasaUnavailable(f"no answer: {type(error).__name__}") from error
    if answer.status_code != 200:
        raise RasaUnavailable(f"status {answer.status_code}")
    try:
        bodies = [_body(item) for item in answer.json()["messages"]]
    except (ValueError, KeyError, TypeError) as error:
        raise RasaUnavailable("an answer that is not of the hub's form") from error
    if not bodies:
        raise RasaUnavailable("silence")
    return bodies


async def forget(house: House, conversation_id: str) -> None:
    """Delete what Rasa keeps of a conversation (its tracker). Raises RasaUnavailable when that is not certain."""
    try:
        answer = await house.http.delete(
            f"{house.settings.rasa_url}/webhooks/hub/conversations/{conversation_id}",
            headers={"Authorization": f"Bearer {house.settings.rasa_token}"},
            timeout=SECONDS,
        )
    except httpx.HTTPError as error:
        raise RasaUnavailable(f"no answer: {type(error).__name__}") from error
    if answer.status_code != 200:
        raise RasaUnavailable(f"status {answer.status_code}")


def _body(item: dict[str, Any]) -> dict[str, Any]:
    body = item.get("custom") or {"text": item["text"]}
    if not isinstance(body["text"], str):
        raise TypeError("text")
    return dict(body)
