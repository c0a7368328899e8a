"""A value for every place of a notice, as a veteran might read it: for previews, and for the checks of the texts. Examples. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from backend.clock import SHANGHAI
from backend.locale.text import Text

SAMPLE: Mapping[str, Any] = {
    "code": "012345",
    "minutes": 5,
    "window": "鼓楼退役军人示例窗口",
    "surname": "林",
    "number": "TY-3501-26-000123",
    "window_name": "鼓楼区退役军人服务中心综合窗口（示例）",
    "address": "示例街道示例路1号（示例地址）",
    "hours": "08:00–12:00、14:30–17:30",
    "count": 9,
    "papers": Text("居住证"),
    "points": Text("手机号（少一位）"),
    "reason": "少一位",
    "county": "福州市鼓楼区",
    "tail": "5702",
    "due": datetime(2026, 11, 24, 12, tzinfo=SHANGHAI),
    "at": datetime(2026, 11, 24, 9, 30, tzinfo=SHANGHAI),
    "about": Text("催办"),
    "answer": "派出所今天下午办",
    "matter": Text("恢复户口"),
    "holder": Text("公安派出所"),
    "days": 5,
    "organisation": "示例社区党支部",
    "paper": Text("居住证"),
    "police_station": Text("鼓楼区示例派出所（示例）"),
    "tax_office": Text("鼓楼区示例税务窗口（示例）"),
    "date": date(2026, 12, 1),
    "outcome": "已转入",
    "bank": Text("中国农业银行"),
    "product": Text("户口簿"),
    "place": "示例派出所",
    "carrier": "示例快递",
    "tracking": "SL1234567890",
    "status": Text("资料已经录进去，等基层党组织审核"),
}
