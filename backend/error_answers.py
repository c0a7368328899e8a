"""How a failure is answered over HTTP: JSON with a status, a code, and a line that says what to do next."""

from __future__ import annotations

from typing import Any

import structlog
from sanic import Request, Sanic, json
from sanic.exceptions import SanicException
from sanic.response import HTTPResponse
from sqlalchemy.exc import SQLAlchemyError

from backend.departments.units import counties_of
from backend.errors import Conflict, GuituError, TryAgain
from backend.house import House
from backend.security.refusals import Refused, note_refusal, unproved

log = structlog.get_logger()


def install_error_handlers(app: Sanic[Any, Any]) -> None:
    """Answer every failure with JSON: {"error": code, "message": what to do, …details}."""

    @app.exception(GuituError)
    async def refused(request: Request, error: GuituError) -> HTTPResponse:
        await _record(request, error)
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


async def _record(request: Request, error: GuituError) -> None:
    """Put on record what staff were refused, and who. A path names cases and counties; a query or body may name a person, so
    neither is written. What a veteran mistypes is no event; a report without proof is kept under the unit it says it is of."""
    actor, unit_id = getattr(request.ctx, "actor", None), request.match_info.get("unit_id")
    if actor is None and unit_id and error.status in (400, 401, 409):
        # Without proof it may be anybody who calls itself so.
        actor = f"unit:{unit_id}" if error.status == Conflict.status else unproved(unit_id)
    elif actor is not None:
        log.warning("refused", actor=actor, method=request.method, path=request.path, status=error.status, code=error.code)
    if actor is None or isinstance(error, TryAgain):
        return
    refused = Refused(
        actor,
        request.method,
        f"/{request.route.path}" if request.route else "",
        error.status,
        error.code,
        request.match_info,
        getattr(request.ctx, "counties", None) or (await _county_of(request.app.ctx.house, unit_id) if unit_id else None),
    )
    await note_refusal(request.app.ctx.house, refused)


async def _county_of(house: House, unit_id: str) -> tuple[str, ...] | None:
    """Whose supervisor should see it. That it is not known must not become another failure."""
    try:
        return await counties_of(house, unit_id)
    except (SQLAlchemyError, OSError, GuituError) as error:
        log.error("the county of a refusal could not be looked up", unit=unit_id[:32], exc_info=error)
        return None
