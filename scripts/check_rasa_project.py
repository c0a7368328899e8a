"""Check the Rasa project; run by bot/.venv/bin/python in `make lint`. Lists everything that is wrong, exit status 1 if any.

Rasa's own `rasa data validate --fail-on-warnings` ends with status 0 whatever it warns of, knows nothing of our action
server, and compares examples as they were typed. This reads the files as plain YAML, then lets Rasa's validator have its
say, with its warnings taken for what they are.
"""

from __future__ import annotations

import ast
import sys
import warnings
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from bot.features import plain  # noqa: E402  (the project is on the path only now)

DEFAULT_INTENTS = {"back", "restart", "session_start"}
DEFAULT_ACTIONS = {"action_listen", "action_restart", "action_session_start", "action_default_fallback"}
# Set by the classifier or by the hub's pressed choices; no examples are learnt.
WITHOUT_EXAMPLES = {"nlu_fallback"}
# Said whatever the project; and said of a retrieval intent that an action answers and no ResponseSelector (bot/classify.py).
NOT_WRONG = (
    "Slot auto-fill has been removed",
    "The following duplicated intents have been found across multiple domain files: faq",
    "Action 'utter_faq' is listed as a response action in the domain file",
)


@dataclass
class Project:
    """What the files say, gathered; `examples` are (intent, text, where)."""

    domain: dict[str, list[Any]] = field(default_factory=lambda: defaultdict(list))
    examples: list[tuple[str, str, str]] = field(default_factory=list)
    lookups: dict[str, list[tuple[str, str]]] = field(default_factory=lambda: defaultdict(list))
    intents_in_rules: set[str] = field(default_factory=set)
    intents_in_stories: set[str] = field(default_factory=set)
    actions_used: set[str] = field(default_factory=set)
    loops_used: set[str] = field(default_factory=set)
    slots_used: set[str] = field(default_factory=set)
    actions_written: dict[str, str] = field(default_factory=dict)


def base(intent: str) -> str:
    """`faq` of `faq/postage`."""
    return intent.split("/", 1)[0]


def key_of(item: Any) -> str:
    """The name of a domain entry, which is a string or a mapping with one key."""
    return str(next(iter(item))) if isinstance(item, dict) else str(item)


def read(root: Path) -> tuple[Project, list[str]]:
    """Everything under domain/, data/ and actions/, and what could not be read."""
    project, problems = Project(), []
    for file in sorted([*root.glob("domain/**/*.yml"), *root.glob("data/**/*.yml")]):
        where = file.relative_to(root).as_posix()
        try:
            content = yaml.safe_load(file.read_text("utf-8")) or {}
        except (yaml.YAMLError, UnicodeDecodeError) as error:
            problems.append(f"{where}: cannot be read: {' '.join(str(error).split())}")
            continue
        if where.startswith("domain/"):
            read_domain(project, content)
            continue
        read_examples(project, content.get("nlu") or [], where)
        for kind in ("rules", "stories"):
            for story in content.get(kind) or []:
                read_steps(project, [*(story.get("condition") or []), *story["steps"]], kind)
    for file in sorted(root.glob("actions/**/*.py")):
        for name in written_actions(file):
            if name in project.actions_written:
                problems.append(f"{file.relative_to(root)}: action {name} is also in {project.actions_written[name]}")
            project.actions_written[name] = file.relative_to(root).as_posix()
    return project, problems


def read_domain(project: Project, content: dict[str, Any]) -> None:
    """Add one domain file."""
    for part in ("intents", "entities", "actions"):
        project.domain[part] += [key_of(item) for item in content.get(part) or []]
    for part in ("slots", "forms", "responses"):
        project.domain[part] += list(content.get(part) or {})
    for form in (content.get("forms") or {}).values():
        project.domain["required_slots"] += (form or {}).get("required_slots") or []


def read_examples(project: Project, blocks: list[dict[str, Any]], where: str) -> None:
    """Add the examples and lookups of one file."""
    for block in blocks:
        lines = [
            line.strip()[2:].strip() for line in str(block.get("examples", "")).splitlines() if line.strip().startswith("- ")
        ]
        if "intent" in block:
            project.examples += [(block["intent"], line, where) for line in lines]
        if "lookup" in block:
            project.lookups[str(block["lookup"])] += [(line, where) for line in lines]


def read_steps(project: Project, steps: list[dict[str, Any]], kind: str) -> None:
    """Add what a rule or story mentions."""
    for step in steps:
        for alternative in step.get("or", [step]):
            if "intent" in alternative:
                found = project.intents_in_rules if kind == "rules" else project.intents_in_stories
                found.add(base(str(alternative["intent"])))
        if step.get("action"):
            project.actions_used.add(step["action"])
        if step.get("active_loop"):
            project.loops_used.add(step["active_loop"])
        for slot in step.get("slot_was_set") or []:
            project.slots_used.add(key_of(slot))


def written_actions(file: Path) -> Iterator[str]:
    """Names that the Action classes of a Python file answer to."""
    for node in ast.walk(ast.parse(file.read_text("utf-8"))):
        if not isinstance(node, ast.ClassDef) or not any(getattr(parent, "id", "") == "Action" for parent in node.bases):
            continue
        for method in node.body:
            if isinstance(method, ast.FunctionDef) and method.name == "name":
                for part in ast.walk(method):
                    if isinstance(part, ast.Return) and isinstance(part.value, ast.Constant):
                        yield str(part.value.value)


def check_names(project: Project) -> Iterator[str]:
    """Intents, actions, slots, forms and responses: each used where it is declared, and declared where it is used."""
    declared = set(project.domain["intents"])
    learnt = {base(intent) for intent, _, _ in project.examples}
    for part in ("intents", "actions", "entities"):
        for name in sorted({name for name in project.domain[part] if project.domain[part].count(name) > 1}):
            yield f"domain: {part}: {name} is listed twice"
    yield from missing("domain: intent {} has no examples in data/nlu", declared - WITHOUT_EXAMPLES - learnt)
    yield from missing("data/nlu: intent {} is not in the domain", learnt - declared)
    yield from missing("data/nlu: intent {} is a name that Rasa acts on by itself", learnt & DEFAULT_INTENTS)
    yield from missing("data/rules: no rule for intent {}", declared - project.intents_in_rules)
    mentioned = project.intents_in_rules | project.intents_in_stories
    yield from missing("data/rules, data/stories: intent {} is not in the domain", mentioned - declared)
    actions, forms = set(project.domain["actions"]), set(project.domain["forms"])
    yield from missing("domain: action {} is written nowhere in actions/", actions - set(project.actions_written))
    yield from missing("actions/: {} is not in the domain", set(project.actions_written) - actions)
    validators = {f"validate_{form}" for form in forms}
    yield from missing("domain: action {} is used by no rule", actions - validators - project.actions_used)
    known = actions | forms | set(project.domain["responses"]) | DEFAULT_ACTIONS
    yield from missing("data/rules, data/stories: action {} is not in the domain", project.actions_used - known)
    yield from missing("domain: response {} is used by no rule", set(project.domain["responses"]) - project.actions_used)
    yield from missing("domain: form {} is opened by no rule", forms - (project.loops_used & project.actions_used))
    yield from missing("data/rules, data/stories: {} is no form", project.loops_used - forms)
    yield from missing(
        "domain: form {}: its validate_ action is missing", {form for form in forms if f"validate_{form}" not in actions}
    )
    needed = set(project.domain["required_slots"])
    slots = set(project.domain["slots"])
    yield from missing("domain: slot {} is used by no form and no rule", slots - needed - project.slots_used)
    yield from missing("domain: a form requires slot {}, which is not declared", needed - slots)


def missing(sentence: str, names: set[str]) -> Iterator[str]:
    """`sentence` for each of `names`, in order."""
    for name in sorted(names):
        yield sentence.format(name)


def check_examples(project: Project) -> Iterator[str]:
    """No example twice, in one intent or in two; compared as the classifier reads them."""
    seen: dict[str, list[tuple[str, str, str]]] = defaultdict(list)
    for intent, text, where in project.examples:
        # A question mark is heard, so 可以 and 可以？ may differ; other punctuation is not.
        seen[plain(text) or text].append((intent, text, where))
    for same in seen.values():
        intents = sorted({intent for intent, _, _ in same})
        if len(intents) > 1:
            yield f"{same[0][2]}: “{same[0][1]}” is an example of {' and of '.join(intents)}"
        else:
            typed = [text for _, text, _ in same]
            for text in sorted({text for text in typed if typed.count(text) > 1}):
                yield f"{same[0][2]}: “{text}” stands more than once in {intents[0]}"
    words: dict[str, str] = {}
    for name, surfaces in project.lookups.items():
        for surface, where in surfaces:
            if surface in words:
                yield f"{where}: “{surface}” stands in {name} and in {words[surface]}"
            words[surface] = name


def check_with_rasa(root: Path) -> Iterator[str]:
    """What Rasa's validator has to say. Its imports are made light as for the server."""
    from bot.launcher import stub_imports

    stub_imports()
    with warnings.catch_warnings(record=True) as said:
        warnings.simplefilter("always")
        from rasa.shared.importers.importer import TrainingDataImporter
        from rasa.utils.log_utils import configure_structlog
        from rasa.validator import Validator

        configure_structlog(40)
        importer = TrainingDataImporter.load_from_config(str(root / "config.yml"), str(root / "domain"), [str(root / "data")])
        validator = Validator.from_importer(importer)
        results = {
            "domain": validator.verify_domain_validity(),
            "intents": validator.verify_intents_in_stories(ignore_warnings=False),
            "actions": validator.verify_actions_in_stories_rules(),
            "stories": validator.verify_story_structure(ignore_warnings=False),
        }
    for warning in said:
        text = " ".join(str(warning.message).split())
        if warning.category is UserWarning and not text.startswith(NOT_WRONG):
            yield f"rasa: {text}"
    for name, passed in results.items():
        if not passed:
            yield f"rasa: its check of {name} failed; `rasa data validate` says more"


def main() -> int:
    """Print every problem."""
    project, problems = read(ROOT)
    problems += [*check_names(project), *check_examples(project)]
    problems += check_with_rasa(ROOT)
    for problem in problems:
        print(problem)
    if problems:
        print(f"check_rasa_project: {len(problems)} to mend")
        return 1
    print(
        f"check_rasa_project: {len(project.examples)} examples of {len({i for i, _, _ in project.examples})} intents, nothing wrong"
    )
    return 0


if __name__ == "__main__":
    sys.exit(main())
