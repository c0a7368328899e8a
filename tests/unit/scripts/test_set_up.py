"""Set-up does what is missing and nothing twice; what it made for the owner stays as it is."""

from __future__ import annotations

import os
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from scripts import environments, stamps, steps
from scripts.console import ROOT, SetupError
from scripts.environments import BOT_ENVIRONMENT, ROOT_ENVIRONMENT, Environment

pytestmark = pytest.mark.skipif(not BOT_ENVIRONMENT.interpreter.exists(), reason="the Rasa environment is not set up")


def test_a_stamp_holds_until_a_file_changes(tmp_path: Path) -> None:
    lock, stamp = tmp_path / "lock", tmp_path / "stamp"
    lock.write_text("a==1", "utf-8")
    stamps.mark_done(stamp, stamps.digest([lock], "3.12"))
    assert stamps.is_done(stamp, stamps.digest([lock], "3.12"))
    assert not stamps.is_done(stamp, stamps.digest([lock], "3.10"))
    lock.write_text("a==2", "utf-8")
    assert not stamps.is_done(stamp, stamps.digest([lock], "3.12"))


def test_an_environment_with_a_valid_stamp_is_left_alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(environments, "find_uv", lambda: pytest.fail("uv was looked for"))
    lock, larger = tmp_path / "requirements.txt", tmp_path / "requirements-dev.txt"
    lock.write_text("a", "utf-8")
    larger.write_text("a b", "utf-8")
    environment = Environment("test environment", tmp_path / "venv", "3.12", 0.1)
    environment.interpreter.parent.mkdir(parents=True)
    environment.interpreter.touch()
    stamps.mark_done(environment.folder / "guitu-stamp", stamps.digest([larger], "3.12", str(ROOT)))
    environments.prepare(environment, [lock, larger], install_project=False)


def test_a_disk_without_room_is_refused_before_anything_is_fetched(tmp_path: Path) -> None:
    environment = Environment("test environment", tmp_path / "venv", "3.12", 1e9)
    with pytest.raises(SetupError, match=r"The disk is full: .* needs 1000000000\.0 GiB"):
        environments.need_space(environment)


def test_secrets_are_for_their_owner_only_and_never_overwritten(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(steps, "VAR", tmp_path)
    monkeypatch.setattr("scripts.console.VAR", tmp_path)
    steps.private_files()
    made = {name: (tmp_path / name).read_bytes() for name in ("guitu.env", "keys.json")}
    steps.private_files()
    for name, content in made.items():
        assert (tmp_path / name).read_bytes() == content
        assert stat.S_IMODE((tmp_path / name).stat().st_mode) == 0o600
    assert stat.S_IMODE(tmp_path.stat().st_mode) == 0o700
    assert b"GUITU_RASA_TOKEN=" in made["guitu.env"]


def test_lost_keys_are_not_made_anew_beside_a_database_that_needs_them(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(steps, "VAR", tmp_path)
    (tmp_path / "guitu.db").write_bytes(b"kept")
    with pytest.raises(SetupError, match=r"keys\.json is missing, .* Put it back from your backup"):
        steps.private_files()
    assert not (tmp_path / "keys.json").exists()


def test_a_folder_that_may_not_be_written_is_told_in_one_line(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def refuse(dev: bool) -> None:
        raise PermissionError(13, "Permission denied", "var/guitu.env")

    monkeypatch.setattr(steps, "set_up", refuse)
    assert steps.main([]) == 1
    assert "var/guitu.env may not be written by this account" in capsys.readouterr().err


@pytest.mark.parametrize("environment", [ROOT_ENVIRONMENT, BOT_ENVIRONMENT], ids=["root", "bot"])
def test_installed_packages_have_bytecode_of_their_own_python(environment: Environment) -> None:
    # PYTHONDONTWRITEBYTECODE would keep every later start from writing it: Rasa's imports alone take twenty seconds without.
    assert environments.missing_bytecode(environment) < 0.02


HOLD_THE_LOCK = """
import sys
from pathlib import Path
from scripts import steps
steps.TOOLS = Path(sys.argv[1])
with steps.only_one():
    print("held", flush=True)
    sys.stdin.read()
"""


def test_a_second_set_up_waits_for_the_first(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    command = [sys.executable, "-c", HOLD_THE_LOCK, str(tmp_path)]
    with subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as first:
        assert first.stdin is not None and first.stdout is not None
        assert first.stdout.readline() == "held\n"
        let_go = first.stdin.close
        monkeypatch.setattr(steps, "TOOLS", tmp_path)
        monkeypatch.setattr(steps, "say", lambda line: (print(line), let_go()))
        with steps.only_one():
            assert first.wait(10) == 0
    assert f"Waiting for another set-up of this checkout (pid {first.pid})" in capsys.readouterr().out


def test_an_old_python_is_told_in_one_line() -> None:
    old = "import sys; sys.version_info = (3, 8, 1, 'final', 0); sys.argv = ['setup.py']; import runpy; runpy.run_path('scripts/setup.py', run_name='__main__')"
    done = subprocess.run([sys.executable, "-c", old], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert done.stderr.count("\n") == 1
    assert "needs a Python of 3.10 or newer" in done.stderr


def test_no_training_is_needed_after_set_up() -> None:
    check = [str(BOT_ENVIRONMENT.interpreter), "scripts/train.py", "--check"]
    done = subprocess.run(check, cwd=ROOT, env={**os.environ}, capture_output=True, text=True, check=False)
    if done.returncode == 3:
        pytest.skip("the training data changed since the last set-up: make setup")
    assert done.returncode == 0, done.stderr
