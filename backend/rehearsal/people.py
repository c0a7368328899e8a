"""Made-up veterans, visibly so: every kind that the notice knows, with papers that lack and cards that are closed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from random import Random
from typing import Any

from stdnum import luhn
from stdnum.iso7064 import mod_11_2

from backend.catalogue.entries import Catalogue, Field
from backend.catalogue.rules import checklist, fields_needed, offers

#: Departments play on this: not found by the police, an account that was closed.
NOT_FOUND_NAME, NAMES = "查无此", ("林示例", "陈示例", "黄示例", "张示例", "欧阳示例")
CLOSED_ACCOUNT = "99"


@dataclass(frozen=True)
class Plan:
    """What one veteran files, and how the case goes.

    corrected  the field that the county asks to have corrected, None: none · lacking: papers that are brought later
    ending     accepted, rejected or withdrawn
    """

    answers: dict[str, Any]
    corrected: str | None
    lacking: tuple[int, ...]
    ending: str


def identity_number(number: int, birthday: date, male: bool) -> str:
    """A valid identity number of nobody (区划 350102), different for every `number` below 500 of a birthday."""
    stem = f"350102{birthday:%Y%m%d}{(number * 2 + male) % 1000:03d}"
    return stem + str(mod_11_2.calc_check_digit(stem))


def bank_card(number: int, closed: bool = False) -> str:
    """A card number of 19 digits that passes Luhn; one that is closed ends in 99 before its check digit."""
    stem = f"62220{number:011d}{CLOSED_ACCOUNT if closed else '00'}"
    return stem + str(luhn.calc_check_digit(stem))


def plan(catalogue: Catalogue, number: int, counties: tuple[str, ...], today: date, random: Random) -> Plan:
    """The `number`-th veteran of the season."""
    given = _situation(number, counties, today, random)
    open_to = [offer.matter.code for offer in offers(catalogue, given) if offer.open]
    given["matters"] = [code for code in open_to if number % 7 == 0 or code == "report_in" or random.random() < 0.7]
    answers = given | _details(number, given, random)
    answers |= {
        name: _anything(catalogue.fields[name], answers) for name in fields_needed(catalogue, answers) if name not in answers
    }
    listed = [line.material.number for line in checklist(catalogue, answers)]
    # Papers 1 and 2 hold reporting in itself; everybody brings them. # notice 三(二)
    can_lack = [material for material in listed if material not in (1, 2)]
    lacking = tuple(sorted(random.sample(can_lack, min(2, len(can_lack))))) if random.random() < 0.15 else ()
    fate = random.random()
    return Plan(
        answers=answers,
        corrected=random.choice(("mobile", "home_address")) if random.random() < 0.10 else None,
        lacking=lacking,
        ending="rejected" if fate < 0.02 else "withdrawn" if fate < 0.04 else "accepted",
    )


def _situation(number: int, counties: tuple[str, ...], today: date, random: Random) -> dict[str, Any]:
    birthday = date(2000, 1, 1) + timedelta(days=number // 400)
    return {
        "consent": True,
        "consent_sensitive": True,
        "discharge_month": f"{today.year}-{random.randint(1, today.month):02d}",
        "county": random.choice(counties),
        "soldier_kind": random.choice(("conscript", "sergeant")),
        "self_employed": random.random() < 0.85,
        "handed_over": random.random() < 0.5,
        "local_household": random.random() < 0.8,
        "political_status": random.choice(("party", "probationary", "league", "party_and_league", "none")),
        "id_number": identity_number(number % 400, birthday, male=random.random() < 0.9),
        "name": NOT_FOUND_NAME if random.random() < 0.05 else random.choice(NAMES),
        "mobile": f"199{number:08d}",
        "papers_lacking": [],
    }


def _details(number: int, given: Mapping[str, Any], random: Random) -> dict[str, Any]:
    address = f"福州市鼓楼区示例街道示例路{number}号"
    return {
        "enlist_month": "2018-09",
        "enlist_place": "福建省福州市鼓楼区",
        "certificate_number": f"退字第{number:07d}号",
        "education": "bachelor",
        "current_place": "福州市鼓楼区",
        "home_address": address,
        "medical_kind": random.choice(("flexible", "resident")),
        "bank_card": bank_card(number, closed=random.random() < 0.05),
        "card_bank": "icbc",
        "new_id_card": random.random() < 0.5,
        **_way("booklet", address, given, random),
        **_way("card", address, given, random),
        "party_organisation": "county",
        "league_organisation": "county",
    }


def _anything(field: Field, given: Mapping[str, Any]) -> Any:
    """An answer to a question that the season knows nothing of: one that was added to the catalogue."""
    if field.kind == "yes_no":
        return True
    if field.values is not None:
        return [] if field.kind == "several" else field.values[0]
    same = {"address": "home_address"}.get(field.check or "", field.check or "")
    return given.get(same, "示例")


def _way(product: str, address: str, given: Mapping[str, Any], random: Random) -> dict[str, Any]:
    if random.random() < 0.5:
        return {f"{product}_delivery": "collect"}
    to = {"address": address, "recipient": given["name"], "mobile": given["mobile"]}
    return {f"{product}_delivery": "mail", **{f"{product}_{part}": value for part, value in to.items()}}
