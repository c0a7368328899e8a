"""What a form sent: its fields as text, with every bad one a clear refusal."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from sanic import Request
from sanic.request import RequestParameters

from backend.errors import GuituError
from backend.locale.text import T

MOST_FIELDS = 300
LONGEST = 2000


@dataclass(frozen=True)
class Form:
    """Fields and their values, in order, blanks at the ends taken off."""

    fields: Mapping[str, list[str]] = field(default_factory=dict)

    @classmethod
    def of(cls, request: Request) -> Form:
        """The form of a request. Raises GuituError for one that is no form, too long, or holds what no person types."""
        form = request.get_form(keep_blank_values=True) or RequestParameters()
        fields: dict[str, list[str]] = {name: [str(each).strip() for each in form.getlist(name) or ()] for name in form}
        texts = [*fields, *(value for values in fields.values() for value in values)]
        if len(texts) > MOST_FIELDS or any(len(text) > LONGEST for text in texts):
            raise GuituError(T("填的内容太长了，请缩短后再交。"), code="too_large")
        if any("\0" in text or "\ufffd" in text or _broken(text) for text in texts):
            raise GuituError(T("内容里有不能用的字符，请核对后再试。"), code="nul")
        return cls(fields)

    def one(self, name: str, default: str = "") -> str:
        """The first value of a field; the default when it is absent or empty."""
        return (self.fields.get(name) or [default])[0] or default

    def all(self, name: str) -> list[str]:
        """Every value of a field, without the empty ones."""
        return [value for value in self.fields.get(name, []) if value]

    def number(self, name: str) -> int:
        """A whole number from 1 on. Raises GuituError for anything else."""
        given = self.one(name)
        if not (given.isascii() and given.isdigit() and len(given) <= 9 and int(given) > 0):
            raise GuituError(T("这一页不完整，请刷新后再试。"), code="invalid")
        return int(given)

    def numbers(self, name: str) -> list[int]:
        """Ticked numbers of papers. Raises GuituError for anything else."""
        given = self.all(name)
        if any(not (each.isascii() and each.isdigit() and len(each) <= 2) for each in given):
            raise GuituError(T("这一页不完整，请刷新后再试。"), code="invalid")
        return sorted({int(each) for each in given})


def _broken(text: str) -> bool:
    try:
        text.encode()
    except UnicodeEncodeError:
        return True
    return False
