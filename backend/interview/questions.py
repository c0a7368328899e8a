"""The script of the interview: questions and sentences of catalogue/data/interview.yml, checked and given a shape. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from string import Formatter
from typing import Any

from backend.catalogue.fields import KINDS
from backend.catalogue.reading import CatalogueError
from backend.interview.checks import CHECKS
from backend.locale.text import Text

#: Questions whose answer lands in a field of another name.
FIELD_OF_QUESTION = {"discharge_month_exact": "discharge_month"}
# The words come from data that is extracted by itself: under this name the extractor passes these calls by.
_text = Text
WORDINGS = ("label", "ask", "ask_again", "explain", "example")


class ScriptError(CatalogueError):
    """interview.yml does not fit the program; the message names the question and what is wrong."""


@dataclass(frozen=True)
class Option:
    """One answer that can be pressed: what it means, how it is offered, how it is read back."""

    value: str
    label: Text
    said: Text | None


@dataclass(frozen=True)
class Question:
    """One question. `field` is what its answer fills; `kind` one of KINDS (backend.catalogue.fields)."""

    id: str
    field: str
    step: str
    kind: str
    label: Text
    ask: Text
    ask_again: Text
    explain: Text
    example: Text
    find: Text | None
    options: tuple[Option, ...]
    said: Text | None
    optional: bool


@dataclass(frozen=True)
class Script:
    """Everything the interview says."""

    steps: Mapping[str, Text]
    questions: Mapping[str, Question]
    sentences: Mapping[str, Mapping[str, str]]

    def say(self, sentence: str, /, group: str = "says", **params: Any) -> Text:
        """The sentence of that name with its places filled. Raises KeyError for a name the script lacks."""
        return Text(self.sentences[group][sentence], params)

    def step_number(self, question: Question) -> int:
        """Which step, counted from 1, the question belongs to."""
        return list(self.steps).index(question.step) + 1


def load_script(raw: Mapping[str, Any]) -> Script:
    """The script from the parsed YAML. Raises ScriptError that names the first thing that is wrong."""
    if not raw:
        raise ScriptError("interview.yml: missing or empty; restore it from the repository.")
    steps = {step["id"]: _text(step["title"]) for step in raw["steps"]}
    questions = {name: _question(name, spec, steps) for name, spec in raw["questions"].items()}
    sentences = {
        group: {name: next(iter(spec.values())) for name, spec in raw[group].items()}
        for group in ("says", "progress", "manners")
    }
    return Script(steps, questions, sentences)


def _question(name: str, spec: Mapping[str, Any], steps: Mapping[str, Text]) -> Question:
    missing = [key for key in ("step", "kind", *WORDINGS) if not spec.get(key)]
    if missing:
        raise ScriptError(f"interview.yml: question {name} lacks {', '.join(missing)}.")
    if spec["kind"] not in KINDS:
        raise ScriptError(f"interview.yml: question {name} has kind {spec['kind']!r}; expected one of {', '.join(KINDS)}.")
    if spec.get("check") and spec["check"] not in CHECKS:
        raise ScriptError(f"interview.yml: question {name} has check {spec['check']!r}; expected one of {', '.join(CHECKS)}.")
    if spec["step"] not in steps:
        raise ScriptError(f"interview.yml: question {name} is in step {spec['step']!r}, which is not under steps.")
    said = spec.get("said")
    if said and {place for _, place, _, _ in Formatter().parse(said) if place} != {"value"}:
        raise ScriptError(f"interview.yml: question {name}: said must have exactly the place {{value}}.")
    return Question(
        id=name,
        field=FIELD_OF_QUESTION.get(name, name),
        step=spec["step"],
        kind=spec["kind"],
        label=_text(spec["label"]),
        ask=_text(spec["ask"]),
        ask_again=_text(spec["ask_again"]),
        explain=_text(spec["explain"]),
        example=_text(spec["example"]),
        find=_text(spec["find"]) if spec.get("find") else None,
        options=tuple(_option(name, option) for option in spec.get("choices", ())),
        said=Text(said) if said else None,
        optional=bool(spec.get("optional", False)),
    )


def _option(name: str, spec: Mapping[str, Any]) -> Option:
    if not isinstance(spec.get("value"), str) or not spec.get("label"):
        raise ScriptError(f"interview.yml: question {name}: every choice needs a value in quotation marks and a label.")
    return Option(spec["value"], _text(spec["label"]), _text(spec["said"]) if spec.get("said") else None)
