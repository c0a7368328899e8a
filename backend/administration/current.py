"""What administrators laid over the catalogue's files, as a process knows it. Picked up by every process within a second."""

from __future__ import annotations

import time as clocks
from collections.abc import Callable, Mapping

import structlog

from backend.administration import repository
from backend.administration.model import CatalogueOverride
from backend.catalogue.entries import Catalogue
from backend.catalogue.overlay import Content, lay_over
from backend.catalogue.reading import CatalogueError
from backend.db.engine import Database
from backend.editions.current import Editions

log = structlog.get_logger()

LOOK_EVERY_SECONDS = 1.0


class Overrides:
    """files: the catalogue as the data files alone say it · rows: the newest of each entry, by kind and code."""

    def __init__(self, db: Database, files: Catalogue, editions: Editions) -> None:
        self._db, self._editions = db, editions
        self.files = files
        self.rows: Mapping[tuple[str, str], CatalogueOverride] = {}
        self.on_change: Callable[[Catalogue], None] = lambda _catalogue: None
        self._newest = 0
        self._looked_at = float("-inf")

    async def refresh(self) -> None:
        """Look for a change, unless that was done within the last second."""
        if clocks.monotonic() - self._looked_at >= LOOK_EVERY_SECONDS:
            await self.read()

    async def read(self) -> None:
        """Look for a change now, and lay it over the files if there is one."""
        self._looked_at = clocks.monotonic()
        async with self._db.reading(look=False) as session:
            newest = await repository.newest_override(session)
            if newest == self._newest:
                return
            found = await repository.overrides(session)
        self.rows = {(row.kind, row.code): row for row in found}
        entries: dict[tuple[str, str], Content] = {
            key: {**row.content, "number": row.number} for key, row in self.rows.items() if row.content is not None
        }
        self._editions.lay_over(lambda catalogue: lay_over(catalogue, entries, _told))
        self._newest = newest
        self.on_change(self._editions.current)


def _told(kind: str, code: str, error: CatalogueError) -> None:
    # It was checked when it was written. What the file says now is said, rather than nothing.
    log.error("an administrator's entry does not fit the data files any more", kind=kind, code=code, error=str(error))
