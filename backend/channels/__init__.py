"""The edge of each channel. Every one with a service.py is at home in every process, so that what is said finds its way."""

from __future__ import annotations

import importlib
from pathlib import Path


def all_channels() -> None:
    """Import backend/channels/*/service.py: what each delivers and clears is known from then on."""
    for file in sorted(Path(__file__).parent.glob("*/service.py")):
        importlib.import_module(f"backend.channels.{file.parent.name}.service")
