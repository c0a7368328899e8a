"""The partner banks of the social card: each card order goes to its bank (notice 三(九)). The card service reports the card."""

from __future__ import annotations

from backend.systems.adapters.interface import Adapter
from backend.systems.registry import SYSTEMS

ADAPTER = Adapter(SYSTEMS["bank"])
