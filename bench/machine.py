"""What a figure was measured on, and how much memory processes hold."""

from __future__ import annotations

import os
import platform
from pathlib import Path


def machine() -> str:
    """Cores, processor, system and Python of this machine, in one line."""
    model = "unknown processor"
    cpuinfo = Path("/proc/cpuinfo")
    if cpuinfo.exists():
        names = [line.partition(":")[2].strip() for line in cpuinfo.read_text().splitlines() if line.startswith("model name")]
        model = names[0] if names else model
    return f"{os.cpu_count()} cores, {model}, {platform.system()} {platform.release()}, Python {platform.python_version()}"


def resident_megabytes(group: int) -> float:
    """Megabytes resident in all processes of a process group. Linux only."""
    total = 0
    for folder in Path("/proc").iterdir():
        if not folder.name.isdecimal():
            continue
        try:
            # The name may hold blanks and brackets; what follows the last bracket is: state, parent, group, …
            fields = (folder / "stat").read_text().rpartition(")")[2].split()
            pages = int((folder / "statm").read_text().split()[1])
        except OSError:
            # It ended while we looked.
            continue
        if int(fields[2]) == group:
            total += pages * os.sysconf("SC_PAGE_SIZE")
    return total / 1_000_000
