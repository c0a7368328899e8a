"""The development set and the examples, as they are written in files. Reading only."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from scripts.console import ROOT

DEVELOPMENT = ROOT / "bench" / "nlu" / "development.tsv"
HELD_OUT = DEVELOPMENT.with_name("held_out.tsv")
#: Written by people who had seen neither examples nor other sets: what was taught after `hard`, and nothing after `others`.
HARD, OTHERS = DEVELOPMENT.with_name("hard.tsv"), DEVELOPMENT.with_name("others.tsv")
EXAMPLES = ROOT / "data" / "nlu"


@dataclass(frozen=True)
class Line:
    """What somebody typed, the intent it has, and the facts in it (None: not judged)."""

    intent: str
    text: str
    facts: dict[str, Any] | None = field(default=None, hash=False)


def development(file: Path = DEVELOPMENT) -> list[Line]:
    """The lines of `file`: intent, text and, where given, facts as JSON, tab separated. Raises ValueError naming the line."""
    lines = []
    for number, row in enumerate(file.read_text("utf-8").splitlines(), 1):
        intent, tab, rest = row.partition("\t")
        text, _, facts = rest.partition("\t")
        if not tab or not intent or not text:
            raise ValueError(f"{file.name}:{number}: expected intent, tab, text: {row[:60]!r}")
        lines.append(Line(intent, text, json.loads(facts) if facts.strip() else None))
    return lines


def examples(folder: Path = EXAMPLES) -> list[tuple[str, str]]:
    """Text and intent of every example that the classifier learns from."""
    found = []
    for file in sorted(folder.glob("*.yml")):
        for item in yaml.safe_load(file.read_text("utf-8"))["nlu"]:
            found += [(row.strip()[2:], item["intent"]) for row in item["examples"].splitlines() if row.strip()]
    return found
