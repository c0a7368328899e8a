"""No log line carries a run of nine or more digits, whatever way it comes."""

from __future__ import annotations

import json
import logging
from collections.abc import Iterator

import pytest
import structlog

from backend.logging import configure_logging

IDENTITY = "35010220060115001X"


@pytest.fixture(autouse=True)
def as_before() -> Iterator[None]:
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    yield
    root.handlers[:], root.level = handlers, level
    structlog.reset_defaults()


@pytest.mark.parametrize("style", ["json", "console"])
def test_numbers_are_hidden_in_messages_values_and_exceptions(style: str, capsys: pytest.CaptureFixture[str]) -> None:
    configure_logging(style)
    log = structlog.get_logger("a.room")
    log.info(f"card 6222021001116245702 of {IDENTITY}", mobile="13800138000", deep={"list": ["６２２２０２１００１１１"]})
    logging.getLogger("sanic.error").warning("from a library: %s", IDENTITY)
    try:
        raise ValueError(f"bad value {IDENTITY}")
    except ValueError as error:
        log.error("unexpected", exc_info=error)
    written = capsys.readouterr().err
    for secret in ("6222021001116245702", IDENTITY, IDENTITY[:-1], "13800138000", "６２２２０２１００１１１"):
        assert secret not in written
    assert "ValueError" in written
    assert "from a library" in written


def test_short_numbers_and_times_stay_readable(capsys: pytest.CaptureFixture[str]) -> None:
    configure_logging("json")
    structlog.get_logger("a.room").info("did it", seq=12345678, number="TY-3501-26-000123")
    line = json.loads(capsys.readouterr().err)
    assert line["event"] == "did it"
    assert line["seq"] == 12345678
    assert line["number"] == "TY-3501-26-000123"
    assert line["level"] == "info"
    assert line["timestamp"].endswith("Z")
