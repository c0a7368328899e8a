"""What reaches the interview from the veteran, and how intents are grouped. Pure."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

#: Intents that steer the interview itself.
STEERING = frozenset({"go_back", "start_over", "stop", "withdraw", "skip", "resume", "repeat", "unsure", "apply"})
#: Intents that others answer, after which the interview goes on where it was. Every faq/… belongs here too.
_OTHERS_ANSWER = frozenset(
    {
        *("matters_info", "materials", "time_limit", "where", "eligibility", "progress", "handoff", "greet", "thanks", "bye"),
        *("identity", "out_of_scope", "other_service", "abuse", "help", "unsubscribe"),
    }
)


class _Questions:
    """All intents that are answered beside the interview."""

    def __contains__(self, intent: object) -> bool:
        return isinstance(intent, str) and (intent in _OTHERS_ANSWER or intent.startswith("faq/"))


QUESTIONS = _Questions()

_QUESTION = re.compile(
    r"[?？]|[吗么嘛呢没不]\s*[。！!~～]*$|什么|怎么|咋|多少|多久|几天|哪里|哪儿|为什么|为啥|能不能|可不可以|要不要|是不是|谁"
)


@dataclass(frozen=True)
class Heard:
    """One message. `text` in full (tokens resolved), empty for a press; `values` what was pressed (`field=value`).

    `earlier` are this conversation's messages from before the consent, oldest first, given only when they are needed.
    """

    text: str = ""
    intent: str = ""
    confidence: float = 1.0
    values: Sequence[str] = ()
    earlier: Sequence[str] = ()


def sounds_like_question(text: str) -> bool:
    """True when the words themselves ask something, whatever the classifier made of them."""
    return bool(_QUESTION.search(text))
