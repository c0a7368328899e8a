"""Codes that find a draft at the window, how long a link holds, what counts as consent and as proof. Pure."""

from __future__ import annotations

import re
import secrets
from datetime import datetime, timedelta

#: Without what is mistaken for something else when it is read out or typed: 0 O, 1 I L, 2 Z, 5 S, 8 B.
ALPHABET = "34679ACDEFGHJKMNPQRTUVWXY"
LENGTH = 8
LINK_LIFE = timedelta(minutes=10)
#: How a veteran consented before staff: said so, read the words and nodded them off on the screen, or signed them on paper.
CONSENTED = ("said", "read", "signed")
#: How what was filled in was gone through with the veteran before it is submitted.
CHECKED = ("read_out", "seen")
#: What proves who it is, before a draft that was begun elsewhere is opened.
PROOFS = ("id_card", "discharge_certificate")
_CODE = re.compile(rf"[{ALPHABET}]{{4}}[-\s]?[{ALPHABET}]{{4}}", re.IGNORECASE)


def new_code() -> str:
    """A code that finds a draft: guessing one takes 25^8 tries, and finds nothing outside one's own county."""
    return "".join(secrets.choice(ALPHABET) for _ in range(LENGTH))


def code_in(text: str) -> str | None:
    """The code that somebody typed or scanned, wherever it stands in it; None without one."""
    found = _CODE.search(text)
    return re.sub(r"[-\s]", "", found.group()).upper() if found else None


def spaced(code: str) -> str:
    """A code as it is read: ABCD-EFGH."""
    return f"{code[:4]}-{code[4:]}"


def holds(made_at: datetime, now: datetime) -> bool:
    """True while a link that was made then may be opened."""
    return now < made_at + LINK_LIFE
