"""What the bot, the system or staff say, in one form for every channel. Pure.

Rooms build a `Message` of Text; `to_body` renders it for one reader's language into the JSON that is stored, sent over the
internal API and given to channels:

    {"text": "…", "choices": [{"id": "1", "label": "自取", "intent": "choose", "value": "booklet_delivery=collect"}],
     "several": false, "chosen": ["matters=report_in"], "card": {"kind": "review", "title": "…", "rows": [{"title": "…", "detail": "…", "lines": ["…"],
     "state": "done", "choice": "2", "material": 4}]},
     "attachment": {"id": "a_…", "pages": 2}, "link": {"label": "…", "url": "https://…"}}

`choices` are buttons on a page and a numbered menu elsewhere; a press names the message and the choice's id, and is only
accepted if this conversation was offered it. A card's row may point at one of the message's choices by its id ("choice"),
which is then shown in the row and not among the buttons. `chosen`: values of a list that are chosen now, however that was
said, so that the list can be shown as it was answered. A row with a "material" (its number) is a paper of which a picture
can be sent, where a page can send one. `attachment`: a file that this conversation alone can open (room attachments). `link`:
an address outside. `text` alone must make sense where cards, files and addresses cannot be shown.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from itertools import count
from typing import Any, Literal
from urllib.parse import urlsplit

from backend.locale.text import Joined, Month, Named, Text, render

Shown = Text | Joined | Month | Named | str
CardKind = Literal["checklist", "review", "progress", "notice"]
RowState = Literal["", "open", "done", "waiting", "overdue", "lacking"]
LONGEST_ADDRESS = 500


@dataclass(frozen=True)
class Choice:
    """One thing to press. `intent` is what Rasa is told; `value` what the interview is told (`field=value`).

    `key` is its id where the label already shows a number of its own (matters, papers); else it is numbered in order.
    """

    label: Shown
    intent: str = "choose"
    value: str = ""
    checked: bool = False
    key: str = ""


@dataclass(frozen=True)
class Row:
    """One line of a card: a title, what stands beside it, lines to unfold, a state that is shown, a press; or a paper."""

    title: Shown
    detail: Shown = ""
    lines: Sequence[Shown] = ()
    state: RowState = ""
    choice: Choice | None = None
    material: int | None = None


@dataclass(frozen=True)
class Card:
    """Rows under a title."""

    kind: CardKind
    title: Shown
    rows: Sequence[Row]


@dataclass(frozen=True)
class File:
    """A file that is kept (attachments.model), by its id, and of how many pages it is."""

    id: str
    pages: int


@dataclass(frozen=True)
class Link:
    """An address that can be opened; see `is_address`."""

    label: Shown
    url: str


@dataclass(frozen=True)
class Message:
    """One bubble. `several`: any number of the choices can be ticked and are sent together; `chosen`: those of the list before
    it that were."""

    text: Shown
    choices: Sequence[Choice] = field(default_factory=tuple)
    several: bool = False
    card: Card | None = None
    chosen: Sequence[str] = ()
    attachment: File | None = None
    link: Link | None = None


def is_address(url: str) -> bool:
    """True for what a veteran may be sent to: https, a host, and nothing in it that hides where it leads."""
    if len(url) > LONGEST_ADDRESS or not url.isascii() or not url.isprintable() or " " in url:
        return False
    try:
        parts = urlsplit(url)
        return parts.scheme == "https" and bool(parts.hostname) and "@" not in parts.netloc and parts.port != 0
    except ValueError:
        return False


def to_body(message: Message, language: str) -> dict[str, Any]:
    """`message` in `language`, as the JSON of this module's docstring. Choices without a key are numbered in order by what no key uses."""
    choices: list[dict[str, Any]] = []
    rows = message.card.rows if message.card else ()
    taken = {choice.key for choice in (*message.choices, *(row.choice for row in rows if row.choice)) if choice.key}
    free = (str(number) for number in count(1) if str(number) not in taken)

    def add(choice: Choice) -> str:
        choice_id = choice.key or next(free)
        choices.append(
            {
                "id": choice_id,
                "label": render(choice.label, language),
                "intent": choice.intent,
                "value": choice.value,
                **({"checked": True} if choice.checked else {}),
            }
        )
        return choice_id

    body: dict[str, Any] = {"text": render(message.text, language)}
    if message.chosen:
        body["chosen"] = list(message.chosen)
    if message.attachment:
        body["attachment"] = {"id": message.attachment.id, "pages": message.attachment.pages}
    if message.link:
        body["link"] = {"label": render(message.link.label, language), "url": message.link.url}
    for choice in message.choices:
        add(choice)
    if message.card:
        body["card"] = {
            "kind": message.card.kind,
            "title": render(message.card.title, language),
            "rows": [
                {
                    "title": render(row.title, language),
                    "detail": render(row.detail, language),
                    "lines": [render(line, language) for line in row.lines],
                    "state": row.state,
                    **({"choice": add(row.choice)} if row.choice else {}),
                    **({"material": row.material} if row.material else {}),
                }
                for row in message.card.rows
            ],
        }
    if choices:
        body["choices"] = choices
        body["several"] = message.several
    return body


def every_word(body: dict[str, Any], change: Callable[[str], str]) -> dict[str, Any]:
    """`body` with `change` applied to all that is read in it; ids, intents and values of choices stay."""
    changed = {**body, "text": change(body["text"])}
    if "choices" in body:
        changed["choices"] = [{**choice, "label": change(choice["label"])} for choice in body["choices"]]
    if "link" in body:
        changed["link"] = {**body["link"], "label": change(body["link"]["label"])}
    if "card" in body:
        rows = [
            {
                **row,
                "title": change(row["title"]),
                "detail": change(row["detail"]),
                "lines": [change(line) for line in row["lines"]],
            }
            for row in body["card"]["rows"]
        ]
        changed["card"] = {**body["card"], "title": change(body["card"]["title"]), "rows": rows}
    return changed
