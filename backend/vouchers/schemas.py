"""What comes with a file, and what staff decide about one."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from backend.edge.reading import Strict


class UploadIn(Strict):
    """The fields of the form beside the file: the material's number, and a key that stays when it is sent again."""

    material: Annotated[str, Field(pattern=r"^[1-9]\d?$")]
    key: Annotated[str, Field(min_length=1, max_length=64, pattern=r"^[\x21-\x7e]+$")]


class AcceptIn(Strict):
    """This voucher agrees with the archive; `version` is the case's on which it was decided."""

    version: Annotated[int, Field(ge=1)]
