"""The part of the backend that departments speak to, served by the rehearsal itself."""

from __future__ import annotations

from typing import Any

from sanic import Sanic

from backend.departments.endpoints import blueprint
from backend.edge.application import new_app
from backend.error_answers import install_error_handlers
from backend.house import House


def create_backend(house: House) -> Sanic[Any, Any]:
    """Takes departments' results, and nothing else."""
    app = new_app("rehearsal-backend")
    install_error_handlers(app)
    app.blueprint(blueprint)
    app.ctx.house = house
    return app
