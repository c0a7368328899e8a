"""What an answer may be, from the entries of interview.yml: one place for the chat, for what is filed and for what is told."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

from backend.catalogue.conditions import CONDITIONS
from backend.catalogue.entries import Field, Matter
from backend.catalogue.reading import CatalogueError, Entry, Mapped
from backend.catalogue.rules import ADDRESS_PARTS, BY_RULE
from backend.locale.text import Text

KINDS = ("yes_no", "choice", "several", "text", "number")
YES_NO = frozenset({"yes", "no"})
#: Words for the veteran; their wordings are checked where they are spoken, in the interview.
WORDS = ("step", "ask", "ask_again", "explain", "example", "find", "said")


def read_fields(questions: Mapped, lists: Mapping[str, Collection[Any]]) -> dict[str, Field]:
    """The fields in the order in which they are asked. `lists`: the codes of the catalogue by the name of their list."""
    fields = {}
    for name, data in questions.items():
        entry = Entry(f"question {name}", data, questions, name)
        fields[name] = _field(name, entry, lists)
        entry.done()
    return fields


def _field(name: str, entry: Entry, lists: Mapping[str, Collection[Any]]) -> Field:
    kind = entry.choice("kind", KINDS)
    codes = entry.choice("codes", tuple(lists)) if "codes" in entry.data else None
    words = _choices(entry)
    values: tuple[Any, ...] | None = tuple(lists[codes]) if codes else tuple(words) if kind == "choice" else None
    if kind == "yes_no" and not set(words) >= YES_NO:
        raise entry.fail("choices", 'a yes_no question has the choices "yes" and "no".')
    if kind == "choice" and not values:
        raise entry.fail("choices", "a question of kind choice needs choices, or codes.")
    if kind == "several" and codes is None:
        raise entry.fail("kind", f"several is for lists of the catalogue: say codes, one of {', '.join(lists)}.")
    for key in WORDS:
        entry.text(key, optional=True)
    return Field(
        name=name,
        kind=kind,
        label=Text(entry.text("label", optional=True)),
        values=values,
        codes=codes,
        words=words,
        check=entry.text("check", optional=True) or None,
        optional=entry.flag("optional"),
        asked=entry.choice("asked", frozenset(CONDITIONS)) if "asked" in entry.data else None,
    )


def _choices(entry: Entry) -> dict[str, tuple[str, ...]]:
    """The values that can be pressed, each with the words that mean it."""
    found: dict[str, tuple[str, ...]] = {}
    given = entry.raw("choices") or []
    if not isinstance(given, list):
        raise entry.fail("choices", "choices: expected a list of value, label and, if need be, said and words.")
    for option in given:
        own = Entry(entry.what, option, entry.data, "choices")
        value, label, said = own.text("value"), own.text("label"), own.text("said", optional=True)
        words = (label, label.partition("（")[0], said, *own.texts("words"))
        found[value] = tuple(dict.fromkeys(word for word in words if word))
        own.done()
    return found


def check_asked(questions: Mapped, fields: Mapping[str, Field], matters: Mapping[str, Matter], matters_at: Mapped) -> None:
    """Every field that a rule or a matter names has its question, and every question is asked of somebody."""
    asked = set(BY_RULE) | {name for name, field in fields.items() if field.asked}
    for code, matter in matters.items():
        ways = [path.organisation_field for path in matter.paths.values()]
        home = [f"{matter.product}_{part}" for part in ("delivery", *ADDRESS_PARTS)] if matter.product else []
        for key, names in (("asks", matter.asks), ("tells", matter.tells), ("paths", ways), ("product", home)):
            unknown = next((name for name in names if name not in fields), None)
            if unknown:
                at = matters_at[code].at(key)
                raise CatalogueError(f"{at}: {code}: {key}: {unknown!r} has no question in interview.yml.")
        asked |= {*matter.asks, *ways, *home}
    missing = [name for name in BY_RULE if name not in fields]
    if missing:
        raise CatalogueError(f"{questions.at()}: question {missing[0]} is missing; the program asks it.")
    for name in fields:
        if name not in asked:
            raise CatalogueError(
                f"{questions.at(name)}: question {name}: nobody is asked it; say `asked: always` or another condition, "
                "or name it under `asks` of a matter in matters.yml."
            )
