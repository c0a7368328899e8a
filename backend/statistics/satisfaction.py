"""How satisfied veterans were, by county and the month in which their case was completed; and what they wrote."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from backend.clock import local
from backend.house import House
from backend.satisfaction import repository
from backend.satisfaction.model import Satisfaction
from backend.satisfaction.rules import SCALE
from backend.security.masking import mask_name
from backend.statistics.rules import Slice, bounds

HEAD = (
    "月份",
    "县（市、区）代码",
    "县（市、区）",
    "询问数",
    "回答数",
    "平均分（满分5分）",
    *(label.source for label in SCALE.values()),
)
MOST_WORDS = 200


@dataclass
class Line:
    """One county in one month. asked: of how many · scores: how many gave each score, 5 (很满意) to 1 (不满意)."""

    county: str
    asked: int = 0
    scores: dict[int, int] = field(default_factory=lambda: dict.fromkeys(SCALE, 0))

    @property
    def answered(self) -> int:
        """How many gave a score."""
        return sum(self.scores.values())

    @property
    def mean(self) -> float | None:
        """The mean score to a hundredth; None where nobody answered."""
        total = sum(score * count for score, count in self.scores.items())
        return round(total / self.answered, 2) if self.answered else None


async def month(session: AsyncSession, name: str, counties: Sequence[str] | None) -> list[Line]:
    """The lines of a month (`2026-11`) for `counties` (None: all), by county. Raises GuituError for what is no month."""
    bounds(name)
    lines: dict[str, Line] = {}
    for county, score, count in await repository.counted(session, name, counties):
        line = lines.setdefault(county, Line(county))
        line.asked += count
        if score is not None:
            line.scores[score] += count
    return [lines[county] for county in sorted(lines)]


async def together(session: AsyncSession, wanted: Slice, by: str) -> list[tuple[str, Line]]:
    """Each month or county (`by`) of a slice with what was answered there, in order."""
    lines: dict[str, Line] = {}
    for key, score, count in await repository.counted_by(session, wanted.months, wanted.counties, by):
        line = lines.setdefault(key, Line(key))
        line.asked += count
        if score is not None:
            line.scores[score] += count
    return list(lines.items())


async def words(
    session: AsyncSession, wanted: Slice, after: tuple[datetime, str] | None, limit: int
) -> list[tuple[Satisfaction, str]]:
    """Answers with words, the newest first, and the words without the veteran's own name."""
    found = await repository.page_of_words(session, wanted.months, wanted.counties, after, limit)
    return [(row, (row.words or "").replace(name, mask_name(name)) if name else row.words or "") for row, name in found]


async def written(session: AsyncSession, name: str, counties: Sequence[str] | None) -> list[dict[str, Any]]:
    """What was written of a month's cases, the newest first, at most MOST_WORDS; whose it is, is not said."""
    bounds(name)
    return [
        {
            "county": row.county,
            "score": row.score,
            "words": row.words,
            "on": local(row.answered_at or row.asked_at).date().isoformat(),
        }
        for row in await repository.written(session, name, counties, MOST_WORDS)
    ]


def as_json(line: Line) -> dict[str, Any]:
    """A line with its mean."""
    return {
        "county": line.county,
        "asked": line.asked,
        "answered": line.answered,
        "mean": line.mean,
        "scores": {str(score): count for score, count in line.scores.items()},
    }


def table(house: House, name: str, lines: Sequence[Line]) -> list[tuple[object, ...]]:
    """The rows under HEAD, in words."""
    return [
        (
            name,
            line.county,
            house.catalogue.counties[line.county].name,
            line.asked,
            line.answered,
            line.mean,
            *line.scores.values(),
        )
        for line in lines
    ]
