"""How every Sanic application of the house begins."""

from __future__ import annotations

from typing import Any

from sanic import Sanic
from sanic.router import Router


class HeadRouter(Router):
    """Leads HEAD to what answers GET (RFC 9110, 9.3.2), with its room's middleware; the server leaves the body out.

    Sanic's extensions add a second route beside each instead, one by one after the start, and each rebuilds every router:
    with two hundred routes that takes seconds at every start, and a room's middleware does not know them.
    """

    def get(self, path: str, method: str, host: str | None) -> Any:  # type: ignore[override]
        """The route, its handler and what its path says. Raises NotFound and MethodNotAllowed."""
        return super().get(path, "GET" if method == "HEAD" else method, host)


def new_app(name: str) -> Sanic[Any, Any]:
    """A new application: HEAD is answered, OPTIONS refused, for no other site may ask in a visitor's name."""
    app: Sanic[Any, Any] = Sanic(name, configure_logging=False, router=HeadRouter())
    app.config.HTTP_AUTO_HEAD = False
    app.config.HTTP_AUTO_OPTIONS = False
    app.config.CORS = False
    return app
