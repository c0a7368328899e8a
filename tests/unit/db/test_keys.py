"""Keys that are too long for their column."""

from __future__ import annotations

import pytest

from backend.db.keys import LONGEST, fitted


@pytest.mark.parametrize("key", ["", "submitted", "k" * LONGEST, "编" * LONGEST])
def test_a_key_that_fits_stays_as_it_is(key: str) -> None:
    assert fitted(key) == key


def test_one_that_is_too_long_is_read_at_its_beginning_and_told_from_every_other() -> None:
    first, second = fitted("t_1:" + "e" * 300 + "a"), fitted("t_1:" + "e" * 300 + "b")
    assert first.startswith("t_1:eee") and len(first) == len(second) == LONGEST
    assert first != second
    assert fitted(first) == first
    assert len(fitted("编" * 500, 160)) == 160
