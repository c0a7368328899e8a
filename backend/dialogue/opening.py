"""The first bubble of a conversation, said before anything was heard."""

from __future__ import annotations

from collections.abc import Sequence

from backend.catalogue.entries import Catalogue
from backend.conversations.messages import Message
from backend.interview.asking import Asker
from backend.interview.draft import Draft
from backend.interview.questions import Script


def greeting(script: Script, catalogue: Catalogue) -> Sequence[Message]:
    """Who is speaking, what is kept and why, and the question for consent."""
    return [Asker(script, catalogue).ask(Draft(), "consent").message]
