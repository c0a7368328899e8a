"""What set-up already did, by the content of what it did it from: a second run then does nothing."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from pathlib import Path


def digest(paths: Iterable[Path], *words: str) -> str:
    """64 hex digits over the names and contents of `paths` (a folder stands for all files in it) and over `words`."""
    total = hashlib.sha256()
    for path in paths:
        files = sorted(file for file in path.rglob("*") if _counts(file)) if path.is_dir() else [path]
        for file in files:
            total.update(f"{file.name}\0".encode())
            total.update(file.read_bytes() if file.exists() else b"absent")
            total.update(b"\0")
    for word in words:
        total.update(f"{word}\0".encode())
    return total.hexdigest()


def is_done(stamp: Path, content: str) -> bool:
    """True when `stamp` says that the step was done from exactly this content."""
    return stamp.exists() and stamp.read_text("utf-8").strip() == content


def mark_done(stamp: Path, content: str) -> None:
    """Write the stamp; only after the step has succeeded."""
    stamp.parent.mkdir(parents=True, exist_ok=True)
    stamp.write_text(f"{content}\n", "utf-8")


def _counts(file: Path) -> bool:
    return file.is_file() and "__pycache__" not in file.parts
