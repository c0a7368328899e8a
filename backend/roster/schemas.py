"""What staff send about the roster."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from backend.edge.reading import Strict

Designation = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=80)]


class UnitsIn(Strict):
    """The two columns from the certificate, on the case's version."""

    version: Annotated[int, Field(ge=1)]
    large: Designation
    brigade: Designation


class ExportIn(Strict):
    """Which county's roster; the year of the applications, every year by default."""

    county: Annotated[str, Field(pattern=r"^\d{6}$")]
    year: Annotated[int, Field(ge=2022, le=2100)] | None = None


class HandedOverIn(Strict):
    """Who took the file, and how it went."""

    to: Annotated[str, StringConstraints(strip_whitespace=True, min_length=2, max_length=80)]
    way: Literal["in_person", "confidential_post", "internal_network"]


class PasswordHandedOverIn(Strict):
    """How the password went, and who took it."""

    way: Literal["in_person", "confidential_post", "internal_network", "phone"]
    to: Annotated[str, StringConstraints(strip_whitespace=True, min_length=2, max_length=80)] | None = None
