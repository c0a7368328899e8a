"""How long something takes, again and again, and what is made of that."""

from __future__ import annotations

import statistics
import time
from collections.abc import Awaitable, Callable, Sequence

WARM_UP, TIMES = 20, 200

type Act = Callable[[], Awaitable[object]]


def percentile(seconds: Sequence[float], share: float) -> float:
    """The value below which that share of the values lies, in milliseconds."""
    return statistics.quantiles(seconds, n=100, method="inclusive")[round(share * 100) - 1] * 1000


async def timed(act: Act) -> float:
    """Seconds for one."""
    began = time.perf_counter()
    await act()
    return time.perf_counter() - began


async def p95(act: Act, times: int = TIMES) -> float:
    """Milliseconds, after a few that are not counted."""
    for _ in range(WARM_UP):
        await act()
    return percentile([await timed(act) for _ in range(times)], 0.95)


async def p95_by_turns(first: Act, second: Act, times: int = TIMES) -> tuple[float, float]:
    """Both in turns, so that whatever else the machine does meets both alike."""
    for _ in range(WARM_UP):
        await first()
        await second()
    pairs = [(await timed(first), await timed(second)) for _ in range(times)]
    return percentile([pair[0] for pair in pairs], 0.95), percentile([pair[1] for pair in pairs], 0.95)
