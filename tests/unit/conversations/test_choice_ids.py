"""Every choice of a message has an id of its own, whatever numbers its labels show."""

from __future__ import annotations

from backend.conversations.messages import Choice, Message, to_body
from backend.locale.text import T


def test_a_choice_without_a_number_never_takes_the_number_of_another() -> None:
    numbered = [Choice(T("材料"), value=f"papers_lacking={number}", key=str(number)) for number in (1, 2, 3, 4, 7, 12)]
    body = to_body(Message(T("哪样没有？"), [*numbered, Choice(T("都齐了"), value="papers_lacking=none")]), "zh_Hans_CN")
    ids = [choice["id"] for choice in body["choices"]]
    assert len(set(ids)) == len(ids)
    assert ids[:-1] == ["1", "2", "3", "4", "7", "12"]
