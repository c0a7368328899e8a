"""The OpenAPI document of what departments and outside systems call, and of what is pushed to them.

Generated from the routes of the running application and the forms of the bodies, so that it cannot say anything else.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from importlib.metadata import version
from typing import Any

from pydantic import BaseModel
from pydantic.json_schema import models_json_schema
from sanic import Sanic

from backend.departments.schemas import TaskOut
from backend.edge.signed import REFUSALS, SIGNATURE_HEADERS, Described
from backend.systems.registry import SYSTEMS

REF = "#/components/schemas/{model}"
ERROR = {
    "type": "object",
    "description": "A refusal: a stable code, and a line that says what to do next.",
    "properties": {"error": {"type": "string"}, "message": {"type": "string"}},
    "required": ["error", "message"],
}
ABOUT = (
    "For departments and outside systems. Every request is signed after the Standard Webhooks form, both ways, within 5 minutes; "
    "docs/interfaces.md tells the rest, with examples. An address is given to each unit and system when it is linked."
)


def operations(app: Sanic[Any, Any]) -> Iterator[tuple[str, str, Described]]:
    """(method, path, description) of every route that is described, in the order of paths."""
    for route in sorted(app.router.routes, key=lambda each: str(each.path)):
        how = getattr(route.handler, "described", None)
        if isinstance(how, Described):
            path = re.sub(r"<(\w+)(:[^>]*)?>", r"{\1}", f"/{str(route.path).lstrip('/')}")
            for method in sorted(route.methods):
                yield str(method), path, how


def document(app: Sanic[Any, Any]) -> dict[str, Any]:
    """The document, OpenAPI 3.1."""
    described = list(operations(app))
    forms: set[type[BaseModel]] = {TaskOut}
    for _, _, how in described:
        forms |= {*how.bodies, *how.answers.values()}
    for system in SYSTEMS.values():
        forms |= {system.sends, system.answers} if system.sends else set()
    ordered = sorted(forms, key=lambda form: form.__name__)
    _, schemas = models_json_schema([(form, "validation") for form in ordered], ref_template=REF)
    paths: dict[str, Any] = {}
    for method, path, how in described:
        paths.setdefault(path, {})[method.lower()] = _operation(path, how)
    return {
        "openapi": "3.1.0",
        "info": {"title": "Guitu", "version": version("guitu"), "description": ABOUT},
        "paths": paths,
        "webhooks": _webhooks(),
        "components": {"schemas": {**schemas.get("$defs", {}), "Error": ERROR}},
    }


def _operation(path: str, how: Described) -> dict[str, Any]:
    found: dict[str, Any] = {
        "tags": [how.tag],
        "summary": how.summary,
        "description": how.description,
        "parameters": [
            *(_parameter(name, "path", "", required=True) for name in re.findall(r"{(\w+)}", path)),
            *_signature(),
            *(_parameter(name, "query", meaning, required=False) for name, meaning in how.query.items()),
        ],
        "responses": {
            **{str(status): _answer(form) for status, form in how.answers.items()},
            **{
                str(status): {"description": REFUSALS[status], "content": _json({"$ref": REF.format(model="Error")})}
                for status in how.refusals
            },
        },
    }
    if how.bodies:
        found["requestBody"] = _body(*how.bodies)
    return found


def _webhooks() -> dict[str, Any]:
    pushes: dict[str, Any] = {
        "task": {
            "post": {
                "tags": ["departments"],
                "summary": "A task is pushed to a department",
                "description": "To the unit's endpoint; any 2xx takes it. The first delivery that is taken starts the clock.",
                "parameters": _signature(),
                "requestBody": _body(TaskOut),
                "responses": {"2XX": {"description": "Taken."}},
            }
        }
    }
    for system in SYSTEMS.values():
        if system.sends is not None and "http" in system.ways:
            pushes[system.code] = {
                "post": {
                    "tags": ["systems"],
                    "summary": f"{system.name} ({system.code})",
                    "description": (
                        f"{(system.sends.__doc__ or '').partition(' #')[0]} The body also has `message` (the system's code) and "
                        "`reports_url`. The answer is signed in the same way, with the webhook-id of the message."
                    ),
                    "parameters": _signature(),
                    "requestBody": _body(system.sends),
                    "responses": {"2XX": _answer(system.answers)},
                }
            }
    return pushes


def _signature() -> list[dict[str, Any]]:
    return [_parameter(name, "header", meaning, required=True) for name, meaning in SIGNATURE_HEADERS.items()]


def _parameter(name: str, place: str, meaning: str, *, required: bool) -> dict[str, Any]:
    return {"name": name, "in": place, "required": required, "description": meaning, "schema": {"type": "string"}}


def _json(schema: dict[str, Any]) -> dict[str, Any]:
    return {"application/json": {"schema": schema}}


def _body(*forms: type[BaseModel]) -> dict[str, Any]:
    refs = [{"$ref": REF.format(model=form.__name__)} for form in forms]
    return {"required": True, "content": _json(refs[0] if len(refs) == 1 else {"oneOf": refs})}


def _answer(form: type[BaseModel]) -> dict[str, Any]:
    words = (form.__doc__ or "").partition(" #")[0].strip().partition("\n")[0]
    return {"description": words, "content": _json({"$ref": REF.format(model=form.__name__)})}
