"""GET /docs: the interfaces of departments and outside systems, as a page. GET /docs/openapi.json: the same for programs."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape
from markupsafe import Markup
from sanic import Blueprint, Request, html, json
from sanic.response import HTTPResponse

from backend.edge.guard import secure_answers
from backend.reference.document import document
from backend.reference.tables import name_of_ref, rows_of

blueprint = Blueprint("reference", url_prefix="/docs")
TEMPLATES = Path(__file__).resolve().parent / "templates"


secure_answers(blueprint)


@lru_cache(maxsize=1)
def _templates() -> Environment:
    environment = Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=select_autoescape(),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["rows"] = rows_of
    environment.filters["prose"] = _prose
    environment.filters["ref"] = name_of_ref
    return environment


def _prose(text: str) -> Markup:
    """The first line of a description, with `names` set as such and a rule's place in brackets."""
    first = text.partition("\n")[0]
    words, _, section = first.partition(" # notice ")
    pieces = (words + (f" (notice {section})" if section else "")).split("`")
    return Markup("").join(Markup("<code>{}</code>").format(each) if place % 2 else each for place, each in enumerate(pieces))


@blueprint.get("/openapi.json")
async def openapi(request: Request) -> HTTPResponse:
    """The document."""
    return json(_document(request))


@blueprint.get("")
async def page(request: Request) -> HTTPResponse:
    """The document, to be read. Nothing on the page comes from elsewhere, and it needs no script."""
    return html(_templates().get_template("reference.html").render(document=_document(request)))


def _document(request: Request) -> dict[str, Any]:
    known: dict[str, Any] | None = getattr(request.app.ctx, "interface", None)
    if known is None:
        known = request.app.ctx.interface = document(request.app)
    return known
