"""Checking what is filed once more, by the same rules as the chat, whoever sends it. Pure."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from datetime import date
from typing import Any

from backend.catalogue.load import Catalogue
from backend.catalogue.rules import eligibility, fields_needed, offers
from backend.errors import GuituError
from backend.interview.checks import (
    Checked,
    check_address,
    check_bank_card,
    check_certificate_number,
    check_discharge_month,
    check_enlist_month,
    check_id_number,
    check_mobile,
    check_name,
)
from backend.locale.text import SOURCE_LANGUAGE, Text, render

LONGEST_TEXT = 200
CONSENTS = ("consent", "consent_sensitive")
BOOLEANS = (*CONSENTS, "self_employed", "handed_over", "local_household", "new_id_card")
CHOICES: Mapping[str, Collection[str]] = {
    "soldier_kind": ("conscript", "sergeant"),
    "political_status": ("party", "probationary", "league", "party_and_league", "none"),
    "medical_kind": ("flexible", "resident"),
    "booklet_delivery": ("collect", "mail"),
    "card_delivery": ("collect", "mail"),
}
CHECKS: Mapping[str, Callable[[str], Checked]] = {
    "name": check_name,
    "booklet_recipient": check_name,
    "card_recipient": check_name,
    "mobile": check_mobile,
    "booklet_mobile": check_mobile,
    "card_mobile": check_mobile,
    "bank_card": check_bank_card,
    "certificate_number": check_certificate_number,
    "home_address": check_address,
    "booklet_address": check_address,
    "card_address": check_address,
}


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
        optional = {name for name, spec in catalogue.questions["questions"].items() if spec.get("optional")}
        wrong = {name: "还没有填" for name in needed if checked.get(name) is None and name not in optional}
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
    if name in BOOLEANS:
        return (None, value) if isinstance(value, bool) else ("应为是或不是", None)
    if name == "matters":
        return _check_codes(value, catalogue.matters)
    if name == "papers_lacking":
        return _check_codes(value, catalogue.materials)
    if not isinstance(value, str) or len(value) > LONGEST_TEXT:
        return f"应为文字，最多{LONGEST_TEXT}个字", None
    codes = {"county": catalogue.counties, "education": catalogue.education, "card_bank": catalogue.banks, **CHOICES}
    if name in codes:
        return (None, value) if value in codes[name] else (f"没有“{value}”这一项", None)
    found: Checked | None = None
    if name == "id_number":
        found = check_id_number(value, today)
    elif name == "discharge_month":
        found = _check_month(value) or check_discharge_month(value, answers.get("enlist_month"), today)
    elif name == "enlist_month":
        found = _check_month(value) or check_enlist_month(value, answers.get("discharge_month"), today)
    elif name in CHECKS:
        found = CHECKS[name](value)
    if found is None:
        return None, value.strip()
    return (_said(found.problem) if found.problem else None), found.value


def _check_month(value: str) -> Checked | None:
    year, dash, month = value.partition("-")
    fine = (
        len(year) == 4 and year.isdecimal() and (not dash or (len(month) == 2 and month.isdecimal() and 1 <= int(month) <= 12))
    )
    return None if fine else Checked(None, Text("应写成 2026-09 这样的年月"))


def _check_codes(value: Any, known: Mapping[Any, Any]) -> tuple[str | None, Any]:
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
