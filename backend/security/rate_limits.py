"""Limits on how often one source may do a thing: token buckets in the memory of one process.

With several backends each keeps its own, so the whole lets through that many times more: these are guards against floods,
never a rule of the business.
"""

from __future__ import annotations

import time
from collections import OrderedDict

from backend.errors import TooMany
from backend.locale.text import SOURCE_LANGUAGE, T, render

MOST_SOURCES = 20_000


class RateLimit:
    """`burst` at once, then `per_second` on average, for each source."""

    def __init__(self, burst: int, per_second: float) -> None:
        self.burst = burst
        self.per_second = per_second
        self._left: OrderedDict[str, tuple[float, float]] = OrderedDict()

    def wait_for(self, source: str) -> float:
        """Take one. 0 when it was granted, else the seconds until the next would be."""
        instant = time.monotonic()
        left, since = self._left.pop(source, (float(self.burst), instant))
        left = min(self.burst, left + (instant - since) * self.per_second)
        granted = left >= 1
        self._left[source] = (left - 1 if granted else left, instant)
        # The one that was quiet longest is nearly full again: forgetting it grants little.
        if len(self._left) > MOST_SOURCES:
            self._left.popitem(last=False)
        return 0.0 if granted else (1 - left) / self.per_second

    def check(self, source: str, language: str = SOURCE_LANGUAGE) -> None:
        """Take one, or raise TooMany with `retry_after` in whole seconds."""
        if seconds := self.wait_for(source):
            raise TooMany(render(T("发得有点快，歇几秒再发，前面的都收到了。"), language), retry_after=int(seconds) + 1)
