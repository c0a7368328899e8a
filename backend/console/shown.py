"""How pages show what several of them have: the time left of a limit, an answer masked, a person in a list."""

from __future__ import annotations

from datetime import datetime, timedelta

import segno

from backend.house import House
from backend.locale.text import T, Text
from backend.time_limits.rules import working_time_left

#: From here on a limit is shown as one that hurries.
SOON = timedelta(hours=4)


def left_of(house: House, due: datetime | None, county: str, moment: datetime) -> tuple[Text | None, str]:
    """The working time that is left of a limit, and how it looks; nothing for what has no limit."""
    if due is None:
        return None, "quiet"
    left = working_time_left(moment, due, house.calendar, house.office(county))
    if left < timedelta():
        return T("超时{time}", time=_span(-left)), "bad"
    return T("还剩{time}", time=_span(left)), "wait" if left <= SOON else "busy"


def _span(time: timedelta) -> Text:
    """Working time in hours; below one in minutes, beyond two days of eight hours in days."""
    minutes = int(time // timedelta(minutes=1))
    if minutes < 60:
        return T("{count}分钟", count=minutes)
    hours = minutes // 60
    return T("{count}小时", count=hours) if hours < 16 else T("{count}个工作日", count=hours // 8)


def qr(text: str) -> str:
    """A QR code of a text, as the address of a picture within the page."""
    return str(segno.make(text, error="m").svg_data_uri(scale=5, border=3, light="#fff"))
