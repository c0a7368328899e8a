"""The rules of the house that a newcomer could break without noticing. Each failure names file, line and rule."""

from __future__ import annotations

import re

import pytest

from scripts.console import ROOT
from tests.support.source import Module, kept_files, modules

BACKEND = modules("backend")
LONGEST_FILE = 300
FRAMEWORKS = ("sanic", "sanic_ext", "sqlalchemy", "httpx", "aiosqlite", "asyncpg")
#: Rooms that only compute. Their commands.py is the edge to the terminal and opens what it needs.
PURE_ROOMS = ("backend.catalogue", "backend.interview", "backend.time_limits", "backend.locale")
PURE_FILES = ("rules", "states")
SQL_WORDS = ("select", "insert", "update", "delete", "text", "func", "union", "union_all", "exists", "literal_column")
SQL_FILES = ("repository", "model")
SQL_ROOMS = ("backend.db", "backend.outbox")
#: Files that speak to the database without asking it anything, and what they say.
NO_QUERIES = {
    "backend.conversations.live": "LISTEN and NOTIFY",
    "backend.channels.web.endpoints": "the health check's SELECT 1",
}
#: Where the rules of the day hold in rooms that otherwise work on cases, and why.
BEFORE_A_CASE = {
    "applications.filing": "a case begins with them",
    "departments.service": "a task goes to one of the departments there are",
    "departments.units": "units are registered for the departments there are",
    "departments.seed": "the same",
    "deadlines.service": "a list is narrowed to one of the departments there are",
    "deadlines.exemptions": "the same",
    "deadlines.sending": "which department stands at the window",
    "documents.service": "the checklist of a draft",
    "dialogue.changing": "whether a sentence names matters",
    "dialogue.scene": "whether a sentence names a paper",
    "dialogue.side": "a question that names a matter",
    "dialogue.commands": "counties' names",
    "dialogue.endpoints": "the same",
    "dialogue.handovers": "the same",
    "dialogue.rejoining": "the mobile in a sentence, and the names of answers",
    "vouchers.service": "what a draft needs",
}
#: What a file of a room may not import from any room, by its own name.
ARROWS = {
    "repository": ("service", "endpoints", "commands"),
    "model": ("service", "repository", "endpoints", "commands"),
    "rules": ("service", "repository", "endpoints", "commands", "model"),
    "states": ("service", "repository", "endpoints", "commands"),
    "service": ("endpoints", "commands"),
    "schemas": ("service", "repository", "endpoints", "commands"),
}


def is_pure(module: Module) -> bool:
    in_pure_room = any(module.name == room or module.name.startswith(f"{room}.") for room in PURE_ROOMS)
    last = module.name.rpartition(".")[2]
    return (in_pure_room and last != "commands") or last in PURE_FILES


def reached(module: Module) -> dict[str, list[str]]:
    """Everything that importing `module` imports of ours and of the frameworks → the way there."""
    by_name = {each.name: each for each in BACKEND}
    ways: dict[str, list[str]] = {}
    todo = [(module, [module.name])]
    while todo:
        current, way = todo.pop()
        for name in current.imports:
            top = name.partition(".")[0]
            if name in ways or (top not in FRAMEWORKS and name not in by_name):
                continue
            ways[name] = [*way, name]
            if name in by_name:
                todo.append((by_name[name], ways[name]))
    return ways


@pytest.mark.parametrize("module", [module for module in BACKEND if is_pure(module)], ids=lambda module: module.place)
def test_pure_rooms_know_no_framework(module: Module) -> None:
    found = [" -> ".join(way) for name, way in reached(module).items() if name.partition(".")[0] in FRAMEWORKS]
    assert not found, f"{module.place} only computes, but importing it imports a framework:\n" + "\n".join(found)


def test_queries_stand_in_repositories_only() -> None:
    found = []
    for module in BACKEND:
        last = module.name.rpartition(".")[2]
        if last in SQL_FILES or module.name.startswith(SQL_ROOMS) or module.name in NO_QUERIES:
            continue
        words = [f"sqlalchemy.{word}" for word in SQL_WORDS]
        found += [f"{module.place}:{line} imports {name}" for name, line in module.imports.items() if name in words]
    assert not found, "every query of a room belongs into its repository.py:\n" + "\n".join(found)


def test_arrows_between_files_point_inward() -> None:
    found = []
    for module in BACKEND:
        for name, line in module.imports.items():
            if not name.startswith("backend."):
                continue
            target = next((part for part in name.split(".") if part in ARROWS or part in ("endpoints", "commands")), "")
            if target in ARROWS.get(module.name.rpartition(".")[2], ()):
                found.append(f"{module.place}:{line} imports {name}")
    assert not found, "endpoints -> service -> repository, rules; never back:\n" + "\n".join(found)


def test_a_case_goes_by_the_rules_that_it_began_with() -> None:
    """Where there is a case or a task, the rules are those of `house.catalogue_of(…)`, not those of the day."""
    of_the_day = re.compile(r"\bhouse\.catalogue(?:\.(?:matters|materials|departments|groups)\b|[,)])")
    rooms = ("applications", "departments", "deadlines", "documents", "dialogue", "requests", "systems", "vouchers")
    found = {
        module.name.removeprefix("backend.")
        for module in BACKEND
        if module.path.parent.name in rooms and of_the_day.search(module.path.read_text("utf-8"))
    }
    assert found == BEFORE_A_CASE.keys(), "the rules of the day hold only where there is no case; then say so in BEFORE_A_CASE"


def test_nobody_inside_names_endpoints() -> None:
    found = [
        f"{module.place}:{line} imports {name}"
        for module in BACKEND
        for name, line in module.imports.items()
        if re.fullmatch(r"backend\..*\.endpoints", name) and not re.search(r"\.(app|endpoints)$", module.name)
    ]
    assert not found, "endpoints are the outermost: what others need of them belongs into a service:\n" + "\n".join(found)


def test_the_three_walls_stand_between_rasa_its_actions_and_the_backend() -> None:
    found = []
    for wall, forbidden in (("bot", ("backend", "actions", "rasa_sdk")), ("actions", ("backend", "bot", "rasa", "sqlalchemy"))):
        for module in modules(wall):
            # Every process reads the same settings in the same way; there is nothing of a room in that file.
            found += [
                f"{module.place}:{line} imports {name}"
                for name, line in module.imports.items()
                if name.partition(".")[0] in forbidden and not name.startswith("backend.settings")
            ]
    found += [
        f"{module.place}:{line} imports {name}"
        for module in BACKEND
        for name, line in module.imports.items()
        if name.partition(".")[0] in ("rasa", "rasa_sdk", "bot", "actions")
    ]
    assert not found, "\n".join(found)


def test_files_stay_short() -> None:
    long = []
    for path in kept_files():
        if path.suffix in (".py", ".js", ".html", ".css") and "versions" not in path.parts:
            lines = len(path.read_text("utf-8").splitlines())
            if lines > LONGEST_FILE:
                long.append(f"{path.relative_to(ROOT)}: {lines} lines")
    assert not long, f"a file is one aspect of a thing, at most {LONGEST_FILE} lines:\n" + "\n".join(long)


def test_no_file_knows_a_package_registry_or_the_machine_it_was_written_on() -> None:
    # In pieces, so that this file does not find itself.
    words = [
        "pypi" + ".org",
        "python" + "hosted",
        "registry.npm" + "js",
        "npm" + "mirror",
        "deb.deb" + "ian.org",
        "tuna.tsing" + "hua",
    ]
    words += ["/" + folder + "/" for folder in ("work/main", "root", "home", "opt/wheels", "Users")]
    pattern = re.compile("|".join(re.escape(word) for word in words))
    found = []
    for path in kept_files():
        try:
            text = path.read_text("utf-8")
        except UnicodeDecodeError:
            # A picture or a font: no text to read.
            continue
        found += [
            f"{path.relative_to(ROOT)}:{number}: {match.group()}"
            for number, line in enumerate(text.splitlines(), 1)
            if (match := pattern.search(line))
        ]
    assert not found, "\n".join(found)


def test_nothing_is_left_for_later() -> None:
    pattern = re.compile(r"\b(TO" + r"DO|FIX" + r"ME|XX" + r"X|HA" + r"CK)\b")
    found = [
        f"{path.relative_to(ROOT)}:{number}: {line.strip()}"
        for path in kept_files()
        if path.suffix in (".py", ".js", ".yml", ".html", ".css", ".md")
        for number, line in enumerate(path.read_text("utf-8").splitlines(), 1)
        if pattern.search(line)
    ]
    assert not found, "\n".join(found)


def test_no_room_is_forgotten_by_the_command_or_the_application() -> None:
    from backend import cli

    rooms = {module.name for module in BACKEND if module.name.rpartition(".")[2] == "commands"}
    assert rooms <= set(cli.ROOMS), "commands.py files that backend/cli.py does not register"
    (app,) = (module for module in BACKEND if module.name == "backend.app")
    endpoints = {module.name for module in BACKEND if module.name.rpartition(".")[2] == "endpoints"}
    assert endpoints <= set(app.imports), "endpoints.py files that backend/app.py does not serve"
