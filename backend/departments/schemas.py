"""What a department may report, and what it is answered."""

from __future__ import annotations

from typing import Annotated, Any, Literal, Self

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, StringConstraints, model_validator

from backend.edge.reading import Strict

ResultKind = Literal[
    "received",
    "waiting",
    "funds_verified",
    "approved",
    "done",
    "moved_offline",
    "declined",
    "returned",
    "paper_needed",
    "ready",
    "mailed",
    "collected",
    "delivered",
    "came_back",
    "form_delivered",
]
#: No databases take a NUL; a short text is one line.
Words = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=500, pattern=r"^[^\x00]*$")]
Short = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=60, pattern=r"^[^\x00-\x1f]*$")]
TaskId = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9_-]{1,32}$")]


class ResultIn(BaseModel):
    """One report about one task. `at` is when it happened at the department; it decides whether the limit was kept."""

    model_config = ConfigDict(extra="forbid")

    task: TaskId = Field(description="The task's id, from the push.")
    result: ResultKind = Field(
        description="form_delivered: the copy of 《入党志愿书》 has reached the grass-roots party organisation, which calls the veteran in."
    )
    at: AwareDatetime = Field(
        description="When it happened, ISO 8601 with an offset; not before the dispatch, not ahead of our clock, give or take 5 minutes."
    )
    waiting_for: Literal["funds", "approval", "veteran"] | None = Field(None, description="With `waiting`.")
    reason: Words | None = Field(
        None,
        description="In words that the veteran reads. Needed with declined, returned, paper_needed, waiting for veteran.",
    )
    outcome: dict[Short, Words] | None = Field(None, max_length=20, description="With `done`: what came of it, by name.")
    material: int | None = Field(None, ge=1, le=13, description="With `paper_needed`: the material's number, if it has one.")
    carrier: Short | None = Field(None, description="With `mailed`.")
    tracking_number: Short | None = Field(None, description="With `mailed`.")
    place: Words | None = Field(None, description="With `ready` and `came_back`: where it is collected.")

    @model_validator(mode="after")
    def _complete(self) -> Self:
        if (self.result == "waiting") != (self.waiting_for is not None):
            raise ValueError("waiting_for belongs to `waiting`, and only to it")
        veteran = self.waiting_for == "veteran"
        if self.reason is None and (self.result in ("declined", "returned", "paper_needed") or veteran):
            raise ValueError("reason is needed: the veteran, or the right unit, must know why")
        if self.result == "mailed" and not (self.carrier and self.tracking_number):
            raise ValueError("mailed needs carrier and tracking_number")
        return self

    @property
    def event(self) -> str:
        """The event of departments.states that this is."""
        return f"waiting_{self.waiting_for}" if self.result == "waiting" else self.result


class TaskOut(BaseModel):
    """A task as it is pushed, or lies in the pull list. `applicant` holds only what the matter needs."""

    model_config = ConfigDict(extra="forbid")

    event: Literal["task.dispatched", "task.supplied", "task.delivery_changed"] = Field(
        description="What it says: a new task; what was asked of the veteran has come; what came back by post goes on as `applicant` says."
    )
    task: str = Field(description="The task's id; results name it.")
    application: str = Field(description="The application's number, TY-…")
    matter: str
    path: Literal["party", "league"] | None = Field(description="With party_league.")
    county: str = Field(description="Six digits.")
    department: str
    dispatched_at: AwareDatetime
    limit_working_days: int | None = Field(description="null where the notice sets no limit.")
    materials: list[int] = Field(description="Numbers of the materials that were handed in for it.")
    applicant: dict[str, Any] = Field(description="Fields of the interview, only those that the matter needs.")
    results_url: str = Field(description="Where results are posted.")


class PulledTask(TaskOut):
    """A task in the pull list."""

    state: str
    due_at: AwareDatetime | None = Field(description="The end of the limit that runs now.")
    provisional: bool = Field(description="True while the working days up to `due_at` are not all published.")


class TasksOut(BaseModel):
    """A page of the pull list. `next`: ask again with it as `after`; null on the last page."""

    tasks: list[PulledTask]
    next: str | None


class RedirectIn(Strict):
    """Which department is the right one, or which unit of the same or that department. `version`: of the task, as it was seen."""

    department: Annotated[str, Field(min_length=1, max_length=40)] | None = None
    unit: Annotated[str, Field(min_length=1, max_length=32)] | None = None
    version: Annotated[int, Field(ge=1)] | None = None

    @model_validator(mode="after")
    def _one_is_named(self) -> RedirectIn:
        if self.department is None and self.unit is None:
            raise ValueError("要写明改派给哪个部门（department）或哪个单位（unit）")
        return self


class PartyFormIn(Strict):
    """That the copy of 入党志愿书 has arrived; there is nothing to say besides."""


class ResultOut(BaseModel):
    """`applied` is false when the report changed nothing, for example because the task had ended; `reason` says why."""

    applied: bool
    state: str
    reason: str | None = None
