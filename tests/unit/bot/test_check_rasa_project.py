"""The checker of the Rasa project really fails, for each thing that it promises to find."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from scripts.check_rasa_project import check_examples, check_names, check_with_rasa, read
from tests.unit.bot.running import ROOT


@pytest.fixture
def project(tmp_path: Path) -> Path:
    for name in ("domain", "data", "actions"):
        shutil.copytree(ROOT / name, tmp_path / name, ignore=shutil.ignore_patterns("__pycache__"))
    return tmp_path


def problems(root: Path) -> list[str]:
    found, unreadable = read(root)
    return [*unreadable, *check_names(found), *check_examples(found)]


def append(root: Path, name: str, text: str) -> None:
    (root / name).parent.mkdir(parents=True, exist_ok=True)
    with (root / name).open("a", encoding="utf-8") as file:
        file.write(text)


def test_the_project_as_it_is_has_nothing_wrong(project: Path) -> None:
    assert problems(project) == []


@pytest.mark.parametrize(
    ("name", "text", "sentence"),
    [
        ("domain/x.yml", "intents: [unheard]\n", "no rule for intent unheard"),
        ("domain/x.yml", "intents: [unheard]\n", "intent unheard has no examples"),
        ("domain/x.yml", "intents: [greet]\n", "greet is listed twice"),
        ("data/nlu/x.yml", "nlu:\n- intent: unknown\n  examples: |\n    - 哪里不知道\n", "intent unknown is not in the domain"),
        (
            "data/rules/x.yml",
            "rules:\n- rule: x\n  steps:\n  - intent: nobody\n  - action: action_answer\n",
            "intent nobody is not in the domain",
        ),
        ("domain/x.yml", "actions: [action_missing]\n", "action action_missing is written nowhere"),
        ("domain/x.yml", "actions: [action_missing]\n", "action action_missing is used by no rule"),
        (
            "actions/x.py",
            "class X(Action):\n    def name(self):\n        return 'action_unlisted'\n",
            "actions/: action_unlisted is not in the domain",
        ),
        ("domain/x.yml", "responses:\n  utter_x:\n  - text: x\n", "response utter_x is used by no rule"),
        ("domain/x.yml", "slots:\n  idle: {type: any, mappings: [{type: custom}]}\n", "slot idle is used by no form"),
        ("domain/x.yml", "forms:\n  other_form: {required_slots: [lost]}\n", "slot lost, which is not declared"),
        ("domain/x.yml", "forms:\n  other_form: {required_slots: []}\n", "form other_form is opened by no rule"),
        ("domain/x.yml", "forms:\n  other_form: {required_slots: []}\n", "form other_form: its validate_ action is missing"),
        (
            "data/nlu/x.yml",
            "nlu:\n- intent: thanks\n  examples: |\n    - 你好\n",
            "“你好” is an example of greet and of thanks",
        ),
        ("data/nlu/x.yml", "nlu:\n- intent: thanks\n  examples: |\n    - 妳，好！\n", "is an example of greet and of thanks"),
        ("data/nlu/x.yml", "nlu:\n- intent: greet\n  examples: |\n    - 你好\n", "“你好” stands more than once in greet"),
        ("data/lookups/x.yml", "nlu:\n- lookup: other\n  examples: |\n    - 邮费\n", "“邮费” stands in other and in postage"),
        ("domain/x.yml", "intents: [\n", "domain/x.yml: cannot be read"),
    ],
)
def test_what_is_wrong_is_named(project: Path, name: str, text: str, sentence: str) -> None:
    append(project, name, text)
    assert any(sentence in problem for problem in problems(project)), problems(project)


def test_a_required_name_that_rasa_acts_on_is_named(project: Path) -> None:
    append(project, "data/nlu/x.yml", "nlu:\n- intent: restart\n  examples: |\n    - 不要这样起名\n")
    assert any("name that Rasa acts on" in problem for problem in problems(project))


def test_the_validator_of_rasa_is_asked(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    shutil.copy(ROOT / "config.yml", project)
    append(project, "data/stories/x.yml", "stories:\n- story: x\n  steps:\n  - intent: nobody\n  - action: action_answer\n")
    # These tests have imported Rasa already.
    monkeypatch.setattr("bot.launcher.stub_imports", lambda: None)
    assert any("'nobody' is used in your stories" in problem for problem in check_with_rasa(project))
