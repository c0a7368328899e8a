"""What veterans are told of waiting, of who answers, and of the bot that is back."""

from __future__ import annotations

from datetime import datetime

from backend.conversations.messages import Choice, Message
from backend.locale.text import T, Text

#: Presses of who waits.
LEAVE, BOT_BACK = "people=leave", "people=bot"


def place(ahead: int, opens: datetime | None) -> Text:
    """How many wait before her; outside office hours when somebody will answer."""
    if opens is not None:
        return T("现在不是办公时间，{at}开始有人回你。", at=opens)
    return T("你前面还有{count}位。", count=ahead) if ahead else T("你排在第一位。")


def choices() -> list[Choice]:
    """What who waits can press."""
    return [
        Choice(T("留言给工作人员"), intent="choose", value=LEAVE),
        Choice(T("不用人工了"), intent="choose", value=BOT_BACK),
    ]


def leave_how() -> Message:
    """After the press: how a message is left."""
    return Message(T("好，用“留言：”开头写下来，比如“留言：户口簿丢了怎么办”。工作人员看到会回你。"))


def left() -> Message:
    """A message was left."""
    return Message(T("留言记下了，工作人员看到会回你。还有要补充的，再发一条“留言：”开头的就行。"))


def called_off() -> Message:
    """Nobody need come any more."""
    return Message(T("好，不用等人了，接着我来。想找人随时说“转人工”。"))


def came(name: str) -> Message:
    """One of staff answers from now on."""
    return Message(T("{name}来帮你了，下面由工作人员回你。想接着用机器人，说“不用人工了”。", name=name))


def went(name: str, ahead: int, opens: datetime | None) -> Message:
    """Who answered is away: she waits again."""
    return Message(T("{name}暂时走开了，你还在队里，会有人接着回你。{place}", name=name, place=place(ahead, opens)))


def moved(county: Text | str, ahead: int, opens: datetime | None) -> Message:
    """Another county answers."""
    return Message(T("已经转给{county}的工作人员。{place}", county=county, place=place(ahead, opens)))


def released() -> Text:
    """The bot is back."""
    return T("我是机器人助手，接着帮你。还要找人，说“转人工”。")
