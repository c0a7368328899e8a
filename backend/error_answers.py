"""How a failure is answered over HTTP: JSON with a status, a code, and a line that says what to do next."""

from __future__ import annotations

from typing import Any

import structlog
from sanic import Request, Sanic, json
from sanic.exceptions import SanicException
from sanic.response import HTTPResponse

from backend.errors import GuituError

log = structlog.get_logger()


def install_error_handlers(app: Sanic[Any, Any]) -> None:
    """Answer every failure with JSON: {"error": code, "message": what to do, …details}."""

    @app.exception(GuituError)
    async def refused(request: Request, error: GuituError) -> HTTPResponse:
        _record(request, error)
        return json({"error": error.code, "message": str(error), **error.details}, status=error.status)

    @app.exception(SanicException)
    async def framework(_request: Request, error: SanicException) -> HTTPResponse:
        return json(
            {"error": type(error).__name__, "message": str(error)},
            status=error.status_code,
            headers=getattr(error, "headers", None),
        )

    @app.exception(Exception)
    async def unexpected(request: Request, error: Exception) -> HTTPResponse:
        log.error("unexpected error", path=request.path, exc_info=error)
        return json({"error": "internal", "message": "出了点问题，你的内容没有丢，请稍后再试。"}, status=500)


def _record(request: Request, error: GuituError) -> None:
    """Put on record what staff were refused, and who. A path names cases and counties; a query or body may name a person, so
    neither is written. What a veteran mistypes is no event, and a sender without proof is on record where it is looked at."""
    actor = getattr(request.ctx, "actor", None)
    if actor is not None:
        log.warning("refused", actor=actor, method=request.method, path=request.path, status=error.status, code=error.code)
