"""Pages of a list. What is shown, in which order, is the database's work; here are only the addresses of other pages."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import urlencode


@dataclass(frozen=True)
class Listing:
    """Where a reader is in a list.

    path, query   of the list; `query` holds what narrows it · by, descending: the column that sorts it
    page, count, limit   of a list that is counted, `page` from 0 · cursor, after: of a long one, where this page begins, and the next
    """

    path: str
    query: Mapping[str, str] = field(default_factory=dict)
    by: str = ""
    descending: bool = False
    page: int = 0
    count: int | None = None
    limit: int = 20
    cursor: str | None = None
    after: str | None = None

    @property
    def pages(self) -> int:
        """How many pages; 0 where they are not counted."""
        return -(-self.count // self.limit) if self.count is not None else 0

    @property
    def address(self) -> str:
        """Its beginning, narrowed as it is."""
        return self._address(self.query)

    @property
    def first(self) -> str | None:
        """The first page, for a list whose pages are not counted."""
        return self._to() if self.cursor else None

    @property
    def previous(self) -> str | None:
        """The page before, where pages are counted."""
        return self._to(page=str(self.page)) if self.page > 0 else None

    @property
    def next(self) -> str | None:
        """The page after."""
        if self.after:
            return self._to(after=self.after)
        return self._to(page=str(self.page + 2)) if self.page + 1 < self.pages else None

    def sorted_by(self, by: str) -> str:
        """The same list by another column; by the same one the other way round."""
        descending = by == self.by and not self.descending
        return self._address({**self.query, "by": by, **({"descending": "1"} if descending else {})})

    def _to(self, **place: str) -> str:
        order = {"by": self.by, **({"descending": "1"} if self.descending else {})} if self.by else {}
        return self._address({**self.query, **order, **place})

    def _address(self, query: Mapping[str, str]) -> str:
        given = {name: value for name, value in query.items() if value}
        return f"{self.path}?{urlencode(given)}" if given else self.path


def read_page(given: str) -> int:
    """The page that was asked for, from 0; anything that is no page is the first."""
    return min(int(given), 10_000) - 1 if given.isascii() and given.isdigit() and len(given) < 6 and int(given) > 0 else 0
