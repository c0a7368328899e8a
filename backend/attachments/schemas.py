"""What comes with a file of a talk."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field, StringConstraints

from backend.edge.reading import Strict

Key = Annotated[str, Field(min_length=1, max_length=64, pattern=r"^[\x21-\x7e]+$")]


class FileIn(Strict):
    """The veteran's: a key that stays when it is sent again."""

    key: Key


class StaffFileIn(FileIn):
    """Staff's: on which version of the conversation it was decided, and words that go with the file."""

    version: Annotated[str, Field(pattern=r"^\d{1,9}$")]
    text: Annotated[str, StringConstraints(strip_whitespace=True, max_length=500)] = ""


class PaperIn(Strict):
    """The paper of the checklist that a file is put to, by its number."""

    material: Annotated[int, Field(ge=1, le=99)]
