"""`python -m bench.casework`: casework on tables that have grown, beside the same on a thousand cases.

Databases of both kinds are seeded by bulk copy and thrown away afterwards. Prints a table with each figure's aim and whether
it is met, and puts it under "casework" and the database's name into bench/results.json, each in place of its own last one.
Figures, not a test: the exit status does not tell them.
"""

from __future__ import annotations

import argparse
import asyncio
import shutil
import sys
import tempfile
from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path
from typing import Any

from backend.clock import now
from bench.casework.backend import backend
from bench.casework.houses import POSTGRES, SQLITE, Ground, ground
from bench.casework.intake import measure_intake
from bench.casework.looking import county_acts, progress_acts, some_numbers
from bench.casework.samples import p95, p95_by_turns
from bench.casework.seeding import megabytes, seed
from bench.machine import machine
from bench.results import keep
from scripts.console import SetupError

SMALL = 1_000
GROWTH, LIST_MS, INTAKES = 1.3, 100.0, 50.0
#: A case takes this much disk on either database while it is measured: a third more than was seen, for journals and sorting.
BYTES_A_CASE = 20_000

type Figure = dict[str, Any]


def _figure(value: float, unit: str, aim: str = "", met: bool | None = None, **more: float) -> Figure:
    return {"value": round(value, 2), "unit": unit, "aim": aim, "met": met, **more}


async def _measure(here: Ground, size: int, intakes: int) -> dict[str, Figure]:
    figures: dict[str, Figure] = {}
    async with here.house("small") as (small, _), here.house("large") as (large, environ):
        counties = tuple(large.catalogue.counties)
        await seed(small, min(SMALL, size), counties)
        seconds = await seed(large, size, counties)
        figures["seeding"] = _figure(seconds, "s")
        figures["database"] = _figure(await megabytes(large), "MB")
        before = await progress_acts(small, min(SMALL, size))
        for name, act in (await progress_acts(large, size)).items():
            few, many = await p95_by_turns(before[name], act)
            ratio = many / few
            figures[name] = _figure(many, "ms p95", f"≤ {GROWTH} × that of {SMALL}", ratio <= GROWTH, few=few, ratio=ratio)
        month = f"{now() - timedelta(days=45):%Y-%m}"
        async with backend(environ) as serving:
            numbers = await some_numbers(large, size)
            async with county_acts(large, serving, counties[0], numbers, month) as acts:
                for name, act in acts.items():
                    value = await p95(act)
                    figures[name] = _figure(value, "ms p95", f"< {LIST_MS:.0f} ms", value < LIST_MS)
            if here.kind == POSTGRES:
                rate = await measure_intake(large, serving, intakes)
                figures["intake with dispatch"] = _figure(
                    rate["a second"], "a second", f"≥ {INTAKES:.0f} a second", rate["a second"] >= INTAKES
                )
                figures["intake with dispatch, one"] = _figure(rate["p95 ms"], "ms p95")
                figures["backend's core for one intake"] = _figure(rate["backend's core ms each"], "ms")
    return figures


def _print(kind: str, size: int, figures: dict[str, Figure]) -> None:
    print(f"\n{kind}, {size:,} applications\n")
    for name, each in figures.items():
        met = {True: "met", False: "MISSED", None: ""}[each["met"]]
        beside = f"{each['few']:.1f} ms with {SMALL}, {each['ratio']:.2f} ×" if "few" in each else ""
        print(f"{name:30}{each['value']:10.1f} {each['unit']:9} {each['aim']:20} {met:7} {beside}")


def run(size: int, kinds: Sequence[str], intakes: int) -> dict[str, Any]:
    """Measure, print and keep. Raises SetupError when disk or PostgreSQL are lacking."""
    free = shutil.disk_usage(tempfile.gettempdir()).free
    if free < size * BYTES_A_CASE:
        raise SetupError(
            f"{size:,} applications need {size * BYTES_A_CASE / 1e9:.0f} GB in {tempfile.gettempdir()}, and {free / 1e9:.0f} GB"
            " are free. Make room, set TMPDIR, or measure fewer: --applications 100000"
        )
    measured: dict[str, Any] = {}

    async def measure(kind: str, folder: Path) -> dict[str, Figure]:
        async with ground(kind, folder) as here:
            return await _measure(here, size, intakes)

    print(machine())
    for kind in kinds:
        # One after the other, so that only one needs its disk.
        with tempfile.TemporaryDirectory(prefix="guitu-bench-") as folder:
            measured[kind] = asyncio.run(measure(kind, Path(folder)))
        _print(kind, size, measured[kind])
        keep({f"casework {kind}": {"machine": machine(), "applications": size, "figures": measured[kind]}})
    return measured


def main() -> int:
    """Exit status 1, with one line, when it cannot be measured here."""
    parser = argparse.ArgumentParser(prog="python -m bench.casework", description=__doc__)
    parser.add_argument("--applications", type=int, default=1_000_000, metavar="N", help="cases to seed (default: %(default)s)")
    parser.add_argument("--database", choices=(SQLITE, POSTGRES), action="append", help="only this one (default: both)")
    parser.add_argument("--intakes", type=int, default=500, metavar="N", help="intakes to time (default: %(default)s)")
    args = parser.parse_args()
    if args.applications < 100 or args.intakes < 20:
        parser.error("at least 100 applications and 20 intakes, so that there is something to measure")
    try:
        run(args.applications, args.database or (POSTGRES, SQLITE), args.intakes)
    except SetupError as stop:
        print(f"bench.casework: {stop}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
