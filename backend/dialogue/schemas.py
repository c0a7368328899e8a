"""What the action server sends and gets (the internal API), and what staff send about who waits for a person."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from backend.edge.reading import Strict

Step = Literal["form", "progress", "answer", "handoff", "withdraw", "fallback"]


class Ranked(BaseModel):
    """An intent and how sure the classifier is of it, from 0 to 1."""

    model_config = ConfigDict(extra="forbid")

    name: str = Field(max_length=64)
    confidence: float = Field(ge=0, le=1)


class TurnRequest(BaseModel):
    """One message of the veteran, classified. Its text is read from the backend's own store."""

    model_config = ConfigDict(extra="forbid")

    conversation: str = Field(max_length=40)
    message: str = Field(max_length=40)
    intent: Ranked
    ranking: list[Ranked] = Field(default_factory=list, max_length=10)
    value: str | None = Field(default=None, max_length=2000)
    step: Step
    in_form: bool = False


class ClaimIn(Strict):
    """Taking on a request for a person, as it was read."""

    version: Annotated[int, Field(ge=1)]


class ClosingIn(ClaimIn):
    """What came of a request for a person."""

    outcome: Literal["helped", "unreachable", "referred", "not_needed"]
    note: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=500)] | None = None


class TurnReply(BaseModel):
    """What to say, and whether the form goes on."""

    replies: list[dict[str, Any]]
    form: Literal["open", "closed"]
