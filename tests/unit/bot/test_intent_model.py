"""Features and model: what is learnt holds for what sounds the same or names another thing of the same list."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.features import Tables, extract, plain
from bot.intent_model import IntentModel, Options, learn, pinyin_table

EXAMPLES = {
    "inform": ["我选农行", "用农行", "农行", "选农行吧", "办社保卡", "社保卡"],
    "faq/postage": ["邮寄要钱吗", "邮费谁出", "寄要花钱吗", "邮费多少"],
    "greet": ["你好", "您好", "在吗", "你好呀"],
}
OPTIONS = Options({"c": 1.0, "p": 0.7, "g": 0.7, "k": 0.7}, strength=1.0, least=1, temperature=0.2)


@pytest.fixture(scope="module")
def tables() -> Tables:
    return Tables(pinyin_table(), {"bank": ["农行", "工商银行", "ABC"], "money": ["要钱", "花钱", "多少"]})


@pytest.fixture(scope="module")
def learnt(tables: Tables) -> IntentModel:
    pairs = [(text, intent) for intent, texts in EXAMPLES.items() for text in texts]
    return learn([text for text, _ in pairs], [intent for _, intent in pairs], tables, OPTIONS)


@pytest.mark.parametrize(
    ("text", "intent"),
    [
        ("用工商银行", "inform"),
        ("社宝卡", "inform"),
        ("shebaoka", "inform"),
        ("邮寄花钱吗？", "faq/postage"),
        ("妳好", "greet"),
    ],
)
def test_what_was_never_seen_is_understood_by_list_sound_or_form(learnt: IntentModel, text: str, intent: str) -> None:
    assert learnt.rank(text)[0][0] == intent


def test_probabilities_add_up_to_one_and_come_in_order(learnt: IntentModel) -> None:
    chances = [chance for _, chance in learnt.rank("邮费")]
    assert sum(chances) == pytest.approx(1, abs=1e-5)
    assert chances == sorted(chances, reverse=True)


@pytest.mark.parametrize("text", ["", "   ", "🙂🙂🙂", "»«", "\ud800", "x" * 2000])
def test_anything_at_all_is_ranked(learnt: IntentModel, text: str) -> None:
    assert len(learnt.rank(text)) == len(EXAMPLES)


def test_a_saved_model_ranks_as_it_did(learnt: IntentModel, tmp_path: Path) -> None:
    learnt.save(tmp_path)
    assert IntentModel.open(tmp_path).rank("邮费谁付") == learnt.rank("邮费谁付")


def test_a_model_of_two_intents_is_a_model(tables: Tables) -> None:
    model = learn(["你好", "您好", "再见", "拜拜"], ["greet", "greet", "bye", "bye"], tables, OPTIONS)
    assert [model.rank("你好")[0][0], model.rank("再见")[0][0]] == ["greet", "bye"]


def test_blanks_stay_only_between_latin_words() -> None:
    assert plain(" 我 要  办, please  help me！") == "我要办please help me"


def test_a_latin_word_of_a_list_is_found_only_as_a_word(tables: Tables) -> None:
    assert tables.name_lists("abc") != "abc"
    assert tables.name_lists("abcd") == "abcd"
    assert tables.name_lists("用abc吧") != "用abc吧"


def test_the_longest_word_of_a_list_wins() -> None:
    tables = Tables({}, {"bank": ["中国银行"], "country": ["中国"]})
    assert len(tables.name_lists("中国银行")) == 1
    assert tables.name_lists("中国") != tables.name_lists("中国银行")


def test_a_question_mark_is_heard_and_other_punctuation_is_not(tables: Tables) -> None:
    assert extract("可以？", tables) != extract("可以", tables)
    assert extract("可以。", tables) == extract("可以", tables)
