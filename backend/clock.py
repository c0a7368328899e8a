"""The one place that says what time it is.

Instants are aware datetimes in UTC inside the service; people and time limits see Asia/Shanghai (notice 四(八)).
"""

from __future__ import annotations

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

SHANGHAI = ZoneInfo("Asia/Shanghai")


def now() -> datetime:
    """The present instant, aware, in UTC. Tests travel with time-machine, so this is never cached."""
    return datetime.now(UTC)


def today() -> date:
    """The present calendar day in Asia/Shanghai."""
    return now().astimezone(SHANGHAI).date()


def local(instant: datetime) -> datetime:
    """The same instant as Asia/Shanghai shows it."""
    return instant.astimezone(SHANGHAI)
