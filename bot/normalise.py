"""One form for the many ways the same words are typed. Pure; used in training and on live messages alike.

`normalise` maps one character to one character, so that offsets fit what was typed: full-width to half-width (NFKC where
it yields a single character), traditional to simplified, look-alikes to the character that was meant, lower case. It never
makes a slash: Rasa obeys a text that begins with one, so "／restart" must stay what it is.

`symbols` is for the classifier only and may change the length: a secret's token, «card:3», becomes one character that is
the same for every card.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

import opencc

SLASH = "/"
# What people type when the right character looks the same in their input method (户囗).
LOOK_ALIKES = {"囗": "口", "髙": "高", "咭": "卡", "巿": "市", "曰": "日", "亇": "个", "甴": "由", "両": "两", "姉": "姐"}
IDEOGRAPH = re.compile("[\u2e80-\u9fff\U00020000-\U0003ffff]")
TOKEN = re.compile(r"«([a-z]+)(?::\d+)?»")
# One private-use character for each kind of token, none of which a keyboard can type.
TOKEN_SYMBOLS = {"id": "\ue001", "card": "\ue002", "mobile": "\ue003", "number": "\ue004", "unit": "\ue005"}
OTHER_TOKEN = "\ue00f"  # noqa: S105  (a symbol, not a secret)

_simplified = opencc.OpenCC("t2s")


@lru_cache(maxsize=30_000)
def _one(character: str) -> str:
    meant = LOOK_ALIKES.get(character)
    if meant:
        return meant
    folded = unicodedata.normalize("NFKC", character)
    if len(folded) != 1 or folded == SLASH:
        return character
    if IDEOGRAPH.match(folded):
        simple = _simplified.convert(folded)
        return simple if len(simple) == 1 else folded
    lower = folded.lower()
    return lower if len(lower) == 1 else folded


def normalise(text: str) -> str:
    """`text` with each character in its plain form; as long as `text`, with a slash only where `text` has one."""
    return "".join(map(_one, text))


def symbols(text: str) -> str:
    """`text` with every secret's token replaced by the one character of its kind."""
    return TOKEN.sub(lambda found: TOKEN_SYMBOLS.get(found[1], OTHER_TOKEN), text)
