"""The answer to one question: what a text says of the field that was asked for, and what is wrong with it. Pure.

A text that says nothing of the field gives an empty Reading: then it is not an answer, and nothing is stored.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

from backend.catalogue.entries import Catalogue
from backend.interview.reading import answers_of_choice as choice
from backend.interview.reading import answers_of_papers as papers
from backend.interview.reading import answers_of_person as person
from backend.interview.reading import answers_of_place as place
from backend.interview.reading import plain_answers as plain
from backend.interview.reading.answer import Asked, Reading
from backend.interview.reading.normalise import normalise

__all__ = ["READERS", "Reading", "read_field"]

Reader = Callable[[Asked], Reading]

#: Fields whose answers come in words of their own; every other is read by its kind.
READERS: Mapping[str, Reader] = {
    "consent": choice.consent,
    "consent_sensitive": choice.consent,
    "discharge_month": person.discharge_month,
    "discharge_month_exact": person.discharge_month,
    "enlist_month": person.enlist_month,
    "county": place.county,
    "soldier_kind": choice.soldier_kind,
    "self_employed": choice.self_employed,
    "handed_over": choice.handed_over,
    "local_household": choice.local_household,
    "political_status": choice.political_status,
    "matters": choice.matters,
    "papers_lacking": papers.papers_lacking,
    "medical_kind": choice.medical_kind,
    "new_id_card": choice.new_id_card,
    "name": person.name,
    "id_number": person.id_number,
    "mobile": person.mobile,
    "bank_card": person.bank_card,
    "certificate_number": person.certificate_number,
    "education": choice.education,
    "card_bank": choice.card_bank,
    "enlist_place": place.enlist_place,
    "current_place": place.current_place,
    "home_address": place.home_address,
    "booklet_delivery": choice.delivery,
    "card_delivery": choice.delivery,
    "booklet_address": place.mailing_address,
    "card_address": place.mailing_address,
    "booklet_recipient": person.recipient,
    "card_recipient": person.recipient,
    "booklet_mobile": person.recipient_mobile,
    "card_mobile": person.recipient_mobile,
    "party_organisation": place.organisation,
    "league_organisation": place.organisation,
    "review": choice.review,
}


def read_field(field: str, text: str, catalogue: Catalogue, today: date, answers: Mapping[str, Any]) -> Reading:
    """What `text` answers to the question for `field` (a field code of the draft), by its reader or by its kind.

    `answers` are those of the draft so far: 就我的手机号 and 和户口簿一起寄 are looked up in them, months compared with them.
    """
    said = Asked(field, text, normalise(text), catalogue, today, answers)
    known = catalogue.fields.get(field)
    return READERS[field](said) if field in READERS or known is None else plain.READERS[known.kind](said, known)
