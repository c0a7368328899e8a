"""What the tests of the bot share: a trained model, keys, databases of both kinds, and everything running together."""

from __future__ import annotations

import base64
import json
import secrets
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[3]
sys.path.insert(0, str(ROOT))

from scripts import train  # noqa: E402
from tests.support.postgres import find_binaries, start_cluster  # noqa: E402
from tests.unit.bot.running import Running, run_in_bot, start  # noqa: E402


@pytest.fixture(scope="session")
def model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The model of the project as it is now: the one in models/ if it is current, else trained for this run."""
    if train.is_current(ROOT, ROOT / "models"):
        return ROOT / "models" / "guitu.tar.gz"
    folder = tmp_path_factory.mktemp("models")
    done = run_in_bot("scripts/train.py", "--models", str(folder))
    assert done.returncode == 0, done.stderr
    return folder / "guitu.tar.gz"


def write_keys(path: Path) -> Path:
    """A new key ring file, in the format of the service."""
    key = base64.b64encode(secrets.token_bytes(32)).decode()
    path.write_text(json.dumps({"current": "k1", "keys": {"k1": key}, "index_key": key}), "utf-8")
    return path


@pytest.fixture
def keys_file(tmp_path: Path) -> Path:
    """A key ring of this test."""
    return write_keys(tmp_path / "keys.json")


@pytest.fixture(scope="session")
def postgres() -> Iterator[str]:
    """The address of a private PostgreSQL, or a skip that says what to install."""
    binaries = find_binaries()
    if binaries is None:
        pytest.skip("PostgreSQL is not installed: apt-get install postgresql")
    cluster = start_cluster(binaries)
    yield f"postgresql://guitu@127.0.0.1:{cluster.port}/postgres"
    cluster.stop()


@pytest.fixture(params=["sqlite", "postgres"])
def tracker_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """Where a tracker store keeps its rows: the test runs on both kinds."""
    return f"sqlite:///{tmp_path / 'tracker.db'}" if request.param == "sqlite" else str(request.getfixturevalue("postgres"))


@pytest.fixture(scope="session")
def running(model: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    """Rasa by `python -m bot.serve`, the action server, and a backend that answers as told."""
    folder = tmp_path_factory.mktemp("running")
    with start(folder, write_keys(folder / "keys.json"), model) as everything:
        yield everything


@pytest.fixture
def talk(running: Running) -> Iterator[Running]:
    """The same, with everything up and the backend in good health at the start of a test."""
    running.backend.reset()
    yield running
    running.backend.reset()
