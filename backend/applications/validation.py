"""Checking what is filed once more, by the same rules as the chat, whoever sends it. Pure."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import date
from typing import Any

from backend.catalogue.load import Catalogue
from backend.catalogue.rules import eligibility, fields_needed, offers
from backend.errors import GuituError
from backend.interview.checks import CHECKS
from backend.locale.text import SOURCE_LANGUAGE, Text, render

LONGEST_TEXT = 200
CONSENTS = ("consent", "consent_sensitive")


def check_answers(catalogue: Catalogue, answers: Mapping[str, Any], today: date) -> dict[str, Any]:
    """The answers to file: complete for this person and their matters, each in its one spelling, nothing besides.

    Raises GuituError: `not_eligible` with the reason; `invalid_answers`, whose `fields` name each bad one and why.
    """
    if not all(answers.get(name) is True for name in CONSENTS):
        raise GuituError("要先同意处理资料和敏感信息，才能提交。", code="no_consent")
    checked, wrong = check_fields(catalogue, answers, today)
    if not wrong:
        verdict = eligibility(checked, today)
        if verdict.ok is False:
            raise GuituError(_said(verdict.why), code="not_eligible")
        wrong = _wrong_matters(catalogue, checked)
    if not wrong:
        needed = fields_needed(catalogue, dict(checked))
        wrong = {name: "还没有填" for name in needed if checked.get(name) is None and not catalogue.fields[name].optional}
        checked = {name: value for name, value in checked.items() if name in {*CONSENTS, *needed}}
    if wrong:
        points = "；".join(f"{name}：{why}" for name, why in wrong.items())
        raise GuituError(f"有几处要改：{points}", code="invalid_answers", fields=wrong)
    return checked


def check_fields(catalogue: Catalogue, answers: Mapping[str, Any], today: date) -> tuple[dict[str, Any], dict[str, str]]:
    """Each answer in its one spelling, and what is wrong with the others, by field. An answer left empty stays so."""
    checked: dict[str, Any] = {}
    wrong: dict[str, str] = {}
    for name, value in answers.items():
        if value is None or value == "":
            checked[name] = None
            continue
        problem, right = _check_one(catalogue, name, value, answers, today)
        if problem is None:
            checked[name] = right
        else:
            wrong[name] = problem
    return checked, wrong


def _check_one(catalogue: Catalogue, name: str, value: Any, answers: Mapping[str, Any], today: date) -> tuple[str | None, Any]:
    """What is wrong, and the answer in its one spelling. What it may be stands with its question in interview.yml."""
    field = catalogue.fields.get(name)
    if field is None:
        # Not one of ours: looked at no further, and never filed.
        return None, None
    if field.kind == "yes_no":
        return (None, value) if isinstance(value, bool) else ("应为是或不是", None)
    if field.kind == "several":
        return _check_codes(value, field.values or ())
    if not isinstance(value, str) or len(value) > LONGEST_TEXT:
        return f"应为文字，最多{LONGEST_TEXT}个字", None
    if field.values is not None:
        return (None, value) if value in field.values else (f"没有“{value}”这一项", None)
    if field.check is None:
        return None, value.strip()
    found = CHECKS[field.check](value, answers, today)
    return (_said(found.problem) if found.problem else None), found.value


def _check_codes(value: Any, known: Collection[Any]) -> tuple[str | None, Any]:
    if not isinstance(value, list | tuple):
        return "应为列表", None
    unknown = [code for code in value if not isinstance(code, str | int) or code not in known]
    if unknown:
        return f"没有这些项：{'、'.join(map(str, unknown))}", None
    return None, [code for code in known if code in value]


def _wrong_matters(catalogue: Catalogue, checked: Mapping[str, Any]) -> dict[str, str]:
    chosen = checked.get("matters") or []
    open_to = {offer.matter.code: offer for offer in offers(catalogue, dict(checked))}
    missing = [offer.matter.code for offer in open_to.values() if offer.required and offer.matter.code not in chosen]
    if missing:
        return {"matters": f"必办的没有选：{'、'.join(missing)}"}
    closed = [code for code in chosen if code not in open_to or not open_to[code].open]
    if closed:
        return {"matters": "；".join(f"{_said(open_to[code].matter.short)}：{_said(open_to[code].why)}" for code in closed)}
    return {}


def _said(text: Text | None) -> str:
    return render(text, SOURCE_LANGUAGE) if text else ""
