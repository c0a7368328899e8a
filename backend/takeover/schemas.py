"""What staff send about a conversation. `version` is the conversation's on which it was decided."""

from __future__ import annotations

from typing import Annotated, Literal, Self

from pydantic import Field, StringConstraints, model_validator

from backend.edge.reading import MAX_SEQ, Strict

Version = Annotated[int, Field(ge=0, le=MAX_SEQ)]
Words = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=2000)]
Short = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=500)]
Key = Annotated[str, Field(min_length=1, max_length=64, pattern=r"^[\x21-\x7e]+$")]
County = Annotated[str, Field(pattern=r"^\d{6}$")]


class OnVersion(Strict):
    """Claiming, taking."""

    version: Version


class LinkIn(Strict):
    """An address for the veteran, and what it is called."""

    label: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=60)]
    url: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=500)]


class ReplyIn(OnVersion):
    """An answer to the veteran; `key` stays when it is sent again."""

    text: Words
    key: Key
    link: LinkIn | None = None


class NoteIn(Strict):
    """An internal note."""

    text: Words


class SeenIn(Strict):
    """Read up to a message."""

    seq: Annotated[int, Field(ge=0, le=MAX_SEQ)]


class TypingIn(Strict):
    """Somebody types, or stopped."""

    on: bool


class TransferIn(OnVersion):
    """To a colleague, or to another county's queue."""

    to: Annotated[str, Field(min_length=1, max_length=40)] | None = None
    county: County | None = None
    text: Short | None = None

    @model_validator(mode="after")
    def _one(self) -> Self:
        if (self.to is None) == (self.county is None):
            raise ValueError("one of `to` and `county`")
        return self


class ReleaseIn(OnVersion):
    """Back to the bot; `step`: where it takes up the interview."""

    step: Annotated[str, Field(min_length=1, max_length=64)] | None = None


class ClosingIn(OnVersion):
    """What came of it."""

    outcome: Literal["helped", "unreachable", "referred", "not_needed"]
    text: Short | None = None


class StartIn(Strict):
    """Writing first, to the applicant of a case."""

    case: Annotated[str, Field(min_length=1, max_length=24)]
    text: Words
    key: Key


class CannedIn(Strict):
    """A reply at hand; `version` when one is changed."""

    title: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=40)]
    text: Words
    county: County | None = None
    version: Annotated[int, Field(ge=1, le=MAX_SEQ)] | None = None


class DoneIn(Strict):
    """A message that was left is done."""

    text: Short | None = None
