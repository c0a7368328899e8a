"""The forms of a department's inbox: what each report asks for, and what was typed as the report that an interface sends."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from pydantic import ValidationError

from backend.clock import now
from backend.console.forms import Form
from backend.departments.schemas import ResultIn
from backend.errors import GuituError
from backend.locale.text import T, Text

#: Lines for what came of a matter.
OUTCOMES = 3


@dataclass(frozen=True)
class Content:
    """What a report asks for: fields of ResultIn, of which `needed` must be filled in. hint: who is told, and what happens."""

    name: str
    fields: tuple[str, ...] = ()
    needed: tuple[str, ...] = ()
    hint: Text | None = None
    tone: str = ""

    def is_for(self, event: str) -> bool:
        """Whether this form reports an event of departments.states."""
        return event == self.name or (self.name == "waiting" and event.startswith("waiting_"))


#: In the order of the page.
CONTENTS: Mapping[str, Content] = {
    each.name: each
    for each in (
        Content("received", hint=T("还没有起算的时限，从现在起算。")),
        Content("funds_verified", hint=T("等资金的时限从现在起算。")),
        Content("approved", hint=T("等审批的时限从现在起算。")),
        Content("done", ("outcome",), hint=T("本人马上会收到办结的消息。")),
        Content(
            "waiting",
            ("waiting_for", "reason"),
            ("waiting_for",),
            T("等本人的时候时限停着。等本人时一定要写明要做什么，本人会读到。"),
        ),
        Content("paper_needed", ("material", "reason"), ("reason",), T("本人会读到这段话。材料来之前时限停着。")),
        Content("form_delivered", hint=T("本人会收到消息，等党组织通知谈话。")),
        Content("moved_offline", ("reason",), hint=T("线上到此为止，本人会收到消息，到窗口接着办。"), tone="quiet"),
        Content("declined", ("reason",), ("reason",), T("本人会读到原因。"), "bad"),
        Content("returned", ("reason",), ("reason",), T("退给窗口改派，写明该归谁办。本人不会收到消息。"), "bad"),
        Content("ready", ("place",), hint=T("要领取的，本人马上会收到消息；要邮寄的，等寄出。")),
        Content("mailed", ("carrier", "tracking_number"), ("carrier", "tracking_number"), T("本人会收到快递公司和单号。")),
        Content("collected"),
        Content("delivered"),
        Content("came_back", ("place",), hint=T("本人会收到消息，可以来领。")),
    )
}
LACKING: Mapping[str, str] = {
    "waiting_for": "请选要等什么。",
    "reason": "请写明原因，让看的人知道为什么、要做什么。",
    "carrier": "请填快递公司。",
    "tracking_number": "请填快递单号。",
}


def read_report(form: Form, task: str) -> ResultIn:
    """The report that was filled in, of now. Raises GuituError, saying what is lacking or too long.

    It happens when it is said: an officer cannot move a result to before the end of a limit.
    """
    content = CONTENTS.get(form.one("result"))
    if content is None:
        raise GuituError(T("这一页不完整，请刷新后再试。"), code="invalid")
    given: dict[str, Any] = {"task": task, "result": content.name, "at": now()}
    for name in content.fields:
        typed = _outcome(form) if name == "outcome" else form.one(f"{content.name}-{name}")
        if typed:
            given[name] = typed
    needed = [*content.needed, *(["reason"] if given.get("waiting_for") == "veteran" else [])]
    for name in needed:
        if name not in given:
            raise GuituError(LACKING[name], code="lacking")
    try:
        return ResultIn.model_validate(given)
    except ValidationError:
        raise GuituError(T("填的内容太长，或有不能用的字符，请改短些再交。"), code="invalid") from None


def _outcome(form: Form) -> dict[str, str]:
    """What came of it, by name. Raises GuituError for a value without a name, or a name without a value."""
    found = {}
    for line in range(OUTCOMES):
        name, value = form.one(f"done-what-{line}"), form.one(f"done-how-{line}")
        if bool(name) != bool(value):
            raise GuituError(T("办理结果要写“是什么”和“怎么样”两格，或者都空着。"), code="lacking")
        if name:
            found[name] = value
    return found
