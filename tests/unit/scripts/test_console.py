"""A failing step says what to do, in one line; the rest is in its log."""

from __future__ import annotations

import errno
import sys
from pathlib import Path

import pytest

from scripts import console
from scripts.console import SetupError, run_logged


@pytest.fixture(autouse=True)
def own_var(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(console, "VAR", tmp_path)
    return tmp_path


def python(code: str) -> list[str]:
    return [sys.executable, "-c", code]


def test_a_failing_step_names_its_log_and_what_to_do(own_var: Path) -> None:
    with pytest.raises(SetupError) as failed:
        run_logged("Training the model", python("print('line 7 is wrong'); raise SystemExit(3)"), failed="Read the log.")
    log = own_var / "log" / "training-the-model.log"
    assert str(failed.value) == f"Training the model failed (status 3). Read the log. Log: {log}"
    assert log.read_text("utf-8") == "line 7 is wrong\n"


@pytest.mark.parametrize("sign", ["No space left on device (os error 28)", "OSError: [Errno 28] No space left on device"])
def test_a_full_disk_is_recognised_in_what_a_step_says(sign: str) -> None:
    with pytest.raises(SetupError, match=r"the disk is full\. Free some gigabytes"):
        run_logged("Installing", python(f"raise SystemExit({sign!r})"))


def test_a_full_disk_is_recognised_when_the_log_itself_cannot_be_written(monkeypatch: pytest.MonkeyPatch) -> None:
    def no_room(*_args: object, **_options: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(Path, "mkdir", no_room)
    with pytest.raises(SetupError, match="the disk is full"):
        run_logged("Installing", python("pass"))


def test_a_missing_network_is_told_apart_from_a_wrong_package() -> None:
    with pytest.raises(SetupError, match="the network cannot be reached"):
        run_logged("Installing", python("raise SystemExit('error sending request for url: dns error')"))
    with pytest.raises(SetupError, match="failed"):
        run_logged("Installing", python("raise SystemExit('hash mismatch')"))


def test_a_missing_program_is_named() -> None:
    with pytest.raises(SetupError, match="/nowhere/npm is missing"):
        run_logged("Installing browser files", ["/nowhere/npm", "ci"])


def test_the_last_line_of_a_log_is_what_progress_shows(own_var: Path) -> None:
    log = own_var / "a.log"
    log.write_bytes(b"Epoch 1\rEpoch 2\r\n\n")
    assert console.last_line(log) == "Epoch 2"
