"""A NUL in an address: no person types one and PostgreSQL takes none, so no room ever sees it."""

from __future__ import annotations

from typing import Any

from sanic import Request, Sanic

from backend.errors import GuituError


def refuse_nul(app: Sanic[Any, Any]) -> None:
    """Answer every request whose path or query holds a NUL with 400 `nul`, before any handler and any sign-in."""

    async def look(request: Request) -> None:
        if b"%00" in request.raw_url or b"\x00" in request.raw_url:
            raise GuituError("地址里有不能用的字符，请核对后再试。", code="nul")

    # Before every room's own middleware.
    app.register_middleware(look, "request", priority=999)
