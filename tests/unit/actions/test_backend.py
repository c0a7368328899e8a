"""The one client of the backend, against a real HTTP server that answers well, badly, or not at all."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from actions.backend import Backend, BackendError, Reply
from backend.edge.serving import free_port
from tests.unit.bot.fake_backend import FakeBackend

TOKEN = "internal-token-of-the-tests"
TURN: dict[str, Any] = {"conversation": "c_1", "message": "m_1", "intent": {"name": "apply", "confidence": 1.0}, "step": "form"}


@pytest.fixture
def server() -> Iterator[FakeBackend]:
    backend = FakeBackend(TOKEN)
    yield backend
    backend.close()


async def turn(url: str, token: str = TOKEN) -> Reply:
    backend = Backend(url, token)
    try:
        return await backend.turn(TURN)
    finally:
        await backend.close()


async def test_a_turn_gives_bodies_and_says_whether_the_form_goes_on(server: FakeBackend) -> None:
    reply = await turn(server.url)
    assert ([body["text"] for body in reply.bodies], reply.open) == (["form apply"], True)
    server.closes = True
    assert not (await turn(server.url)).open
    assert server.asked == [TURN, TURN]


async def test_a_refusal_is_an_error(server: FakeBackend) -> None:
    with pytest.raises(BackendError, match="401"):
        await turn(server.url, "wrong")


async def test_a_failure_is_an_error(server: FakeBackend) -> None:
    server.failing = True
    with pytest.raises(BackendError, match="500"):
        await turn(server.url)


async def test_nobody_there_is_an_error() -> None:
    with pytest.raises(BackendError, match="does not answer"):
        await turn(f"http://127.0.0.1:{free_port()}")


@pytest.mark.parametrize(
    "answer", [{}, {"replies": [], "form": "ajar"}, {"replies": [1], "form": "open"}, {"form": "open"}, []]
)
async def test_an_answer_of_another_form_is_an_error(server: FakeBackend, answer: Any) -> None:
    server.answer = lambda *_: (200, answer)  # type: ignore[method-assign]
    with pytest.raises(BackendError, match="not of the form"):
        await turn(server.url)
