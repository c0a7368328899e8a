"""Errors that a person or another system meets: each has an HTTP status and says what to do next."""

from __future__ import annotations

from typing import Any

import structlog
from sanic import Request, Sanic, json
from sanic.exceptions import SanicException
from sanic.response import HTTPResponse

log = structlog.get_logger()


class GuituError(Exception):
    """A refusal. `code` is stable for programs, the message is for people."""

    status = 400
    code = "bad_request"

    def __init__(self, message: str, *, code: str | None = None, **details: object) -> None:
        super().__init__(message)
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


class TooMany(GuituError):
    """Too many requests from one source; try again later."""

    status = 429
    code = "too_many"


def install_error_handlers(app: Sanic[Any, Any]) -> None:
    """Answer every failure with JSON: {"error": code, "message": what to do, …details}."""

    @app.exception(GuituError)
    async def refused(_request: Request, error: GuituError) -> HTTPResponse:
        return json({"error": error.code, "message": str(error), **error.details}, status=error.status)

    @app.exception(SanicException)
    async def framework(_request: Request, error: SanicException) -> HTTPResponse:
        return json({"error": type(error).__name__, "message": str(error)}, status=error.status_code, headers=getattr(error, "headers", None))

    @app.exception(Exception)
    async def unexpected(request: Request, error: Exception) -> HTTPResponse:
        log.error("unexpected error", path=request.path, exc_info=error)
        return json({"error": "internal", "message": "出了点问题，你的内容没有丢，请稍后再试。"}, status=500)
