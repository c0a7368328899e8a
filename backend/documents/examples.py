"""A made-up case, visibly so, for trying templates on: once with everything in it, once with nothing."""

from __future__ import annotations

from backend.catalogue.entries import Catalogue
from backend.clock import now
from backend.documents.rules import Point, Subject

NUMBER = "TY-3500-00-000000"
#: No place has the code 000000: nobody has this number.
ID_NUMBER = "000000200001010000"
ADDRESS = "示例街道示例路1号"


def examples(catalogue: Catalogue, county: str) -> list[Subject]:
    """What a template of this county must be able to print."""
    matters = list(catalogue.matters)
    answers = {
        "matters": matters,
        "county": county,
        "soldier_kind": "conscript",
        "self_employed": True,
        "handed_over": True,
        "local_household": True,
        "political_status": "party_and_league",
        "medical_kind": "flexible",
        "name": "示例姓名",
        "id_number": ID_NUMBER,
        "enlist_month": "2024-09",
        "enlist_place": catalogue.counties[county].full_name,
        "discharge_month": "2026-09",
        "certificate_number": "示例字第0000号",
        "education": next(iter(catalogue.education)),
        "current_place": catalogue.counties[county].name,
        "home_address": ADDRESS,
        "mobile": "示例手机号",
        "bank_card": "0000000000000000",
        "card_bank": next(iter(catalogue.banks)),
        "new_id_card": True,
    }
    for product in ("booklet", "card"):
        answers[f"{product}_delivery"] = "mail"
        answers[f"{product}_address"] = ADDRESS
    intake = {
        "handed_in": [number for number in catalogue.materials if number != 8],
        "copied": [number for number in catalogue.materials if number != 8],
        "identity": "id_card",
        "by": "staff:example",
        "at": now().isoformat(),
    }
    full = Subject(
        answers=answers,
        matters=matters,
        county=county,
        number=NUMBER,
        submitted_at=now(),
        lacking=[8],
        intake=intake,
        corrections=[Point("示例项", "示例原因", now())],
    )
    empty = Subject(answers={"matters": matters}, matters=matters, county=county, number=NUMBER)
    return [full, empty]
