"""Facts that a check must know, and how people write numbers: what is filed, and what is refused (notice 二, 三, 附表)."""

from __future__ import annotations

from typing import Any

import pytest
from stdnum import luhn
from stdnum.iso7064 import mod_11_2

from backend.clock import today
from tests.support.county import County
from tests.support.people import bank_card, id_number, submitted

pytestmark = pytest.mark.asyncio(loop_scope="package")


def identity(stem: str) -> str:
    """A number of 18 characters with its check character."""
    return stem + str(mod_11_2.calc_check_digit(stem))


def card(stem: str) -> str:
    """With its Luhn digit."""
    return stem + str(luhn.calc_check_digit(stem))


GOOD_CARD = bank_card()
#: row → field, what is typed, what the draft then holds (None: it is refused, and the draft keeps what it had), words of the answer.
ROWS: dict[str, tuple[str, str, str | None, str]] = {
    "id_number-check_character_x": ("id_number", "11010519491231002x", "11010519491231002X", ""),
    "id_number-wrong_check_character": ("id_number", "110105194912310021", None, "校验"),
    "id_number-sample_row_of_the_notice": ("id_number", "381421199903212588", None, "校验"),
    "id_number-seventeen": ("id_number", "11010519491231002", None, "少了1位"),
    "id_number-no_real_birth_date": ("id_number", identity("35010219900230001"), None, "没有这一天"),
    "id_number-birth_date_to_come": ("id_number", identity(f"350102{today().year + 1}0101001"), None, "还没到"),
    # Areas were renamed and renumbered: a hint, never a reason to refuse.
    "id_number-area_of_nowhere": ("id_number", identity("99999919900115001"), identity("99999919900115001"), ""),
    "bank_card-sixteen": ("bank_card", card("622200000000001"), card("622200000000001"), ""),
    "bank_card-nineteen": ("bank_card", GOOD_CARD, GOOD_CARD, ""),
    "bank_card-luhn": ("bank_card", "6222020000000000001", None, "校验"),
    "bank_card-fifteen": ("bank_card", "622202000000000", None, ""),
    # The bank guessed from the first digits is advice, never a refusal.
    "bank_card-unknown_bank": ("bank_card", card("629999000000000001"), card("629999000000000001"), ""),
    "mobile-mainland": ("mobile", "13900139000", "13900139000", ""),
    "mobile-ten_digits": ("mobile", "1390013900", None, ""),
    "mobile-other_place": ("mobile", "+852 9123 4567", None, ""),
    # People write numbers in Chinese, full-width or grouped form.
    "written-full_width_and_grouped": ("bank_card", "６２２２ 0210 0111 6245 702", "6222021001116245702", ""),
    "written-in_chinese": ("mobile", "幺三八〇〇幺三八〇〇〇", "13800138000", ""),
    "written-with_blanks": ("id_number", "110105 19491231 002X", "11010519491231002X", ""),
}


@pytest.mark.parametrize("row", ROWS, ids=ROWS)
async def test_a_number_that_is_typed_is_checked_and_kept_in_one_spelling(county: County, row: str) -> None:
    field, typed, kept, words = ROWS[row]
    chat = await county.chat()
    await chat.fill(id_number=id_number(), **({} if field == "id_number" else {field: None}))
    await chat.put(field)
    before = (await chat.answers()).get(field)
    said = await chat.say(typed, "inform")
    now_held = (await chat.answers()).get(field)
    assert now_held == (kept if kept is not None else before), said
    assert words in said, said


#: What is written → which of the matters 1 to 11 are meant.
SELECTIONS: dict[str, tuple[str, list[int]]] = {
    "written-list": ("一、三和五", [1, 3, 5]),
    "written-range": ("1到4", [1, 2, 3, 4]),
    "written-all_but": ("除了2都要", [1, 3, 4, 5, 6, 7, 8, 9, 10, 11]),
    "written-full_width": ("１，３，１０", [1, 3, 10]),
    "written-names": ("报到、落户还有社保卡", [1, 4, 10]),
}


@pytest.mark.parametrize("row", SELECTIONS, ids=SELECTIONS)
async def test_a_selection_is_read_however_it_is_written(county: County, row: str) -> None:
    typed, numbers = SELECTIONS[row]
    chat = await county.chat()
    more: dict[str, Any] = {"political_status": "party", "matters": None}
    await chat.fill(id_number=id_number(), **more)
    await chat.put("matters")
    await chat.say(typed, "inform")
    chosen = (await chat.answers())["matters"]
    by_code = {code: matter.number for code, matter in county.house.catalogue.matters.items()}
    assert [by_code[code] for code in chosen] == numbers


#: matter → whether it is ticked for a conscript, and for a sergeant in the party, both self-employed and settling at home.
PRESELECTED = {
    "report_in": (True, True),
    "training_survey": (False, False),
    "local_subsidy": (True, True),
    "household_restoration": (True, True),
    "pension_enrolment": (False, False),  # 尊重退役士兵个人意愿 # notice 三(六)
    "pension_transfer": (True, True),
    "annuity_transfer": (False, True),
    "medical_enrolment": (False, False),  # our reading of 三(八)
    "medical_transfer": (True, True),
    "social_card": (True, True),
    "party_league": (None, True),
}
#: Not self-employed and no member: what is closed to that person is not offered.
CLOSED = {"training_survey", "local_subsidy", "party_league"}


@pytest.mark.parametrize("matter", PRESELECTED, ids=PRESELECTED)
async def test_a_matter_is_offered_to_whom_it_is_open_and_preselected_only_where_it_may_be(county: County, matter: str) -> None:
    conscript, sergeant = PRESELECTED[matter]
    plain = {"soldier_kind": "conscript", "self_employed": True, "local_household": True, "political_status": "none"}
    in_party = {**plain, "soldier_kind": "sergeant", "political_status": "party"}
    assert (await offered(county, plain)).get(matter) == conscript
    assert (await offered(county, in_party)).get(matter) == sergeant
    closed = await offered(county, {**plain, "self_employed": False})
    assert (matter in closed) == (matter not in CLOSED)
    # What is closed cannot be filed either, whoever asks for it. # notice 三(三), 三(四), 三(十)
    if matter in CLOSED:
        application = await submitted_plainly(county)
        refused = await county.ask(application, "matters", matters=["report_in", matter])
        assert (refused.status_code, refused.json()["error"]) == (400, "invalid_answers")
        assert "matters" in refused.json()["fields"]


async def submitted_plainly(county: County) -> str:
    application = await submitted(
        county.house, self_employed=False, political_status="none", matters=["report_in", "social_card"]
    )
    return application.number


async def offered(county: County, situation: dict[str, Any]) -> dict[str, bool]:
    """The matters that can be pressed, and which of them are ticked."""
    chat = await county.chat()
    await chat.fill(id_number=id_number(), **situation, matters=None)
    await chat.put("matters")
    await chat.say("为什么", "unsure")
    choices = [choice for body in chat.last.replies for choice in body.get("choices", [])]
    return {
        choice["value"].partition("=")[2]: choice.get("checked", False)
        for choice in choices
        if str(choice["value"]).startswith("matters=")
    }
