"""What staff send about a case. `version` is the one that the decision was made on."""

from __future__ import annotations

from typing import Annotated, Any, Literal, Self

from pydantic import Field, StringConstraints, model_validator

from backend.edge.reading import Strict

Version = Annotated[int, Field(ge=1)]
Reason = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=300)]
Number = Annotated[int, Field(ge=1, le=99)]
Numbers = Annotated[list[Number], Field(max_length=20)]


MOST_CASES = 100
Word = Annotated[str, StringConstraints(strip_whitespace=True, max_length=80)]


class SearchIn(Strict):
    """What cases are looked for by; all of it together. `before`: `next` of the page before."""

    state: Word | None = None
    number: Word | None = None
    name: Word | None = None
    id_number: Word | None = None
    mobile: Word | None = None
    before: Word | None = None
    limit: Annotated[int, Field(ge=1, le=MOST_CASES)] = 20


class OnVersion(Strict):
    """A command that says nothing but on which version it was decided."""

    version: Version


class PointIn(Strict):
    """One thing to correct: a field's code or a material's number, and why."""

    name: Annotated[str, Field(min_length=1, max_length=40)]
    reason: Reason


class ReviewIn(OnVersion):
    """The outcome of a pre-review. # notice 三(二)"""

    outcome: Literal["accept", "correct", "reject"]
    points: Annotated[list[PointIn], Field(default_factory=list, max_length=40)]
    reason: Reason | None = None

    @model_validator(mode="after")
    def _complete(self) -> Self:
        if (self.outcome == "correct") != bool(self.points):
            raise ValueError("points belong to `correct`, and it needs at least one")
        if (self.outcome == "reject") != (self.reason is not None):
            raise ValueError("reason belongs to `reject`, and it needs one")
        return self


class CheckInIn(OnVersion):
    """What the window saw: which originals are missing, which were copied for the files, what proved the identity.

    `instead`: those that were handed in as the other of two papers (a deed for the booklet). # notice 二(二)7
    `training_need`: whether there is a need that this soldier qualifies for; left out: as the survey of the chat says. # notice 三(三)
    """

    lacking: Annotated[Numbers, Field(default_factory=list)]
    copied: Numbers
    identity: Literal["id_card", "discharge_certificate"]
    instead: Annotated[Numbers, Field(default_factory=list)]
    training_need: bool | None = None


class DifferIn(OnVersion):
    """What the originals do not agree in."""

    points: Annotated[list[PointIn], Field(min_length=1, max_length=40)]


class PapersIn(OnVersion):
    """Papers that were brought later, each copied for the files."""

    brought: Annotated[list[Number], Field(min_length=1, max_length=20)]


class MattersIn(OnVersion):
    """The matters from now on, and what the added ones have to know besides."""

    matters: Annotated[list[Annotated[str, Field(max_length=40)]], Field(min_length=1, max_length=20)]
    answers: Annotated[dict[str, Any], Field(default_factory=dict)]


class TransferIn(OnVersion):
    """The county where the veteran really settles."""

    county: Annotated[str, Field(pattern=r"^\d{6}$")]
    reason: Reason


class MobileIn(OnVersion):
    """A new mobile, and what proved whose it is."""

    mobile: Annotated[str, Field(max_length=40)]
    proof: Literal["id_card", "discharge_certificate"]


class RedeliveryIn(OnVersion):
    """How what came back gets home now; `address`: where it is mailed to, left out: where it was sent before."""

    product: Literal["booklet", "card"]
    way: Literal["collect", "mail"]
    address: Annotated[str, Field(min_length=1, max_length=200)] | None = None

    @model_validator(mode="after")
    def _only_by_post(self) -> Self:
        if self.way == "collect" and self.address is not None:
            raise ValueError("address belongs to `mail`")
        return self


class WithdrawIn(OnVersion):
    """Withdrawn for the veteran, at their wish."""

    reason: Reason
