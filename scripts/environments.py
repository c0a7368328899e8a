"""The two locked Python environments: uv found or fetched, packages synced by hash, bytecode compiled, stamped."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from scripts.console import ROOT, SetupError, run_logged
from scripts.stamps import digest, is_done, mark_done

TOOLS = ROOT / ".tools"
OLDEST_UV = (0, 9)
GIB = 1024**3


@dataclass(frozen=True)
class Environment:
    """A virtual environment: where it lies, which Python, and how many GiB it takes."""

    title: str
    folder: Path
    python: str
    gigabytes: float

    @property
    def interpreter(self) -> Path:
        """Its own Python."""
        return self.folder / "bin" / "python"


ROOT_ENVIRONMENT = Environment("Python 3.12 environment", ROOT / ".venv", "3.12", 1.5)
BOT_ENVIRONMENT = Environment("Rasa environment", ROOT / "bot" / ".venv", "3.10", 3.5)


def prepare(environment: Environment, locks: list[Path], install_project: bool) -> None:
    """Make `environment` hold exactly what the first of `locks` names, or leave it when it holds any one of them.

    The locks are in order of wish: what is wanted first, then supersets of it that are as good.
    """
    extra = [ROOT / "pyproject.toml"] if install_project else []
    stamp = environment.folder / "guitu-stamp"
    for lock in locks:
        if is_done(stamp, digest([lock, *extra], environment.python, str(ROOT))) and environment.interpreter.exists():
            return
    lock = locks[0]
    need_space(environment)
    uv = find_uv()
    _make(environment, uv)
    run_logged(
        f"Installing the {environment.title}",
        [uv, "pip", "sync", "--python", environment.interpreter, "--require-hashes", "--compile-bytecode", lock],
        env=uv_environ(),
        failed="Read the end of the log, then run the same command again.",
    )
    if install_project:
        run_logged(
            "Installing the guitu command",
            [uv, "pip", "install", "--python", environment.interpreter, "--no-deps", "--offline", "--editable", ROOT],
            env=uv_environ(),
            failed="Is pyproject.toml whole?",
        )
    _check_bytecode(environment)
    mark_done(stamp, digest([lock, *extra], environment.python, str(ROOT)))


def need_space(environment: Environment) -> None:
    """Raise SetupError unless the disk has room for `environment` (as much again is not needed when it is there already)."""
    wanted = 0.5 if environment.interpreter.exists() else environment.gigabytes
    free = shutil.disk_usage(ROOT).free / GIB
    if free < wanted:
        raise SetupError(
            f"The disk is full: {free:.1f} GiB free under {ROOT}, the {environment.title} needs {wanted:.1f} GiB. "
            "Free some space, then run the same command again."
        )


def uv_environ() -> dict[str, str]:
    """The environment for uv: nothing of a virtual environment that happens to be active."""
    return {name: value for name, value in os.environ.items() if name not in ("VIRTUAL_ENV", "CONDA_PREFIX", "PYTHONHOME")}


def find_uv() -> Path:
    """A uv that is new enough: the private one, the machine's, or one fetched into .tools."""
    candidates = [TOOLS / "bin" / "uv", shutil.which("uv")]
    for candidate in candidates:
        if candidate and _version(Path(candidate)) >= OLDEST_UV:
            return Path(candidate)
    return _fetch_uv()


def _version(uv: Path) -> tuple[int, ...]:
    try:
        answer = subprocess.run([uv, "--version"], capture_output=True, text=True, check=True).stdout
    except (OSError, subprocess.CalledProcessError):
        return ()
    found = re.search(r"(\d+)\.(\d+)", answer)
    return tuple(int(part) for part in found.groups()) if found else ()


def _fetch_uv() -> Path:
    """uv in .tools/bin, by a private virtual environment or, where Python has no ensurepip, by pip into a folder."""
    uv = TOOLS / "bin" / "uv"
    wanted = f"uv>={'.'.join(map(str, OLDEST_UV))}"
    help_line = "Install uv yourself (it is in most package managers), then run the same command again."
    made = subprocess.run([sys.executable, "-m", "venv", TOOLS], capture_output=True, text=True, check=False)
    if made.returncode == 0:
        run_logged("Fetching uv", [TOOLS / "bin" / "python", "-m", "pip", "install", wanted], failed=help_line)
    else:
        pip = subprocess.run([sys.executable, "-m", "pip", "--version"], capture_output=True, check=False)
        if pip.returncode:
            raise SetupError(f"This Python has neither venv nor pip: install python3-venv, or uv. {help_line}")
        run_logged(
            "Fetching uv", [sys.executable, "-m", "pip", "install", "--target", TOOLS, "--upgrade", wanted], failed=help_line
        )
    if not _version(uv):
        raise SetupError(f"uv was fetched but does not run: {uv}. {help_line}")
    return uv


def _make(environment: Environment, uv: Path) -> None:
    """The virtual environment itself; one of another Python version, or a broken one, is made anew."""
    if _python_version(environment.interpreter) == environment.python:
        return
    run_logged(
        f"Finding Python {environment.python}",
        [uv, "venv", "--clear", "--no-project", "--python", environment.python, environment.folder],
        env=uv_environ(),
        failed=f"Python {environment.python} is missing and could not be fetched: install it "
        f"(pyenv install {environment.python}, or your system's packages), then run the same command again.",
        fetches=False,
    )


def _python_version(interpreter: Path) -> str:
    command = [str(interpreter), "-c", "import sys; print('%d.%d' % sys.version_info[:2])"]
    try:
        return subprocess.run(command, capture_output=True, text=True, check=True).stdout.strip()
    except (OSError, subprocess.CalledProcessError):
        return ""


def missing_bytecode(environment: Environment) -> float:
    """The share (0 to 1) of installed modules that have no bytecode of this environment's own Python."""
    tag = f"cpython-{environment.python.replace('.', '')}"
    site = environment.folder / "lib" / f"python{environment.python}" / "site-packages"
    total = missing = 0
    for module in site.rglob("*.py"):
        total += 1
        missing += not (module.parent / "__pycache__" / f"{module.stem}.{tag}.pyc").exists()
    return missing / total if total else 0.0


def _check_bytecode(environment: Environment) -> None:
    """Compile what uv left uncompiled: PYTHONDONTWRITEBYTECODE may be set, and then no later start would ever do it."""
    if missing_bytecode(environment) > 0.02:
        site = environment.folder / "lib" / f"python{environment.python}" / "site-packages"
        # Some packages ship files for other Pythons that do not compile: the status says nothing, the count does.
        subprocess.run([environment.interpreter, "-m", "compileall", "-q", "-j0", site], capture_output=True, check=False)
    if missing_bytecode(environment) > 0.02:
        raise SetupError(
            f"{environment.title}: its bytecode could not be written. Is {environment.folder} writable, the disk not full?"
        )
