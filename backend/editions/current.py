"""The editions as a process knows them: its own, from the data files, and those that cases in the database began with.

Rules are asked for in the middle of a transaction, without a look at the database, so every edition is held in memory; there
are a few a year. Before a unit of work or a reading begins, at most once a second, one look tells whether there are new ones.
"""

from __future__ import annotations

import asyncio
import contextlib
import tempfile
import time as clocks
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Protocol

import structlog
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from backend.catalogue.load import Catalogue, CatalogueError, Department, Matter, data_files, edition_of, load_catalogue
from backend.clock import now
from backend.db.engine import Database
from backend.editions import repository
from backend.editions.model import CatalogueEdition
from backend.errors import TryAgain

log = structlog.get_logger()

LOOK_EVERY_SECONDS = 1.0
#: What was filed before editions were kept: it goes by the rules of the day.
UNKNOWN = ""


class HasEdition(Protocol):
    """A case, or a task of one."""

    @property
    def catalogue_edition(self) -> str:
        """The edition it began with."""
        ...


class Editions:
    """The catalogue that the data files hold now, and by edition those that cases began with."""

    def __init__(self, db: Database, directory: Path, current: Catalogue) -> None:
        self._db, self._directory, self._current = db, directory, current
        self._files = data_files(directory)
        if edition_of(directory) != current.edition:
            raise CatalogueError(f"{directory}: the rule files changed while they were read; start again.")
        self._known: dict[str, Catalogue] = {UNKNOWN: current, current.edition: current}
        #: As the files say, before anything was laid over them.
        self._files_say = dict(self._known)
        self._overlay: Callable[[Catalogue], Catalogue] = lambda catalogue: catalogue
        self._missed: set[str] = set()
        self._kept = False
        self._looked_at = float("-inf")
        self._first = asyncio.Lock()

    def of(self, case: HasEdition) -> Catalogue:
        """The catalogue for a case: the rules of its edition, and everything else (texts, windows, banks, counties) of today.

        Raises TryAgain for an edition that another process brought within the last second.
        """
        found = self._known.get(case.catalogue_edition)
        if found is None:
            self._looked_at = float("-inf")
            self._missed.add(case.catalogue_edition)
            raise TryAgain("规则刚刚更新，请过一会儿再试一次。", code="new_edition", edition=case.catalogue_edition)
        return found

    @property
    def current(self) -> Catalogue:
        """The catalogue of the day, with what administrators laid over it."""
        return self._current

    def lay_over(self, overlay: Callable[[Catalogue], Catalogue]) -> None:
        """Lay texts, windows and banks over what the files say, for the day's cases and for those of older editions alike."""
        # What is one catalogue stays one: what is made from it (the reader's words) is made once.
        once = {id(catalogue): overlay(catalogue) for catalogue in self._files_say.values()}
        laid = {edition: once[id(catalogue)] for edition, catalogue in self._files_say.items()}
        self._overlay, self._known, self._current = overlay, laid, laid[UNKNOWN]

    @property
    def matters(self) -> Mapping[str, Matter]:
        """Every matter that some case may have, by code, as it is called today or was called last."""
        return {code: matter for each in self._all() for code, matter in each.matters.items()}

    @property
    def departments(self) -> Mapping[str, Department]:
        """Every department that some case may be with, by code, as it is called today or was called last."""
        return {code: department for each in self._all() for code, department in each.departments.items()}

    def _all(self) -> Iterator[Catalogue]:
        # The latest name of a thing counts, and before all others the one that it has today.
        yield from self._known.values()
        yield self._current

    async def refresh(self) -> None:
        """Look for new editions, unless that was done within the last second. What comes first waits for the first look."""
        if self._kept:
            if clocks.monotonic() - self._looked_at >= LOOK_EVERY_SECONDS:
                await self.read()
            return
        async with self._first:
            if not self._kept:
                await self.read()
                await self._keep()
                self._kept = True

    async def read(self) -> None:
        """Look for new editions now."""
        self._looked_at = clocks.monotonic()
        async with self._db.reading(look=False) as session:
            new = [edition for edition in await repository.ids(session) if edition not in self._known]
            found = await repository.files(session, new) if new else {}
        for edition in new:
            # Reading the files takes a while, and others must not wait for it.
            self._files_say[edition] = await asyncio.to_thread(self._load, edition, found[edition])
            self._known[edition] = self._overlay(self._files_say[edition])
        for edition in self._missed - self._known.keys():
            log.error("a case began with rules that are not kept; it goes by those of the day", edition=edition)
            self._files_say[edition] = self._files_say[UNKNOWN]
            self._known[edition] = self._current
        self._missed.clear()

    async def _keep(self) -> None:
        """The rules of this process are kept before it can file a case under them."""
        edition = self._current.edition
        async with self._db.reading(look=False) as session:
            if edition in await repository.ids(session):
                return
        async with AsyncSession(self._db.engine) as session:
            session.add(CatalogueEdition(id=edition, files=self._files, kept_at=now()))
            # Another process that starts beside this one has kept the same.
            with contextlib.suppress(IntegrityError):
                await session.commit()

    def _load(self, edition: str, files: Mapping[str, str]) -> Catalogue:
        with tempfile.TemporaryDirectory(prefix="guitu-edition-") as folder:
            kept = Path(folder)
            for name, text in files.items():
                (kept / name).write_text(text, "utf-8")
            for directory in (self._directory, kept):
                # Where today's texts and questions no longer fit the old rules, those of then do.
                try:
                    return load_catalogue(directory, rules=kept)
                except CatalogueError as error:
                    log.warning("older rules do not fit", edition=edition, with_texts_of=str(directory), error=str(error))
        # Its cases must go on all the same, on the rules of the day.
        log.error("the rules that older cases began with cannot be read any more", edition=edition)
        return self._files_say[UNKNOWN]
