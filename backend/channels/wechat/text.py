"""A message as WeChat shows it: pieces of text, a card as lines, choices as a menu to press or to answer by number. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from backend.channels.sms.text import menu_choices
from backend.locale.text import SOURCE_LANGUAGE, T, render

#: The interface's limit for a text, in bytes of UTF-8.
MOST_BYTES = 2000
#: More are easier to answer by number than to find in a menu.
MOST_IN_MENU = 8
BREAKS = "\n。！？；，、"
MARKS = {"done": "✓ ", "waiting": "… ", "overdue": "！", "lacking": "✗ ", "open": "· ", "": "· "}

Piece = dict[str, Any]


def pieces_of(body: dict[str, Any], seq: int) -> list[Piece]:
    """A body (conversations.messages) in pieces that each fit one text: `{"text": …}`, the last with its menu, if any:
    `{"choices": [{"id", "label"}…], "several": bool, "offer": seq}`. `seq`: the message that offers them. Each page of a file is
    a piece of its own: `{"text": "", "media": {"attachment": id, "page": number}}`."""
    lines = [line.rstrip() for line in body["text"].strip().splitlines()]
    if link := body.get("link"):
        lines += [link["url"] if link["label"] in body["text"] else f"{link['label']}：{link['url']}"]
    if (card := body.get("card")) and not _is_in_menu(card, menu_choices(body)):
        lines += ["", *_card_lines(card)]
    pieces: list[Piece] = [{"text": text} for text in _fit("\n".join(lines).strip())]
    if choices := [{"id": each["id"], "label": each["label"]} for each in menu_choices(body)]:
        pieces.append({"text": "", "choices": choices, "several": bool(body.get("several")), "offer": seq})
        if pieces[:-1] and _size(pieces[-2]["text"]) + _size(_menu(pieces[-1], SOURCE_LANGUAGE)) + 2 <= MOST_BYTES:
            pieces[-2:] = [{**pieces[-1], "text": pieces[-2]["text"]}]
    if file := body.get("attachment"):
        pieces += [{"text": "", "media": {"attachment": file["id"], "page": page}} for page in range(1, file["pages"] + 1)]
    return pieces


def _is_in_menu(card: dict[str, Any], choices: Sequence[dict[str, Any]]) -> bool:
    """True when each row is a choice of the menu too, under the number that both show: then the menu says it."""
    rows = {row["title"].partition(" ")[0] for row in card["rows"]}
    return rows <= {each["id"] for each in choices if _shows_number(each)}


def _shows_number(choice: dict[str, Any]) -> bool:
    return bool(str(choice["label"]).startswith(f"{choice['id']} "))


def _card_lines(card: dict[str, Any]) -> Iterable[str]:
    yield f"【{card['title']}】"
    for row in card["rows"]:
        mark = f"{row['choice']}. " if row.get("choice") else MARKS.get(row["state"], MARKS[""])
        yield f"{mark}{row['title']}{'：' if row['detail'] else ''}{row['detail']}"


def _size(text: str) -> int:
    return len(text.encode("utf-8", "replace"))


def _fit(text: str) -> list[str]:
    """`text` in as few pieces as fit, broken after a line or a sign of punctuation where there is one."""
    pieces = []
    while _size(text) > MOST_BYTES:
        end = len(text.encode()[:MOST_BYTES].decode("utf-8", "ignore"))
        broken = next((at + 1 for mark in BREAKS if (at := text.rfind(mark, end // 2, end)) > 0), end)
        pieces.append(text[:broken].rstrip())
        text = text[broken:].lstrip()
    return [*pieces, text] if text else pieces


def pack(pieces: Sequence[Piece]) -> int:
    """How many of these pieces, from the first, go together in one message: what may be sent at all is counted by messages.

    A menu ends what its message says; a picture is a message by itself."""
    size = 0
    for number, piece in enumerate(pieces):
        if piece.get("media"):
            return number or 1
        size += _size(as_text([piece])) + 2
        if number and size > MOST_BYTES:
            return number
        if piece.get("choices") and not any(each.get("choices") for each in pieces[number + 1 :]):
            return number + 1
    return len(pieces)


def as_text(pieces: Sequence[Piece], language: str = SOURCE_LANGUAGE) -> str:
    """Pieces as one text; the newest menu as numbers to answer with, for what was offered before is no longer asked."""
    newest = next((piece for piece in reversed(pieces) if piece.get("choices")), None)
    shown = [piece["text"] for piece in pieces if piece["text"]]
    return "\n\n".join([*shown, _menu(newest, language)] if newest else shown)


def as_custom(pieces: Sequence[Piece], language: str, menus: bool = True) -> dict[str, Any]:
    """Pieces as the body of one customer service message, without the receiver: a menu to press, where one fits, else text."""
    last = pieces[-1]
    if not menus or not last.get("choices") or last.get("several") or len(last["choices"]) > MOST_IN_MENU:
        return {"msgtype": "text", "text": {"content": as_text(pieces, language)}}
    head = "\n\n".join(piece["text"] for piece in pieces if piece["text"]) or render(T("请选一项："), language)
    entries = [{"id": menu_id(last["offer"], each["id"]), "content": each["label"]} for each in last["choices"]]
    return {"msgtype": "msgmenu", "msgmenu": {"head_content": head, "list": entries, "tail_content": ""}}


def as_picture(media_id: str) -> dict[str, Any]:
    """A picture that was left with WeChat, as the body of one customer service message."""
    return {"msgtype": "image", "image": {"media_id": media_id}}


def menu_id(offer: int, choice: str) -> str:
    """The id of a menu's entry: which message offered it, and which choice it is."""
    return f"{offer}-{choice}"


def read_menu_id(given: str) -> tuple[int, str] | None:
    """The message and the choice that an entry stands for; None when it is no id of ours."""
    offer, dash, choice = given.partition("-")
    if not dash or not choice or not (offer.isascii() and offer.isdigit() and len(offer) <= 16):
        return None
    return int(offer), choice


def _menu(piece: Piece, language: str) -> str:
    head = T("回复数字，可选几个：") if piece.get("several") else T("回复数字：")
    return "\n".join([render(head, language), *map(_entry, piece["choices"])])


def _entry(choice: dict[str, Any]) -> str:
    label = choice["label"].removeprefix(f"{choice['id']} ")
    return f"{choice['id']}. {label}"
