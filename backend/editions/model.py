"""The table of editions: the catalogue's rule files as they were when cases began with them."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import JSON, String
from sqlalchemy.orm import Mapped, mapped_column

from backend.db.base import Base
from backend.db.types import Instant


class CatalogueEdition(Base):
    """The rules of one edition, kept for as long as the database: a case of years ago still opens with its own.

    id     the edition: 12 hex digits of the files' content (backend.catalogue.load.edition_of)
    files  name → text of the data files as they were when the edition was first met: the rule files, and the others for the
           day when today's no longer fit them
    """

    __tablename__ = "catalogue_editions"

    id: Mapped[str] = mapped_column(String(40), primary_key=True)
    files: Mapped[dict[str, str]] = mapped_column(JSON)
    kept_at: Mapped[datetime] = mapped_column(Instant)
