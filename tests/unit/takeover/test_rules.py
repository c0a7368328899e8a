"""Office hours of who answers, claims, percentiles, and the words that bring the bot back."""

from __future__ import annotations

from datetime import datetime

import pytest

from backend.clock import SHANGHAI
from backend.house import House
from backend.takeover import states
from backend.takeover.rules import opens_at, percentile, wants_bot
from backend.time_limits.rules import DEFAULT_OFFICE


@pytest.mark.parametrize(
    ("moment", "opens"),
    [
        ("2026-11-25 10:00", None),
        ("2026-11-25 07:59", "2026-11-25 08:00"),
        ("2026-11-25 12:00", "2026-11-25 14:00"),
        ("2026-11-25 18:00", "2026-11-26 08:00"),
        ("2026-11-27 20:00", "2026-11-30 08:00"),
    ],
)
def test_the_office_opens_next_on_a_working_day_in_a_session(house: House, moment: str, opens: str | None) -> None:
    instant = datetime.fromisoformat(moment).replace(tzinfo=SHANGHAI)
    found = opens_at(instant, house.calendar, DEFAULT_OFFICE)
    assert (f"{found:%Y-%m-%d %H:%M}" if found else None) == opens


@pytest.mark.parametrize(
    "words",
    ["不用人工了", "回到机器人", "转回机器人吧", "不要人工客服了。", "不等人工了", "back to the bot", "I don’t need a person"],
)
def test_the_bot_is_called_back(words: str) -> None:
    assert wants_bot(words)


@pytest.mark.parametrize("words", ["转人工", "机器人说的对吗", "回到机器人之前你说的那个材料", "不用", "人工费多少"])
def test_other_words_leave_staff_where_they_are(words: str) -> None:
    assert not wants_bot(words)


@pytest.mark.parametrize(
    ("values", "share", "found"), [([], 0.5, None), ([7], 0.9, 7), (list(range(1, 11)), 0.5, 5), (list(range(1, 11)), 0.9, 9)]
)
def test_percentiles_are_values_that_were_measured(values: list[int], share: float, found: int | None) -> None:
    assert percentile(values, share) == found


def test_the_table_offers_only_what_it_allows_and_knows_every_command_of_staff() -> None:
    known = {command for commands in states.AFTER.values() for command in commands}
    assert set(states.OF_STAFF) <= known
    for owner, commands in states.AFTER.items():
        assert set(commands.values()) <= set(states.AFTER)
        for mine in (True, False):
            for supervisor in (True, False):
                assert set(states.allowed(owner, mine=mine, supervisor=supervisor)) <= set(commands)
    assert "reply" not in states.allowed(states.STAFF, mine=False, supervisor=True)
    assert states.allowed(states.BOT, mine=False, supervisor=True) == []
