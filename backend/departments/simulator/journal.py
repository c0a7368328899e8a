"""What the simulator still has to report, in a small file of its own: a restart loses nothing, and repeats are the same."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from backend.clock import SHANGHAI


@dataclass(frozen=True)
class Pending:
    """One report: where to, under which event id, and its body."""

    event_id: str
    unit_id: str
    url: str
    body: str


class Journal:
    """Reports in the order in which they fall due. One process uses it."""

    def __init__(self, path: Path) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        self._db = sqlite3.connect(path, isolation_level=None)
        self._db.execute("PRAGMA journal_mode=wal")
        self._db.execute(
            "CREATE TABLE IF NOT EXISTS reports (event_id TEXT PRIMARY KEY, task TEXT NOT NULL, place INTEGER NOT NULL, "
            "unit_id TEXT NOT NULL, url TEXT NOT NULL, report TEXT NOT NULL, due REAL NOT NULL, body TEXT, "
            "sent INTEGER NOT NULL DEFAULT 0)"
        )
        self._db.execute("CREATE INDEX IF NOT EXISTS reports_due ON reports (sent, due)")

    def close(self) -> None:
        """Close the file."""
        self._db.close()

    def plan(
        self, push_id: str, push: dict[str, Any], unit_id: str, played: Sequence[dict[str, Any]], at: float, delay: float
    ) -> bool:
        """Plan the reports of a push, `delay` seconds apart. False when this push came before: nothing is planned twice."""
        rows = [
            (f"{push_id}-{place}", push["task"], place, unit_id, push["results_url"], json.dumps(report), at + place * delay)
            for place, report in enumerate(played, 1)
        ]
        before = self._db.total_changes
        self._db.executemany(
            "INSERT OR IGNORE INTO reports (event_id, task, place, unit_id, url, report, due) VALUES (?, ?, ?, ?, ?, ?, ?)",
            rows,
        )
        return self._db.total_changes > before

    def due(self, at: datetime, limit: int = 50) -> list[Pending]:
        """The first unsent report of each task, if its time has come. Its body is fixed now, and is the same ever after."""
        found = self._db.execute(
            "SELECT event_id, task, unit_id, url, report, body, due FROM reports r WHERE sent = 0 AND due <= ? AND NOT EXISTS "
            "(SELECT 1 FROM reports e WHERE e.task = r.task AND e.unit_id = r.unit_id AND e.sent = 0 AND e.place < r.place) "
            "ORDER BY due LIMIT ?",
            (at.timestamp(), limit),
        ).fetchall()
        pending = []
        for event_id, task, unit_id, url, report, body, _due in found:
            if body is None:
                body = json.dumps(
                    {"task": task, "at": at.astimezone(SHANGHAI).isoformat(), **json.loads(report)}, ensure_ascii=False
                )
                self._db.execute("UPDATE reports SET body = ? WHERE event_id = ?", (body, event_id))
            pending.append(Pending(event_id, unit_id, url, body))
        return pending

    def sent(self, event_id: str) -> None:
        """The report was answered."""
        self._db.execute("UPDATE reports SET sent = 1 WHERE event_id = ?", (event_id,))

    def later(self, event_id: str, due: float) -> None:
        """The report was not answered: try again at `due`."""
        self._db.execute("UPDATE reports SET due = ? WHERE event_id = ?", (due, event_id))

    def unsent(self) -> int:
        """How many reports are still to come."""
        return int(self._db.execute("SELECT count(*) FROM reports WHERE sent = 0").fetchone()[0])
