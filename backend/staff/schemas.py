"""What signing in takes."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from backend.edge.reading import Strict


class SignInIn(Strict):
    """Name and password; `code`: of the second factor, for those who have one."""

    username: Annotated[str, Field(min_length=1, max_length=40)]
    password: Annotated[str, Field(min_length=1, max_length=200)]
    code: Annotated[str, Field(min_length=1, max_length=20)] | None = None
