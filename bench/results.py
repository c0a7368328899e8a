"""bench/results.json: each benchmark keeps its own part of it, and leaves the others'."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from scripts.console import ROOT

FILE = ROOT / "bench" / "results.json"


def keep(part: Mapping[str, Any]) -> None:
    """Put the keys of `part` into the file."""
    before = json.loads(FILE.read_text("utf-8")) if FILE.exists() else {}
    FILE.write_text(json.dumps({**before, **part}, indent=2, ensure_ascii=False) + "\n", "utf-8")
