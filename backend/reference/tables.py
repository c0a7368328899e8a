"""A form's JSON Schema as lines of a table: name, what it may be, whether it is needed, what it means. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple


class Row(NamedTuple):
    """One field of a form."""

    name: str
    kind: str
    needed: bool
    meaning: str


def name_of_ref(schema: Mapping[str, Any]) -> list[str]:
    """The names of the forms that a body may have."""
    if "$ref" in schema:
        return [str(schema["$ref"]).rpartition("/")[2]]
    return [name for each in schema.get("oneOf", ()) for name in name_of_ref(each)]


def rows_of(schema: Mapping[str, Any]) -> list[Row]:
    """The fields of a form, in order."""
    needed = schema.get("required", ())
    return [
        Row(name, kind_of(field), name in needed, _meaning(name, field)) for name, field in schema.get("properties", {}).items()
    ]


def _meaning(name: str, field: Mapping[str, Any]) -> str:
    title = str(field.get("title", ""))
    # A title that only repeats the name says nothing.
    words = [title] if title and title != name.replace("_", " ").title() else []
    return " · ".join([*words, *([str(field["description"])] if field.get("description") else [])])


def kind_of(field: Mapping[str, Any]) -> str:
    """What a value may be, in a few words."""
    if "anyOf" in field:
        return " or ".join(kind_of(each) for each in field["anyOf"])
    if "$ref" in field:
        return str(field["$ref"]).rpartition("/")[2]
    if "const" in field:
        return str(field["const"]).lower() if isinstance(field["const"], bool) else str(field["const"])
    if "enum" in field:
        return ", ".join(map(str, field["enum"]))
    kind = str(field.get("type", "any"))
    if kind == "array":
        return f"list of {kind_of(field.get('items', {}))}"
    return f"{kind} ({field['format']})" if "format" in field else kind
