"""Each outside system's part: what its answer and its reports do to a case. One file a system, one small interface."""

from __future__ import annotations

from collections.abc import Mapping

from backend.systems.adapters import bank, hall, league, online_system, party_members, population, post
from backend.systems.adapters.interface import Adapter
from backend.systems.registry import SYSTEMS

#: tax, efficiency and reform are told by no message: a date with a place, and a file a month. Of a system whose answer
#: changes nothing the answer is kept.
ADAPTERS: Mapping[str, Adapter] = {code: Adapter(system) for code, system in SYSTEMS.items() if system.sends is not None} | {
    adapter.system.code: adapter
    for adapter in (
        population.ADAPTER,
        party_members.ADAPTER,
        league.ADAPTER,
        bank.ADAPTER,
        post.ADAPTER,
        online_system.ADAPTER,
        hall.ADAPTER,
    )
}
