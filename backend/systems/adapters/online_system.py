"""福建省士兵退役一件事线上办理系统: gets every result that is applied (notice 三). It answers that it has it."""

from __future__ import annotations

from backend.systems.adapters.interface import Adapter
from backend.systems.registry import SYSTEMS

ADAPTER = Adapter(SYSTEMS["online_system"])
