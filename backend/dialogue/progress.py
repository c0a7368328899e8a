"""How an application stands, put into words: a sentence, and a card with a row a matter. Pure."""

from __future__ import annotations

from backend.applications.progress import ProgressLine, ProgressView
from backend.conversations.messages import Card, Message, Row, RowState, Shown
from backend.interview.display import CIRCLED
from backend.interview.questions import Script
from backend.locale.text import Joined, T

UNDER_WAY = ("in_progress", "completed")


def messages(script: Script, view: ProgressView) -> list[Message]:
    """The answer to 进度. The text alone says everything that matters, for channels without cards."""
    if view.state not in UNDER_WAY:
        state = script.say(view.state, group="progress")
        return [Message(script.say("head", group="progress", number=view.number, state=state))]
    lines = [
        script.say("row_line", group="progress", matter=line.matter.short, state=_brief(script, line)) for line in view.lines
    ]
    parts: list[Shown] = [_head(script, view), *(line for line, full in zip(lines, view.lines, strict=True) if not full.ended)]
    if view.open:
        parts.append(script.say("tail", group="progress"))
    rows = [_row(script, line) for line in view.lines]
    return [Message(Joined(parts, separator="\n"), card=Card("progress", script.say("title", group="progress"), rows))]


def _head(script: Script, view: ProgressView) -> Shown:
    if not view.open:
        return script.say("head_all_done", group="progress", number=view.number, total=view.total)
    return script.say("head_tasks", group="progress", number=view.number, total=view.total, done=view.done, open=view.open)


def _brief(script: Script, line: ProgressLine) -> Shown:
    """Who has it and until when, in one breath."""
    parts = [part for part in (_holder(script, line), _until(script, line)) if part]
    return Joined(parts, separator="，") if parts else script.say(f"task_{line.state}", group="progress")


def _row(script: Script, line: ProgressLine) -> Row:
    details = [
        _holder(script, line),
        script.say("since", group="progress", since=line.since),
        _until(script, line),
        line.next,
    ]
    title = T("{number}{name}", number=CIRCLED[line.matter.number], name=line.matter.short)
    return Row(title, script.say(f"task_{line.state}", group="progress"), [part for part in details if part], _state(line))


def _holder(script: Script, line: ProgressLine) -> Shown | None:
    holder = line.unit or line.holder
    return script.say("holder", group="progress", holder=holder) if holder and not line.ended else None


def _until(script: Script, line: ProgressLine) -> Shown | None:
    if line.ended:
        return None
    if line.due is None:
        return script.say("waited", group="progress", days=line.waited_days) if line.waited_days else None
    if line.overdue:
        return script.say("overdue", group="progress", due=line.due)
    return script.say("due_provisional" if line.provisional else "due", group="progress", due=line.due)


def _state(line: ProgressLine) -> RowState:
    if line.ended:
        return "done"
    if line.overdue:
        return "overdue"
    return "waiting" if line.for_veteran or line.due is None else "open"
