"""What is said as WeChat shows it: within its limit, cards as lines, menus to press or to answer by number."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backend.channels.sms.text import read_back
from backend.channels.wechat.states import after_code
from backend.channels.wechat.text import MOST_BYTES, as_custom, as_text, menu_id, pack, pieces_of, read_menu_id

DELIVERY = {
    "text": "户口簿：自己来取，还是邮寄？",
    "choices": [{"id": "1", "label": "自取", "value": "a"}, {"id": "2", "label": "邮寄到家", "value": "b"}],
    "several": False,
}
PAPERS = {
    "text": "照片收到了。这是哪一份？",
    "choices": [{"id": "4", "label": "4 身份证", "value": "4"}, {"id": "12", "label": "12 户口簿", "value": "12"}],
}
PROGRESS = {
    "text": "2项里办好1项。",
    "card": {
        "kind": "progress",
        "title": "办理进度",
        "rows": [
            {"title": "恢复户口", "detail": "办好了", "lines": ["昨天"], "state": "done"},
            {"title": "社保卡", "detail": "", "lines": [], "state": "overdue", "choice": "催办"},
        ],
    },
    "choices": [{"id": "催办", "label": "催一下", "value": "x"}],
}


def said(*bodies: dict[str, object]) -> list[dict[str, object]]:
    return [piece for number, body in enumerate(bodies, 7) for piece in pieces_of(body, number)]


def test_a_choice_is_a_menu_whose_entries_name_the_message_that_offered_them() -> None:
    message = as_custom(said(DELIVERY), "zh_Hans_CN")
    assert message["msgmenu"]["head_content"] == DELIVERY["text"]
    assert message["msgmenu"]["list"] == [{"id": "7-1", "content": "自取"}, {"id": "7-2", "content": "邮寄到家"}]
    assert read_menu_id("7-2") == (7, "2")


def test_as_text_it_is_numbers_that_are_read_back() -> None:
    assert as_text(said(DELIVERY)) == "户口簿：自己来取，还是邮寄？\n\n回复数字：\n1. 自取\n2. 邮寄到家"
    assert read_back(DELIVERY, "2") == read_back(DELIVERY, "邮寄到家") == ("2",)


def test_several_are_answered_by_numbers_never_pressed() -> None:
    message = as_custom(said({**DELIVERY, "several": True}), "zh_Hans_CN")
    assert message["msgtype"] == "text" and "回复数字，可选几个：" in message["text"]["content"]
    assert read_back({**DELIVERY, "several": True}, "1、2") == ("1", "2")


def test_a_label_that_shows_its_number_shows_it_once() -> None:
    assert as_text(said(PAPERS)).endswith("4. 身份证\n12. 户口簿")


def test_a_list_that_the_menu_says_is_not_said_twice() -> None:
    rows = [{"title": f"{number} 很长的正式名称", "detail": "", "lines": [], "state": ""} for number in (4, 12)]
    shown = as_text(said({**PAPERS, "card": {"kind": "checklist", "title": "清单", "rows": rows}}))
    assert "很长的正式名称" not in shown and "4. 身份证" in shown


def test_a_card_is_lines_with_their_states_and_its_rows_own_choices() -> None:
    assert as_text(said(PROGRESS)) == (
        "2项里办好1项。\n\n【办理进度】\n✓ 恢复户口：办好了\n催办. 社保卡\n\n回复数字：\n催办. 催一下"
    )


def test_what_was_asked_before_is_no_longer_a_menu() -> None:
    shown = as_text(said(DELIVERY, PAPERS))
    assert "自取还是" not in shown and "1. 自取" not in shown and shown.endswith("12. 户口簿")


def test_as_much_as_fits_goes_into_one_message() -> None:
    pieces = said({"text": "短"}, {"text": "长" * 600}, {"text": "也短"}, {"text": "长" * 600})
    assert pack(pieces) == 3
    assert pack(pieces[3:]) == 1


@given(st.text(st.characters(codec="utf-8"), max_size=4000))
def test_every_piece_fits_whatever_is_said(text: str) -> None:
    pieces = pieces_of({"text": text, "choices": DELIVERY["choices"]}, 1)
    assert all(len(each["text"].encode()) <= MOST_BYTES for each in pieces)
    while pieces:
        count = pack(pieces)
        assert count >= 1 and len(as_text(pieces[:count]).encode()) <= 2048
        pieces = pieces[count:]


@given(st.text(max_size=70))
def test_any_menu_id_is_read_or_none_of_ours(given_id: str) -> None:
    read = read_menu_id(given_id)
    assert read is None or menu_id(*read).lstrip("0").endswith(given_id.lstrip("0"))


@pytest.mark.parametrize(
    ("code", "answer", "notice"),
    [
        (0, "sent", "sent"),
        (-1, "queued", "queued"),
        (42001, "queued", "queued"),
        (45015, "held", "by_sms"),
        (43004, "held", "by_sms"),
        (45047, "held", "by_sms"),
        (45002, "failed", "by_sms"),
    ],
)
def test_what_a_return_code_means(code: int, answer: str, notice: str) -> None:
    assert (after_code(code, False), after_code(code, True)) == (answer, notice)
