"""Errors that a person or another system meets: each has an HTTP status and says what to do next.

Pure: rooms that only compute raise them too. How they are answered over HTTP stands in error_answers.py.
"""

from __future__ import annotations

from backend.locale.text import Text, render


class GuituError(Exception):
    """A refusal. `code` is stable for programs, the message is for people: a Text where pages say it in the reader's language."""

    status = 400
    code = "bad_request"

    def __init__(self, message: str | Text, *, code: str | None = None, **details: object) -> None:
        super().__init__(render(message))
        self.text = message if isinstance(message, Text) else None
        self.code = code or self.code
        self.details = details


class NotFound(GuituError):
    """No such thing, or not for whoever asks."""

    status = 404
    code = "not_found"


class Conflict(GuituError):
    """The thing is in a state that does not allow this; `details["allowed"]` lists what is allowed."""

    status = 409
    code = "conflict"


class Unauthorised(GuituError):
    """No proof, or a wrong one, of who is asking."""

    status = 401
    code = "unauthorised"


class Forbidden(GuituError):
    """Known who is asking, but it is not theirs to do."""

    status = 403
    code = "forbidden"


class TryAgain(GuituError):
    """Nothing is wrong with what was asked; it cannot be done this moment."""

    status = 503
    code = "try_again"


class TooMany(GuituError):
    """Too many requests from one source; try again later."""

    status = 429
    code = "too_many"
