"""The source files as data, for the tests that hold the house's rules."""

from __future__ import annotations

import ast
import subprocess
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from scripts.console import ROOT


@dataclass
class Module:
    """One Python file of the project."""

    path: Path

    @property
    def name(self) -> str:
        """Its dotted name, without `.__init__`."""
        return ".".join(self.path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")

    @property
    def place(self) -> str:
        """Its path from the root, as a failing test names it."""
        return self.path.relative_to(ROOT).as_posix()

    @cached_property
    def tree(self) -> ast.Module:
        """Its syntax tree."""
        return ast.parse(self.path.read_text("utf-8"), filename=self.place)

    @cached_property
    def imports(self) -> dict[str, int]:
        """Dotted names that are imported anywhere in it → line. `from a import b` gives both `a` and `a.b`."""
        found: dict[str, int] = {}
        for node in ast.walk(self.tree):
            if isinstance(node, ast.Import):
                for alias in node.names:
                    found.setdefault(alias.name, node.lineno)
            elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
                found.setdefault(node.module, node.lineno)
                for alias in node.names:
                    found.setdefault(f"{node.module}.{alias.name}", node.lineno)
        return found


def modules(*folders: str) -> list[Module]:
    """Every Python file below the folders."""
    return [Module(path) for folder in folders for path in sorted((ROOT / folder).rglob("*.py")) if ".venv" not in path.parts]


def kept_files() -> list[Path]:
    """Every file that is, or would be, kept in the repository."""
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"], cwd=ROOT, capture_output=True, check=True
    ).stdout.decode()
    return [ROOT / name for name in listed.split("\0") if name and (ROOT / name).is_file()]
