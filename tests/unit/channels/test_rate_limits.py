"""Floods are slowed, a source for itself."""

from __future__ import annotations

import pytest

from backend.errors import TooMany
from backend.security import rate_limits
from backend.security.rate_limits import RateLimit


def test_a_burst_is_granted_and_then_so_much_a_second(monkeypatch: pytest.MonkeyPatch) -> None:
    instant = 100.0
    monkeypatch.setattr("time.monotonic", lambda: instant)
    limit = RateLimit(burst=3, per_second=0.5)
    assert [limit.wait_for("a") for _ in range(4)] == [0, 0, 0, 2.0]
    assert limit.wait_for("b") == 0
    instant += 2
    assert limit.wait_for("a") == 0
    assert limit.wait_for("a") > 0
    instant += 1000
    assert [limit.wait_for("a") for _ in range(4)][:3] == [0, 0, 0]


def test_a_refusal_says_when_to_come_again() -> None:
    limit = RateLimit(burst=1, per_second=0.1)
    limit.check("a")
    with pytest.raises(TooMany) as refusal:
        limit.check("a")
    assert refusal.value.details["retry_after"] in (10, 11)


def test_memory_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rate_limits, "MOST_SOURCES", 10)
    limit = RateLimit(burst=1, per_second=1)
    for number in range(100):
        limit.wait_for(str(number))
    assert len(limit._left) == 10
