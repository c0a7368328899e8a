"""`rasa test core` on tests/stories: which action each intent leads to, outside the form and inside it."""

from __future__ import annotations

import json
from pathlib import Path

import yaml

from tests.unit.bot.running import ROOT, run_in_bot

STORIES = ROOT / "tests" / "stories"


def tried(stories: Path, model: Path, out: Path) -> tuple[int, dict[str, float]]:
    """Exit status, and the report on whole stories."""
    done = run_in_bot(
        *("-m", "rasa", "test", "core", "--stories", str(stories), "--model", str(model), "--out", str(out)),
        *("--fail-on-prediction-errors", "--no-plot"),
        environ={"RASA_TELEMETRY_ENABLED": "false"},
    )
    report = out / "story_report.json"
    return done.returncode, json.loads(report.read_text("utf-8"))["conversation_accuracy"] if report.exists() else {}


def test_every_story_goes_as_the_rules_say(model: Path, tmp_path: Path) -> None:
    written = sum(len(yaml.safe_load(file.read_text("utf-8"))["stories"]) for file in STORIES.glob("*.yml"))
    status, report = tried(STORIES, model, tmp_path)
    assert (status, report["accuracy"], report["total"]) == (0, 1.0, written)


def test_a_story_that_contradicts_the_rules_is_found(model: Path, tmp_path: Path) -> None:
    wrong = {"story": "wrong", "steps": [{"intent": "progress"}, {"action": "action_handoff"}]}
    (tmp_path / "wrong.yml").write_text(yaml.safe_dump({"version": "3.1", "stories": [wrong]}), "utf-8")
    status, _ = tried(tmp_path / "wrong.yml", model, tmp_path / "out")
    assert status != 0
