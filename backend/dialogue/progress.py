"""How an application stands, put into words: a sentence, and a card with a row a matter. Pure."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from backend.applications.progress import ProgressLine, ProgressView
from backend.conversations.messages import Card, Choice, Message, Row, RowState, Shown
from backend.departments.states import DECLINED, DISPATCHED, DONE, MOVED_OFFLINE, RECEIVED, WAITING_APPROVAL, WAITING_FUNDS
from backend.interview.display import number_sign
from backend.interview.questions import Script
from backend.locale.text import Joined, T, Text

UNDER_WAY = ("in_progress", "completed")
#: Results that leave the veteran with something to know.
NOT_DONE = (MOVED_OFFLINE, DECLINED)
WAITS_FOR_OTHERS = (WAITING_FUNDS, WAITING_APPROVAL)
MAY_BEGIN_AGAIN = ("rejected", "withdrawn")


def messages(script: Script, view: ProgressView, points: Sequence[Shown] = (), brief: bool = False) -> list[Message]:
    """The answer to 进度. `points`: what has to be corrected. The text alone says everything that matters, for channels without cards: what the veteran has to do
    comes first; what is done is only counted. `brief`, for texts: what is under way is told by state, without a card."""
    if view.state not in UNDER_WAY:
        return [_before_the_departments(script, view, points, brief)]
    yours = [line for line in view.lines if line.for_veteran]
    others = [line for line in view.lines if not line.for_veteran]
    not_done = [line for line in others if line.state in NOT_DONE]
    going_on = [line for line in others if not line.ended]
    parts: list[Shown] = [_head(script, view)]
    if points:
        parts.append(_say(script, "to_correct", points=Joined(points)))
    if yours:
        parts += [_say(script, "yours"), *(_line(script, line, "yours_line") for line in yours)]
    if yours and (not_done or going_on) and not brief:
        parts.append(_say(script, "others"))
    parts += [_line(script, line) for line in not_done]
    if brief:
        return [Message(Joined([*parts, *_by_state(script, going_on)], separator="\n"))]
    parts += [_line(script, line) for line in going_on]
    if going_on and not yours and not not_done:
        parts.append(_say(script, "tail"))
    rows = [_row(script, line) for line in view.lines]
    return [Message(Joined(parts, separator="\n"), card=Card("progress", _say(script, "title"), rows))]


def about(script: Script, view: ProgressView, matters: Collection[str]) -> list[Message]:
    """How these matters stand, for a question about them; empty where none of them is with anybody yet."""
    lines = [line for line in view.lines if line.matter.code in matters]
    if view.state not in UNDER_WAY or not lines:
        return []
    shown = [_done_line(script, line) if line.state == DONE else _line(script, line) for line in lines]
    return [Message(Joined(shown, separator="\n"), [Choice(script.say("ask_progress"), intent="progress")])]


def _done_line(script: Script, line: ProgressLine) -> Shown:
    state = _say(script, "done_on", at=line.done_at) if line.done_at else _say(script, "task_done")
    return _say(script, "row_line", matter=_name(line), state=state)


def _before_the_departments(script: Script, view: ProgressView, points: Sequence[Shown], brief: bool) -> Message:
    known = "submitted_archive" if view.state == "submitted" and view.archive else view.state
    text: Shown = _say(script, "head", number=view.number, state=_say(script, known))
    if points:
        text = Joined([text, _say(script, "to_correct", points=Joined(points))], separator="\n")
    choices: list[Choice] = []
    if view.state == "accepted":
        choices.append(Choice(script.say("ask_papers"), intent="materials"))
    if view.state in MAY_BEGIN_AGAIN and not brief:
        choices += [Choice(script.say("begin"), intent="apply"), Choice(script.say("person"), intent="handoff")]
    return Message(text, choices)


def _by_state(script: Script, lines: Sequence[ProgressLine]) -> list[Shown]:
    """One line a state, its matters in a row, each with its end where it has one."""
    groups: dict[str, list[Shown]] = {}
    for line in lines:
        state = WAITING_FUNDS if _has_no_limit(line) else line.state
        end = _say(script, "no_limit_brief") if _has_no_limit(line) else _until(script, line) if line.due else None
        shown = _say(script, "with_end", matter=_name(line), end=end) if end else _name(line)
        groups.setdefault(state, []).append(shown)
    return [
        _say(script, "row_line", matter=_say(script, f"task_{state}"), state=Joined(shown)) for state, shown in groups.items()
    ]


def _say(script: Script, name: str, **params: object) -> Text:
    return script.say(name, group="progress", **params)


def _head(script: Script, view: ProgressView) -> Shown:
    if not view.open:
        return _say(script, "head_all_done", number=view.number, total=view.total)
    return _say(script, "head_tasks", number=view.number, total=view.total, done=view.done, open=view.open)


def _line(script: Script, line: ProgressLine, sentence: str = "row_line") -> Shown:
    return _say(script, sentence, matter=_name(line), state=_brief(script, line))


def _name(line: ProgressLine) -> Text:
    """The matter, or the one of its two ways."""
    return line.matter.paths[line.path].name if line.path else line.matter.short


def _brief(script: Script, line: ProgressLine) -> Shown:
    """How it stands, in one breath: what the veteran has to do; else who has it or what it waits for, and until when."""
    if line.for_veteran:
        return line.next or _say(script, f"task_{line.state}")
    if line.state in NOT_DONE:
        said = line.next or _say(script, f"task_{line.state}")
        return _after(script, said, _say(script, "ask_window")) if said.params else said
    return _after(script, _standing(script, line), _until(script, line))


def _after(script: Script, first: Shown, second: Shown | None) -> Shown:
    """Two parts of one sentence, as the reader's language joins them."""
    return _say(script, "joined", first=first, second=second) if second else first


def _standing(script: Script, line: ProgressLine) -> Shown:
    holder = line.unit or line.holder
    if _has_no_limit(line) and line.matter.waiting:
        return _after(script, line.matter.waiting, _say(script, "no_limit"))
    if line.state in WAITS_FOR_OTHERS:
        return line.next or _say(script, f"task_{line.state}")
    if line.state == DISPATCHED and holder:
        return _say(script, "sent_to", holder=holder)
    return _holder(script, line) or _say(script, f"task_{line.state}")


def _has_no_limit(line: ProgressLine) -> bool:
    """The subsidy: wherever it lies, it waits for the funds, and the notice sets no limit. # notice 四(二)"""
    return line.matter.limit_days is None and line.state in (DISPATCHED, RECEIVED, WAITING_FUNDS)


def _row(script: Script, line: ProgressLine) -> Row:
    details = [
        _holder(script, line),
        _say(script, "ended_at", at=line.done_at or line.since) if line.ended else _say(script, "since", since=line.since),
        _until(script, line),
        line.next,
    ]
    title = T("{number}{name}", number=number_sign(line.matter.number), name=_name(line))
    return Row(title, _say(script, f"task_{line.state}"), [part for part in details if part], _state(line))


def _holder(script: Script, line: ProgressLine) -> Shown | None:
    """Who is at work on it; nobody is while it waits."""
    holder = line.unit or line.holder
    return _say(script, "holder", holder=holder) if holder and line.state == RECEIVED else None


def _until(script: Script, line: ProgressLine) -> Shown | None:
    if line.ended:
        return None
    if line.due is None:
        return _say(script, "waited", days=line.waited_days) if line.waited_days else None
    if line.overdue:
        return _say(script, "overdue", due=line.due)
    return _say(script, "due_provisional" if line.provisional else "due", due=line.due)


def _state(line: ProgressLine) -> RowState:
    if line.ended:
        return "done"
    if line.overdue:
        return "overdue"
    return "waiting" if line.for_veteran or line.due is None else "open"
