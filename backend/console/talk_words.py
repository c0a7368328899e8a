"""What the console calls the codes of conversations with staff."""

from __future__ import annotations

from collections.abc import Mapping

from backend.locale.text import T, Text

TALK_STATES: Mapping[str, Text] = {"waiting": T("在等"), "attended": T("有人接待"), "closed": T("已结束")}
TALK_TONES: Mapping[str, str] = {"waiting": "wait", "attended": "busy", "closed": "quiet"}
TALK_REASONS: Mapping[str, Text] = {
    "asked": T("要找人工"),
    "distress": T("情绪不好"),
    "started": T("工作人员先联系"),
}
TALK_OUTCOMES: Mapping[str, Text] = {
    "helped": T("解决了"),
    "unreachable": T("联系不上"),
    "referred": T("转到别处办"),
    "not_needed": T("不用办了"),
}
TALK_COMMANDS: Mapping[str, Text] = {
    "ask": T("要找人工"),
    "start": T("工作人员先联系"),
    "claim": T("接待"),
    "take": T("接过来"),
    "transfer": T("转交"),
    "give_back": T("交回机器人"),
    "close": T("结束"),
    "expire": T("太久没有动静，回到队里"),
    "leave": T("留言"),
    "call_off": T("本人说不用人工了"),
}
TALK_AUTHORS: Mapping[str, Text] = {"veteran": T("本人"), "bot": T("机器人"), "staff": T("工作人员"), "system": T("系统")}
TALK_CHANNELS: Mapping[str, Text] = {"web": T("网页"), "wechat": T("微信"), "sms": T("短信")}
