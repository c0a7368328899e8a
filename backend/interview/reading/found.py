"""Where in a text something was read, so that no piece of it is used twice."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Generic, TypeVar

Value = TypeVar("Value", covariant=True)


@dataclass(frozen=True)
class Found(Generic[Value]):  # noqa: UP046 - a covariant value, so that Found[str] is a Found[object]
    """A value and the characters [start, end) of the original text that say it."""

    value: Value
    start: int
    end: int

    def overlaps(self, start: int, end: int) -> bool:
        """True when the characters [start, end) share any with this."""
        return self.start < end and start < self.end


def cut(text: str, spans: list[tuple[int, int]]) -> str:
    """`text` of the same length with the characters of `spans` blanked out by U+0000, which no pattern matches."""
    characters = list(text)
    for start, end in spans:
        characters[start:end] = "\0" * (end - start)
    return "".join(characters)
