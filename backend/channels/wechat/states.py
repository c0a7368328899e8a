"""The states of a bubble on its way to WeChat, and what WeChat's return codes mean for it. Pure.

queued → passive: it was the answer to the request that brought the question
       → sending → sent, or unknown when the outcome cannot be told, or failed
       → held: WeChat takes no more until the veteran writes again; then it is queued anew
       → by_sms: it could not go by WeChat and left as a text message
"""

from __future__ import annotations

RECEIVED, QUEUED, PASSIVE, SENDING, SENT, UNKNOWN, FAILED, HELD, BY_SMS = (
    "received",
    "queued",
    "passive",
    "sending",
    "sent",
    "unknown",
    "failed",
    "held",
    "by_sms",
)

# Return codes of the public interface.
OK = 0
#: The access token is none, or no longer one: it is renewed once.
TOKEN_OVER = frozenset({40001, 40014, 42001})
#: Busy, or called too often: tried again later.
LATER = frozenset({-1, 45009, 45011})
#: Nobody can be reached so: 48 hours are over or unsubscribed, not a subscriber, no such openid, refuses messages.
OUT_OF_REACH = frozenset({45015, 43004, 40003, 43019})
#: As many as may follow a message of the veteran's have been sent.
NO_MORE = frozenset({45047})
#: The account, not certified, may send no menu: it is written as text.
NO_MENU = frozenset({40200, 48001, 40008})
#: No such picture, or three days are over.
NO_MEDIA = frozenset({40007})


def after_code(code: int, falls_to_sms: bool) -> str:
    """The state of a bubble whose sending was answered with `code`; `falls_to_sms`: it is a notice that has an SMS."""
    if code == OK:
        return SENT
    if code in LATER or code in TOKEN_OVER:
        return QUEUED
    if falls_to_sms:
        return BY_SMS
    return HELD if code in OUT_OF_REACH or code in NO_MORE else FAILED
