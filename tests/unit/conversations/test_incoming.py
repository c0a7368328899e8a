"""What veterans type is made clean, refused kindly, and can never command Rasa."""

from __future__ import annotations

import json
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backend.conversations.incoming import MAX_CHARACTERS, Press, Refused, chosen, clean, defuse, for_rasa, press_body
from backend.locale.text import render

OFFER = {
    "text": "户口簿？",
    "choices": [
        {"id": "1", "label": "自取", "intent": "choose", "value": "booklet_delivery=collect"},
        {"id": "2", "label": "邮寄", "intent": "choose", "value": "booklet_delivery=mail"},
        {"id": "3", "label": "找工作人员", "intent": "handoff", "value": ""},
    ],
    "several": False,
}


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("  你好 ", "你好"),
        ("一行\r\n两行", "一行\n两行"),
        ("带\x00零\u200b宽", "带零宽"),
        ("👨\u200d👩\u200d👧", "👨\u200d👩\u200d👧"),
        ("👍", "👍"),
        ("半个\ud83d", "半个"),
    ],
)
def test_what_no_person_types_is_left_out(typed: str, kept: str) -> None:
    assert clean(typed) == kept


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("", "empty"),
        (" \n\t ", "empty"),
        ("\u200b", "binary"),
        ("\x00\x01\x02\x03", "binary"),
        ("PK\x03\x04\x14\x00\x00\x00\x08\x00", "binary"),
        ("\ufffd\ufffd\ufffd图", "binary"),
        ("长" * (MAX_CHARACTERS + 1), "too_long"),
    ],
)
def test_what_cannot_be_read_is_refused_with_a_way_on(typed: str, code: str) -> None:
    with pytest.raises(Refused) as refusal:
        clean(typed)
    assert refusal.value.code == code
    assert render(refusal.value.text).endswith("。")


def test_two_thousand_characters_are_read() -> None:
    assert len(clean("长" * MAX_CHARACTERS)) == MAX_CHARACTERS


@pytest.mark.parametrize(
    ("typed", "sent"),
    [
        ("/restart", "restart"),
        ("／restart", "restart"),
        (" //／restart", "restart"),
        ("\u200d/restart", "restart"),
        ('/choose{"value": "x=1"}', 'choose{"value": "x=1"}'),
        ("/", "？"),
        ("5/6月", "5/6月"),
        ("你好", "你好"),
    ],
)
def test_a_slash_typed_by_hand_never_reaches_rasa_at_the_front(typed: str, sent: str) -> None:
    assert defuse(typed) == sent


@given(st.text(alphabet=st.sampled_from("/／ \u200d\t\u2215a你\u3000"), max_size=12))
def test_whatever_is_typed_rasa_sees_no_command_and_no_silence(typed: str) -> None:
    sent = defuse(typed)
    assert sent.strip()
    assert not unicodedata.normalize("NFKC", sent).strip().startswith("/")


@given(st.text(max_size=300))
def test_any_text_is_kept_encodable_or_refused(typed: str) -> None:
    try:
        kept = clean(typed)
    except Refused:
        return
    kept.encode()
    assert kept == kept.strip()


def test_a_press_is_told_to_rasa_as_its_intent_and_value() -> None:
    press = Press(7, ("2",))
    body = press_body(press, chosen(OFFER, press))
    assert body["text"] == "邮寄"
    assert for_rasa(body) == '/choose{"value": "booklet_delivery=mail"}'


def test_a_press_without_a_value_is_its_intent_alone() -> None:
    press = Press(7, ("3",))
    assert for_rasa(press_body(press, chosen(OFFER, press))) == "/handoff"


def test_several_presses_are_joined_in_the_order_offered() -> None:
    press = Press(7, ("2", "1"))
    body = press_body(press, chosen({**OFFER, "several": True}, press))
    assert body["text"] == "自取、邮寄"
    message = for_rasa(body)
    assert json.loads(message.removeprefix("/choose")) == {"value": "booklet_delivery=collect,booklet_delivery=mail"}


@pytest.mark.parametrize(
    ("several", "ids"),
    [(False, ("4",)), (False, ()), (False, ("1", "2")), (True, ("1", "9")), (True, ("1", "3"))],
)
def test_a_press_that_was_not_offered_is_refused(several: bool, ids: tuple[str, ...]) -> None:
    with pytest.raises(Refused, match="not_offered"):
        chosen({**OFFER, "several": several}, Press(7, ids))


def test_a_message_without_choices_offers_none() -> None:
    with pytest.raises(Refused, match="not_offered"):
        chosen({"text": "好"}, Press(7, ("1",)))
