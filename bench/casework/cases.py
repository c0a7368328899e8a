"""The rows of a seeded case, as tuples: of its table's columns below, times as instants, encrypted columns sealed already.

A year of months ends now; most cases have ended, the newest (and a few that wait for long) are open. A case has its real
tasks and deliveries. Records, notices and outbox rows are of one case in ten, and fewer than in life: what is measured reads
them of a single case only, or adds to them, and a million fit on an ordinary disk.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from random import Random
from typing import Any

from backend.applications.indexes import identity_index, mobile_index, name_index
from backend.clock import local, now
from backend.db.ids import new_id
from backend.house import House
from bench.casework.kinds import Part, Sealed, make_kinds

type Row = tuple[Any, ...]
YEAR = timedelta(days=365)
MINUTE, DAY = timedelta(minutes=1), timedelta(days=1)
MOST_OPEN = 8_000
#: One case in so many has its records, notices and outbox rows.
WRITTEN = 10
#: One in so many bears the commonest name; the others share theirs with a few dozen of a million.
COMMON = 1_000
COMMON_NAME = "陈示例"
OTHER_NAMES = 20_000
OPEN_STATES = ("in_progress",) * 6 + ("submitted", "submitted", "accepted", "correction_requested")

_COLUMNS = {
    "archive_imports": "id county file_hash rows imported_by at",
    "applications": "id number draft_id conversation_id county year state version identity_index mobile_index name_index"
    " hall_number answers matters lacking catalogue_edition language submitted_at archive_received_at originals_received_at"
    " checked_in_at state_since ended_at",
    "expected_soldiers": "county year identity_index facts archive_received_on application_id import_id",
    "tasks": "id application_id catalogue_edition county matter path department unit_id state state_since version dispatched_at received_at received_month"
    " clock_started_at due_at provisional calendar_version next_alert_at done_at ended_month worked_minutes outcome"
    " last_result_at",
    "case_events": "application_id task_id actor command from_state to_state data at",
    "corrections": "application_id kind name reason requested_by requested_at resolved_at",
    "deliveries": "application_id task_id product way state since",
    "notices": "application_id key channel event template version params state at",
    "outbox": "topic key payload state attempts available_at created_at county done_at",
    "alerts": "task_id kind role county department about_at at seen_by seen_at",
    "case_requests": "id application_id task_id kind county department words asked_at answer answered_by answered_at",
    "appointments": "id application_id county starts_at place made_by made_at",
    "application_numbers": "city year last",
}
COLUMNS: Mapping[str, tuple[str, ...]] = {table: tuple(columns.split()) for table, columns in _COLUMNS.items()}


def mobile_of(number: int) -> str:
    """The mobile of the `number`-th case."""
    return f"199{number:08d}"


class Cases:
    """Deals `size` cases over `counties`, the first of which is the largest. `units`: ids by county and department."""

    def __init__(self, house: House, size: int, counties: tuple[str, ...], units: Mapping[tuple[str, str], str]) -> None:
        self.house, self.size, self.counties, self.units = house, size, counties, units
        self.random, self.sealed = Random(1), Sealed()  # noqa: S311 - a game of dice
        self.kinds = make_kinds(house.catalogue, self.sealed, self.random)
        self.end, self.open = now(), min(MOST_OPEN, size // 10)
        # As in life: the largest county has fifteen times the people of the smallest.
        self.weights = [1 / (rank + 5) for rank in range(len(counties))]
        self.numbers: Counter[tuple[str, int]] = Counter()
        self.imports: dict[tuple[str, int], str] = {}
        seal = self.sealed.of
        self.event_data = seal("case_events.data", {"unit": new_id("u")})
        self.outcome = seal("tasks.outcome", {"结果": "已办结", "备注": "示例"})
        self.params = seal(
            "notices.params", {"window": "示例区退役军人服务中心", "matter": "社会保障卡申领", "outcome": "已办结"}
        )
        self.payload = seal(
            "outbox.payload", {"task": new_id("t"), "event": "task.dispatched", "dispatched_at": self.end.isoformat()}
        )
        self.facts = seal("expected_soldiers.facts", {"name": COMMON_NAME, "id_number": "0" * 18, "discharge_month": "2026-09"})
        self.words = seal("case_requests.words", "请问这件事什么时候能办好？")
        self.answer = seal("case_requests.answer", "已经在办，办好就通知你。")
        self.reason = seal("corrections.reason", "少一位，请核对后再填一次")

    def rows(self) -> Iterator[tuple[str, Row]]:
        """Every row with its table; a row that others point at comes before them, within a few cases."""
        for number in range(self.size):
            yield from self._case(number)
        for (city, year), last in self.numbers.items():
            yield "application_numbers", (city, year, last)

    def _case(self, number: int) -> Iterator[tuple[str, Row]]:
        random, house = self.random, self.house
        kind = random.choice(self.kinds)
        county = random.choices(self.counties, self.weights)[0]
        submitted = self.end - YEAR * ((self.size - number) / self.size)
        state = self._state(number)
        checked_in = min(submitted + DAY * random.randint(3, 10), self.end) if state in ("in_progress", "completed") else None
        ended = None
        if state in ("completed", "rejected", "withdrawn"):
            ended = min((checked_in or submitted) + DAY * random.randint(6, 20), self.end)
        year, city = local(submitted).year, county[:4]
        self.numbers[city, year] += 1
        name = COMMON_NAME if number % COMMON == 0 else f"林示例{number % OTHER_NAMES}"
        identity = identity_index(house, f"seeded-{number}")
        case, archive = new_id("a"), None if state == "submitted" and number % 2 else submitted + DAY
        yield (
            "applications",
            (
                case,
                f"TY-{city}-{year % 100:02d}-{self.numbers[city, year]:06d}",
                new_id("d"),
                new_id("c"),
                county,
                year,
                state,
                5,
                identity,
                mobile_index(house, mobile_of(number)),
                name_index(house, name),
                f"示例{number:010d}",
                kind.answers,
                json.dumps(kind.matters),
                "[]",
                house.catalogue.edition,
                "zh_Hans_CN",
                submitted,
                archive,
                checked_in,
                checked_in,
                ended or checked_in or submitted,
                ended,
            ),
        )
        yield from self._beside(number, case, county, year, identity, submitted, state)
        if number % WRITTEN == 0:
            yield from self._written(number, case, county, submitted)
        if checked_in:
            for part in kind.parts:
                yield from self._task(case, county, part, checked_in, state, written=number % WRITTEN == 0)

    def _state(self, number: int) -> str:
        """Four fifths of what is open are the newest cases, the others wait among the old ones."""
        random = self.random
        if number >= self.size - self.open * 0.8:
            return random.choice(OPEN_STATES)
        if random.random() < self.open * 0.2 / self.size:
            return "in_progress"
        fate = random.random()
        return "rejected" if fate < 0.02 else "withdrawn" if fate < 0.04 else "completed"

    def _beside(
        self, number: int, case: str, county: str, year: int, identity: str, submitted: datetime, state: str
    ) -> Iterator[tuple[str, Row]]:
        """What belongs to the case and to no task, and is read in lists."""
        at = submitted
        if number % 10 == 0 or state == "correction_requested":
            resolved = None if state == "correction_requested" else at + DAY
            yield "corrections", (case, "field", "mobile", self.reason, "staff:example", at, resolved)
        if number % 5:
            if (county, year) not in self.imports:
                self.imports[county, year] = new_id("i")
                yield "archive_imports", (self.imports[county, year], county, f"{year:064d}", 1, "staff:example", at)
            received = local(at).date()
            yield "expected_soldiers", (county, year, identity, self.facts, received, case, self.imports[county, year])
        if number % 3 == 0:
            yield "appointments", (new_id("p"), case, county, at + DAY * 7, number + 1, "staff:example", at)

    def _written(self, number: int, case: str, county: str, at: datetime) -> Iterator[tuple[str, Row]]:
        """What was written down, told and sent of the case."""
        for command, before, after in (
            ("submit", None, "submitted"),
            ("record_archive", "submitted", "submitted"),
            ("accept", "submitted", "accepted"),
        ):
            yield "case_events", (case, None, "staff:example", command, before, after, None, at)
        for event in ("submitted", "accepted"):
            for channel in ("chat", "sms"):
                yield (
                    "notices",
                    (case, event, channel, event, event, 1, self.params, "said" if channel == "chat" else "queued", at),
                )
        done = None if number >= self.size - 50 else at + MINUTE
        yield "outbox", ("sms.send", new_id("e"), self.payload, "done" if done else "waiting", 1, at, at, county, done)

    def _task(
        self, case: str, county: str, part: Part, checked_in: datetime, state: str, *, written: bool
    ) -> Iterator[tuple[str, Row]]:
        random, task = self.random, new_id("t")
        dispatched, received = checked_in, checked_in + MINUTE
        due = received + DAY * (part.days * 1.4) if part.days else None
        late = random.random() < 0.05
        spent = DAY * ((part.days or 4) * (1.6 if late else random.random()))
        done = received + spent
        if done > self.end or (state == "in_progress" and random.random() < 0.7):
            done = None
        ended = random.choice(("done",) * 18 + ("moved_offline", "declined")) if done else "received"
        yield (
            "tasks",
            (
                task,
                case,
                self.house.catalogue.edition,
                county,
                part.matter,
                part.path,
                part.department,
                self.units[county, part.department],
                ended if done or due else "waiting_funds",
                done or received,
                4,
                dispatched,
                received,
                f"{local(received):%Y-%m}",
                received if due else None,
                due,
                False,
                0,
                due if done is None and due and due > self.end else None,
                done,
                f"{local(done):%Y-%m}" if done else None,
                int(spent / MINUTE / 3) if done else None,
                self.outcome if done else None,
                done,
            ),
        )
        if written:
            yield from self._written_of(case, county, task, part, received, done, ended)
        if part.product and done:
            way = "mailed" if part.way == "mail" else "to_collect"
            closed = {"mailed": "delivered", "to_collect": "collected"}[way]
            delivery = closed if state == "completed" else way
            yield "deliveries", (case, task, part.product, part.way, delivery, done)
        yield from self._reminders(case, county, task, part, received, due, done, late)

    def _written_of(
        self, case: str, county: str, task: str, part: Part, received: datetime, done: datetime | None, ended: str
    ) -> Iterator[tuple[str, Row]]:
        """What was written down, told and sent of a task."""
        dispatch = ("dispatch", "waiting_papers", "dispatched", self.event_data, received - MINUTE)
        yield "case_events", (case, task, "staff:example", *dispatch)
        if done:
            yield "case_events", (case, task, f"unit:{part.department}", "done", "received", ended, self.event_data, done)
        if self.random.random() < 0.4:
            notice = (f"{task}:done", "chat", "done", f"done_{part.matter}", 1, self.params, "said", received)
            yield "notices", (case, *notice)
            yield "outbox", ("task.push", new_id("e"), self.payload, "done", 1, received, received, county, received)

    def _reminders(
        self,
        case: str,
        county: str,
        task: str,
        part: Part,
        received: datetime,
        due: datetime | None,
        done: datetime | None,
        late: bool,
    ) -> Iterator[tuple[str, Row]]:
        random = self.random
        if due and (late or random.random() < 0.1):
            seen = ("staff:example", received + DAY) if random.random() < 0.5 else (None, None)
            yield "alerts", (task, "half", "officer", county, part.department, due, received + (due - received) / 2, *seen)
            if late:
                for role in ("window", "county_supervisor"):
                    yield "alerts", (task, "overdue", role, county, part.department, due, due, *seen)
        if random.random() < 0.002:
            yield "alerts", (task, "stuck", "county_supervisor", county, part.department, received, received, None, None)
        if random.random() < 0.005:
            answered = (self.answer, "staff:example", received + DAY) if done else (None, None, None)
            about = (new_id("r"), case, task, "urge", county, part.department, self.words, received + MINUTE)
            yield "case_requests", (*about, *answered)
