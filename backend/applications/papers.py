"""Which matters a missing original holds up (notice 二(二), 三(二)). Pure."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from backend.catalogue.load import Catalogue
from backend.catalogue.rules import checklist

REPORT_IN = "report_in"
SURVEY = "training_survey"
#: Done at check-in itself. # notice 四(一)
DONE_AT_CHECK_IN = (REPORT_IN, SURVEY)


def missing_for_report_in(catalogue: Catalogue, lacking: Collection[int]) -> list[int]:
    """The lacking papers without which check-in cannot end (1 and 2). # notice 三(二)"""
    return [number for number in sorted(lacking) if REPORT_IN in catalogue.materials[number].blocks]


def held_up(
    catalogue: Catalogue, answers: Mapping[str, Any], matters: Sequence[str], lacking: Collection[int]
) -> dict[str, list[int]]:
    """matter → numbers of the lacking originals it waits for; matters that can go on are left out."""
    waiting: dict[str, list[int]] = {}
    for line in checklist(catalogue, dict(answers)):
        material = line.material
        if material.number not in lacking:
            continue
        for code in matters:
            if code in material.blocks and code in line.matters and code not in DONE_AT_CHECK_IN:
                waiting.setdefault(code, []).append(material.number)
    return waiting
