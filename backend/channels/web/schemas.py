"""What the chat page sends. An unknown field, or a value of another type, is refused with the reason."""

from __future__ import annotations

from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from backend.edge.reading import MAX_SEQ, Strict

Seq = Annotated[int, Field(ge=0, le=MAX_SEQ)]
Key = Annotated[str, Field(min_length=1, max_length=64, pattern=r"^[\x21-\x7e]+$")]


class LanguageIn(Strict):
    """A language to be talked to in."""

    language: Literal["zh_Hans_CN", "en"]


class PressIn(Strict):
    """Choices pressed: the seq of the message that offered them, and their ids."""

    message: Seq
    choices: Annotated[list[Annotated[str, Field(max_length=16)]], Field(min_length=1, max_length=64)]


class MessageIn(Strict):
    """A text or a press, under a key that the page makes once and keeps when it sends again."""

    key: Key
    text: str | None = None
    press: PressIn | None = None

    @model_validator(mode="after")
    def _one_of_both(self) -> Self:
        if (self.text is None) == (self.press is None):
            raise ValueError("give either text or press")
        return self


class TextIn(Strict):
    """A text from the demonstration's handset."""

    number: Annotated[str, Field(pattern=r"^1\d{10}$")]
    text: str
    key: Key
