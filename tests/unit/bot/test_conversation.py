"""Slow (about a minute): the trained model, Rasa's server, the action server and a backend, talking over real HTTP."""

from __future__ import annotations

import sqlite3
import uuid

import pytest

from tests.unit.bot.running import Running, call

SECRET_WORDS = "我家在福州市鼓楼区示例路1号"


@pytest.fixture
def sender() -> str:
    return f"c_{uuid.uuid4().hex[:22]}"


def open_form(talk: Running, sender: str) -> None:
    assert talk.texts("我要办理", sender) == ["form apply"]


def test_without_the_token_nobody_is_heard(talk: Running, sender: str) -> None:
    assert talk.say("你好", sender, token="wrong")[0] == 401
    assert call(f"{talk.rasa_url}/webhooks/hub/conversations/{sender}", method="DELETE")[0] == 401
    assert talk.backend.asked == []


def test_the_action_server_hears_only_who_has_the_token(talk: Running) -> None:
    url = f"http://127.0.0.1:{talk.actions_port}/webhook"
    assert call(url, {"next_action": "action_answer"}, "POST")[0] == 401
    assert call(url, {"next_action": "action_answer"}, "POST", "wrong")[0] == 401


@pytest.mark.parametrize("path", ["/model", "/conversations/c_1/tracker", "/webhooks/rest/webhook"])
def test_rasas_own_doors_are_closed(talk: Running, path: str) -> None:
    assert call_status(f"{talk.rasa_url}{path}") == 404


def call_status(url: str) -> int:
    import urllib.error
    import urllib.request

    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    try:
        with opener.open(url, timeout=30) as answer:
            return int(answer.status)
    except urllib.error.HTTPError as error:
        return error.code


@pytest.mark.parametrize(
    "body", [None, [], {}, {"sender": "c_1"}, {"sender": "c_1", "message": ""}, {"sender": 1, "message": "x"}]
)
def test_what_is_no_message_is_refused(talk: Running, body: object) -> None:
    from tests.unit.bot.running import RASA_TOKEN

    assert call(f"{talk.rasa_url}/webhooks/hub/webhook", body, "POST", RASA_TOKEN)[0] == 400


def test_each_turn_is_one_request_that_carries_no_text(talk: Running, sender: str) -> None:
    talk.texts(SECRET_WORDS, sender)
    assert len(talk.backend.asked) == 1
    asked = talk.backend.asked[0]
    assert set(asked) == {"conversation", "message", "intent", "ranking", "value", "step", "in_form"}
    assert SECRET_WORDS not in repr(asked)
    assert asked["conversation"] == sender
    assert asked["message"].startswith("m_")
    assert len(asked["ranking"]) == 3


@pytest.mark.parametrize(
    ("text", "step", "intent"),
    [
        ("你好", "answer", "greet"),
        ("邮寄要钱吗", "answer", "faq/postage"),
        ("进度", "progress", "progress"),
        ("转人工", "handoff", "handoff"),
        ("撤回申请", "withdraw", "withdraw"),
        ("今天天气怎么样", "answer", "out_of_scope"),
        ("我不想活了", "answer", "distress"),
        ("我要办理", "form", "apply"),
        ("继续", "form", "resume"),
    ],
)
def test_outside_the_form_each_intent_has_its_step(talk: Running, sender: str, text: str, step: str, intent: str) -> None:
    assert talk.texts(text, sender) == [f"{step} {intent}"]
    assert talk.backend.asked[-1]["in_form"] is False


@pytest.mark.parametrize(
    "text", ["你好", "邮寄要钱吗", "进度", "转人工", "撤回申请", "我不想活了", "🙂", "福州鼓楼", "我要办理"]
)
def test_inside_the_form_everything_is_the_forms(talk: Running, sender: str, text: str) -> None:
    open_form(talk, sender)
    talk.texts(text, sender)
    assert len(talk.backend.asked) == 2
    assert talk.backend.asked[-1]["step"] == "form"
    assert talk.backend.asked[-1]["in_form"] is True


def test_a_question_inside_the_form_is_named_in_full_and_the_form_goes_on(talk: Running, sender: str) -> None:
    open_form(talk, sender)
    assert talk.texts("邮寄要钱吗", sender) == ["form faq/postage"]
    assert talk.texts("义务兵", sender) == ["form inform"]


def test_a_pressed_choice_arrives_with_its_value(talk: Running, sender: str) -> None:
    open_form(talk, sender)
    talk.texts('/choose{"value": "booklet_delivery=collect"}', sender)
    asked = talk.backend.asked[-1]
    assert (asked["intent"], asked["value"]) == ({"name": "choose", "confidence": 1.0}, "booklet_delivery=collect")


def test_a_pressed_question_arrives_with_its_full_name(talk: Running, sender: str) -> None:
    assert talk.texts("/faq/postage", sender) == ["answer faq/postage"]


@pytest.mark.parametrize("text", ["/restart", "／restart", " /restart", "/session_start", "/back", "/nothing", "/choose{"])
def test_a_typed_slash_leaves_the_form_open(talk: Running, sender: str, text: str) -> None:
    open_form(talk, sender)
    talk.texts(text, sender)
    assert talk.backend.asked[-1]["step"] == "form"
    assert talk.backend.asked[-1]["in_form"] is True


def test_the_form_closes_when_the_backend_says_so(talk: Running, sender: str) -> None:
    open_form(talk, sender)
    talk.backend.closes = True
    assert talk.texts("好的", sender) == ["form affirm"]
    talk.backend.closes = False
    assert talk.texts("进度", sender) == ["progress progress"]


def test_a_form_may_close_with_the_message_that_opened_it(talk: Running, sender: str) -> None:
    talk.backend.closes = True
    assert talk.texts("我要办理", sender) == ["form apply"]
    talk.backend.closes = False
    assert talk.texts("进度", sender) == ["progress progress"]
    assert [asked["step"] for asked in talk.backend.asked] == ["form", "progress"]


def test_a_hundred_turns_keep_the_form_open_in_a_short_tracker(talk: Running, sender: str) -> None:
    open_form(talk, sender)
    for number in range(100):
        talk.texts(["义务兵", "邮寄要钱吗", "自取", "进度"][number % 4], sender)
    assert {asked["step"] for asked in talk.backend.asked} == {"form"}
    assert len(talk.backend.asked) == 101
    with sqlite3.connect(talk.tracker_file) as connection:
        kept = connection.execute("SELECT count(*) FROM rasa_events WHERE sender_id = ?", (sender,)).fetchone()[0]
    assert kept < 60


def test_a_failing_backend_is_a_failure_for_the_hub_and_the_form_survives(talk: Running, sender: str) -> None:
    open_form(talk, sender)
    talk.backend.failing = True
    assert talk.say("义务兵", sender)[0] in (502, 503)
    talk.backend.failing = False
    assert talk.texts("进度", sender) == ["form progress"]


def test_silence_is_a_failure_for_the_hub(talk: Running, sender: str) -> None:
    talk.backend.silent = True
    assert talk.say("你好", sender)[0] == 502


def test_without_the_action_server_turns_fail_and_go_on_when_it_is_back(talk: Running, sender: str) -> None:
    open_form(talk, sender)
    newcomer = f"{sender}b"
    talk.stop("actions")
    try:
        assert talk.say("义务兵", sender)[0] in (502, 503)
        assert talk.say("我要办理", newcomer)[0] in (502, 503)
    finally:
        talk.start_actions()
    assert talk.texts("进度", sender) == ["form progress"]
    assert talk.texts("我要办理", newcomer) == ["form apply"]


def test_the_tracker_holds_no_word_in_clear(talk: Running, sender: str) -> None:
    talk.texts(SECRET_WORDS, sender)
    files = talk.tracker_file.parent.glob("tracker.db*")
    assert not any(SECRET_WORDS.encode() in file.read_bytes() or b"parse_data" in file.read_bytes() for file in files)


def test_erasing_a_conversation_leaves_no_row_and_it_begins_anew(talk: Running, sender: str) -> None:
    from tests.unit.bot.running import RASA_TOKEN

    open_form(talk, sender)
    status, answer = call(f"{talk.rasa_url}/webhooks/hub/conversations/{sender}", method="DELETE", token=RASA_TOKEN)
    assert status == 200
    assert answer["erased"] > 0
    assert talk.texts("进度", sender) == ["progress progress"]
