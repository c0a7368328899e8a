"""A message as texts: short, with a numbered menu in place of buttons; and the menu's answer read back. Pure."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from typing import Any

from backend.locale.text import T, render

# GSM 03.38 basic character set, and those that cost two places.
GSM_BASIC = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?"
    "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
GSM_EXTENDED = frozenset("^{}\\[~]|€\f")
GSM_SINGLE, GSM_PART, UCS_SINGLE, UCS_PART = 160, 153, 70, 67
BREAKS = "。！？；，、,;:： "
NUMBERS = re.compile(r"\d{1,3}(?:[\s,、，.和及]+\d{1,3})*[\s,、，.]*")


def is_gsm(text: str) -> bool:
    """True when every character fits the 7-bit alphabet."""
    return all(character in GSM_BASIC or character in GSM_EXTENDED for character in text)


def places(text: str) -> int:
    """How many places `text` takes: septets in the 7-bit alphabet, else UTF-16 units."""
    if is_gsm(text):
        return sum(2 if character in GSM_EXTENDED else 1 for character in text)
    return len(text.encode("utf-16-be")) // 2


def segments(text: str) -> int:
    """How many segments a provider bills for `text`: 160 (153 each of several) 7-bit, 70 (67 each) otherwise; 0 when empty."""
    single, part = (GSM_SINGLE, GSM_PART) if is_gsm(text) else (UCS_SINGLE, UCS_PART)
    taken = places(text)
    if taken == 0:
        return 0
    return 1 if taken <= single else -(-taken // part)


def as_texts(body: dict[str, Any], language: str) -> list[str]:
    """A message body (conversations.messages) as texts of one segment each: what it says, and the menu. Of a card nothing:
    the text alone says what matters. A file or an address waits on the page: a text holds neither."""
    lines = [line.strip() for line in body["text"].splitlines()]
    if body.get("attachment"):
        lines.append(render(T("文件在聊天网页里，打开就能看。"), language))
    if link := body.get("link"):
        lines.append(render(T("“{label}”的网址在聊天网页里，打开就能看。", label=link["label"]), language))
    return _pack([*(_fit(line) for line in lines if line), *([_menu(body, language)] if body.get("choices") else [])])


def menu_choices(body: dict[str, Any]) -> list[dict[str, Any]]:
    """The choices a text offers: those that are not a card row's own, or all when every one is."""
    in_rows = {row.get("choice") for row in (body.get("card") or {}).get("rows", ())}
    return [choice for choice in body.get("choices", ()) if choice["id"] not in in_rows] or list(body.get("choices", ()))


def _menu(body: dict[str, Any], language: str) -> list[str]:
    head = T("回复数字，可选几个：") if body.get("several") else T("回复数字：")
    options = [f"{choice['id']} {choice['label']}" for choice in menu_choices(body)]
    # The head never stands alone at the end of a text.
    return [f"{render(head, language)}{options[0]}", *options[1:]]


def _fit(line: str) -> list[str]:
    """A line in pieces of one segment, broken after punctuation where there is some."""
    pieces: list[str] = []
    while places(line) > (limit := GSM_SINGLE if is_gsm(line) else UCS_SINGLE):
        end = limit
        while places(line[:end]) > limit:
            end -= 1
        broken = max((line.rfind(mark, limit // 2, end) + 1 for mark in BREAKS), default=0)
        end = broken or end
        pieces.append(line[:end].strip())
        line = line[end:].strip()
    return [*pieces, line]


def _pack(blocks: Iterable[list[str]]) -> list[str]:
    """Lines (each block its own line or lines; a menu's options may share one) into as few texts of one segment as follow."""
    texts: list[str] = []
    current = ""
    for block in blocks:
        for number, piece in enumerate(block):
            for fitted in _fit(piece):
                joined = f"{current}{' ' if number else chr(10)}{fitted}" if current else fitted
                if current and segments(joined) > 1:
                    texts.append(current)
                    joined = fitted
                current = joined
    return [*texts, current] if current else texts


def read_back(body: dict[str, Any], text: str) -> tuple[str, ...]:
    """The ids that an answer to a menu names by number or by label; empty when it is no such answer.

    Numbers must all be on the menu; several only where several may be chosen. A label is known by its whole text or by a
    beginning (two characters or more) that no other label has.
    """
    said = unicodedata.normalize("NFKC", text).strip().rstrip("。.!！").casefold()
    ids = [choice["id"] for choice in body.get("choices", ())]
    if NUMBERS.fullmatch(said):
        named = tuple(dict.fromkeys(str(int(number)) for number in re.findall(r"\d+", said)))
        return named if set(named) <= set(ids) and (len(named) == 1 or body.get("several")) else ()
    labels = {choice["id"]: unicodedata.normalize("NFKC", choice["label"]).casefold() for choice in menu_choices(body)}
    exact = [each for each, label in labels.items() if label == said]
    begins = [each for each, label in labels.items() if len(said) >= 2 and label.startswith(said)]
    found = exact or begins
    return (found[0],) if len(found) == 1 else ()
