"""The key ring of the bot and that of the service read the same file and the same values."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

import pytest

from bot.key_ring import KeyRing, KeyRingError
from tests.unit.bot.running import ROOT, ROOT_PYTHON


def in_service(expression: str, keys_file: Path) -> str:
    """Evaluate an expression over `ring` in the service's environment."""
    code = f"from pathlib import Path; from backend.security.encryption import load_key_file; ring = load_key_file(Path({str(keys_file)!r})); print({expression})"
    return subprocess.run([ROOT_PYTHON, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True).stdout.strip()


def test_each_side_opens_what_the_other_sealed(keys_file: Path) -> None:
    ring = KeyRing(keys_file)
    assert in_service(f"ring.decrypt({ring.encrypt('归途', 'a.b')!r}, 'a.b')", keys_file) == "归途"
    assert ring.decrypt(in_service("ring.encrypt('归途', 'a.b')", keys_file), "a.b") == "归途"


def test_a_value_opens_only_for_its_purpose(keys_file: Path) -> None:
    ring = KeyRing(keys_file)
    with pytest.raises(KeyRingError):
        ring.decrypt(ring.encrypt("归途", "a.b"), "a.c")


@pytest.mark.parametrize("content", ["", "[]", "{}", json.dumps({"current": "k1", "keys": {"k1": "c2hvcnQ="}})])
def test_a_broken_file_is_named(tmp_path: Path, content: str) -> None:
    file = tmp_path / "keys.json"
    file.write_text(content, "utf-8")
    with pytest.raises(KeyRingError, match=r"keys\.json"):
        KeyRing(file)


def test_a_missing_file_says_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(KeyRingError, match="make run"):
        KeyRing(tmp_path / "keys.json")
