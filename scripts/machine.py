"""What this project needs of the machine itself: Debian packages, looked for, installed where that is ours to do, or named."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Sequence
from pathlib import Path

from scripts.console import SetupError, run_logged, say
from scripts.environments import TOOLS

FONTS = "fonts-noto-cjk"
FONT_FOLDERS = (
    Path("/usr/share/fonts"),
    Path("/usr/local/share/fonts"),
    Path("/Library/Fonts"),
    Path.home() / ".fonts",
    Path.home() / ".local/share/fonts",
    Path.home() / "Library/Fonts",
)


def has_fonts() -> bool:
    """True when the Chinese fonts of pages and papers are there."""
    return any(True for folder in FONT_FOLDERS if folder.is_dir() for _ in folder.rglob("Noto*CJK*"))


#: Debian package → what tells that it is there.
NEEDS: dict[str, Callable[[], bool]] = {
    "chromium": lambda: shutil.which("chromium") is not None,
    FONTS: has_fonts,
    "postgresql": lambda: shutil.which("initdb") is not None or any(Path("/usr/lib/postgresql").glob("*/bin/initdb")),
}


def missing(packages: Sequence[str]) -> list[str]:
    """Those of `packages` that are not there."""
    return [package for package in packages if not NEEDS[package]()]


def install(packages: Sequence[str]) -> str | None:
    """Install Debian packages. None when that was done, else why not, in words that say what to do."""
    apt = shutil.which("apt-get")
    if apt is None or os.geteuid() != 0:
        return f"install them as root (apt-get install {' '.join(packages)})"
    environ = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    try:
        run_logged("Reading Debian's package lists", [apt, "update"], env=environ)
        run_logged("Installing Debian packages", [apt, "install", "--yes", "--no-install-recommends", *packages], env=environ)
    except SetupError as error:
        return str(error)
    return None


def fonts_for_papers() -> None:
    """The Chinese fonts that papers are printed with. A machine that cannot have them runs all the same, and is told each time.

    Installing is tried once a checkout: without a network every start would wait for it.
    """
    if not missing([FONTS]):
        return
    tried = TOOLS / "fonts-tried"
    why = f"install them as root (apt-get install {FONTS})"
    if not tried.exists():
        tried.parent.mkdir(exist_ok=True)
        tried.touch()
        failed = install([FONTS])
        if failed is None:
            return
        why = failed
    say(f"Chinese fonts are missing: papers cannot be printed as PDF until they are there: {why}.")
