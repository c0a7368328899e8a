"""`guitu serve` refuses a taken port in one line, before it opens anything."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from backend import serve
from backend.errors import GuituError
from scripts.console import ROOT


def test_a_taken_port_is_refused_in_one_line() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(GuituError, match=rf"cannot listen on 127\.0\.0\.1:{port}: .* set GUITU_PORT to a free port"):
            serve._listen("127.0.0.1", port)


def test_a_free_port_is_taken_on_the_loopback_address_only() -> None:
    with serve._listen("127.0.0.1", 0) as listener:
        assert listener.getsockname()[0] == "127.0.0.1"


def test_a_missing_key_file_is_told_in_one_line(tmp_path: Path) -> None:
    environ = {
        **os.environ,
        "GUITU_ENV_FILE": str(tmp_path / "none.env"),
        "GUITU_RASA_TOKEN": "a",
        "GUITU_INTERNAL_TOKEN": "b",
        "GUITU_KEYS_FILE": str(tmp_path / "keys.json"),
        "DATABASE_URL": f"sqlite+aiosqlite:///{tmp_path / 'guitu.db'}",
    }
    command = [sys.executable, "-m", "backend.cli", "serve", "--port", "0"]
    done = subprocess.run(command, cwd=ROOT, env=environ, capture_output=True, text=True, check=False, timeout=60)
    assert done.returncode == 1
    assert done.stderr.startswith("guitu: ") and done.stderr.count("\n") == 1 and "keys.json" in done.stderr
