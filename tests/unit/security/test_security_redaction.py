"""Secrets leave a text before it is kept, and come back where they may."""

from __future__ import annotations

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from stdnum import luhn
from stdnum.iso7064 import mod_11_2

from backend.interview.reading.normalise import same_width
from backend.interview.reading.number_kinds import kind_of
from backend.security.redaction import TOKEN, has_unit, mask_numbers, mask_text, redact, restore

ID, CARD, MOBILE = "11010519491231002X", "6222021001116245702", "13800138000"


@pytest.mark.parametrize(
    ("said", "masked"),
    [
        ("县里说：13800138000打不通", "县里说：138****8000打不通"),
        (f"退出现役证号：{ID}", "退出现役证号：1101**********002X"),
        (f"示例社区{CARD}支部", "示例社区6222 **** 5702支部"),
        ("卡号622202100111624570少一位", "卡号62**************70少一位"),
        ("编号TY-3501-26-000123，9项里办好5项", "编号TY-3501-26-000123，9项里办好5项"),
        ("编号TY-3501-26-000123 13800138000", "编号TY-3501-26-000123 138****8000"),
        ("已寄出，示例快递，单号9876543210123", "已寄出，示例快递，单号9876543210123"),
        ("最晚11月27日 18:00办好", "最晚11月27日 18:00办好"),
        ("退字第2026001号", "退字第2026001号"),
    ],
)
def test_what_is_said_holds_no_number_in_full(said: str, masked: str) -> None:
    assert mask_numbers(said) == masked


def test_a_windows_telephone_is_said_in_full_also_where_it_is_a_mobile() -> None:
    said = "电话：13900139000，办公时间：8:00-12:00。你的手机13800138000"
    assert mask_numbers(said, ["13900139000"]) == "电话：13900139000，办公时间：8:00-12:00。你的手机138****8000"


class Kept:
    """What a conversation's secrets table does, in memory."""

    def __init__(self) -> None:
        self.values: list[tuple[str, str]] = []

    def take(self, kind: str, value: str) -> int:
        self.values.append((kind, value))
        return len(self.values)

    def lookup(self, k: int) -> str:
        return self.values[k - 1][1]


@pytest.mark.parametrize(
    ("text", "redacted", "masked"),
    [
        (f"身份证{ID}", "身份证«id:1»", "身份证1101**********002X"),
        ("卡 6222０210 0111 6245 702", "卡 «card:1»", "卡 6222 **** 5702"),
        ("手机１３８００１３８０００。", "手机«mobile:1»。", "手机138****8000。"),
        ("1101051949123100", "«number:1»", "11************00"),
        ("110105194912310021", "«id:1»", "1101**********0021"),
        ("我在71军合成XXX旅XX营", "我在«unit»", "我在***"),
        ("我们部队是 73061", "我们«unit»", "我们***"),
        ("在101舰当兵", "在«unit»当兵", "在***当兵"),
        ("海军辽宁舰", "«unit»", "***"),
        ("东海舰队某潜艇支队", "«unit»", "***"),
        ("南部战区某雷达站", "«unit»", "***"),
        ("临汾旅的", "«unit»的", "***的"),
        ("第73集团军退的", "«unit»退的", "***退的"),
        ("31xxx部队", "«unit»", "***"),
        ("92××× 部队", "«unit»", "***"),
        ("某旅某营", "«unit»", "***"),
        ("部队番号是32145", "部队番号是«unit»", "部队番号是***"),
        ("在三营二连", "在«unit»", "在***"),
        ("武警福建总队福州支队", "«unit»", "***"),
    ],
)
def test_secrets_are_cut_out(text: str, redacted: str, masked: str) -> None:
    kept = Kept()
    assert redact(text, kept.take) == redacted
    assert mask_text(redacted, kept.lookup) == masked


@pytest.mark.parametrize(
    "text",
    [
        "1 2 3 4 5 6 7 8 9 10 11",
        "①②③④⑤⑥⑦⑧⑨⑩⑪",
        "2018.09-2020.08",
        "2018年9月1日到2020年9月1日",
        "退字第12345678号",
        "一三五七九",
        "我是团员，想办团组织关系",
        "我是1军士",
        "一连几天没人理我",
        "福州市连江县，办1、3、10",
        "营业厅在哪",
        "当了2年兵，第二次问了",
        "三个月前退的",
        "2018.09 - 2020.08，2024-09-01      2026-09-01",
        "办公时间是 8:00–12:00、14:30–17:30",
        "补助500+1200+800元，工资3000、2500",
        "50000.00+30000.00",
        "鼓楼区示例街道100号3栋2单元1502室",
        "1+3+5+7+9+10",
        "勾①③⑤⑦⑨",
        "陆军退的，入伍两年，二〇二四年入伍，二〇二六年退役",
        "户口和医保怎么一起办，洞头能办么",
    ],
)
def test_what_is_no_secret_stays(text: str) -> None:
    kept = Kept()
    assert redact(text, kept.take) == text
    assert kept.values == []


def test_a_token_typed_by_hand_is_disarmed() -> None:
    kept = Kept()
    kept.take("id", ID)
    text = redact("«id:1» «unit» «i«id:1»d:1»", kept.take)
    assert restore(text, kept.lookup) == text
    assert ID not in mask_text(text, kept.lookup)
    assert not has_unit(text)


def test_tokens_count_within_the_conversation() -> None:
    kept = Kept()
    first = redact(f"{ID} {MOBILE}", kept.take)
    second = redact(CARD, kept.take)
    assert (first, second) == ("«id:1» «mobile:2»", "«card:3»")
    assert restore(first + second, kept.lookup) == f"{ID} {MOBILE}{CARD}"


def _id(area: int, serial: int) -> str:
    body = f"{area}19990321{serial:03d}"
    return body + mod_11_2.calc_check_digit(body)


def _card(body: int) -> str:
    return f"62{body}" + luhn.calc_check_digit(f"62{body}")


SECRETS = st.one_of(
    st.builds(_id, st.integers(110000, 659999), st.integers(0, 999)),
    st.builds(_card, st.integers(10**12, 10**16 - 1)),
    st.builds(lambda rest: f"13{rest:09d}", st.integers(0, 10**9 - 1)),
    st.builds(str, st.integers(10**8, 10**20)),
)
CHINESE = str.maketrans("0123456789", "零一二三四五六七八九")
FULL_WIDTH = str.maketrans("0123456789X", "０１２３４５６７８９Ｘ")
RADIO = str.maketrans("0123456789", "洞幺两三四五六拐八勾")
CIRCLED = str.maketrans("0123456789", "⓪①②③④⑤⑥⑦⑧⑨")


def _grouped(digits: str, size: int, between: str) -> str:
    return between.join(digits[i : i + size] for i in range(0, len(digits), size))


WRITINGS = [
    lambda digits: digits,
    lambda digits: digits.translate(FULL_WIDTH),
    lambda digits: " ".join(digits[i : i + 4] for i in range(0, len(digits), 4)),
    lambda digits: "-".join(digits[i : i + 3] for i in range(0, len(digits), 3)),
    lambda digits: digits.lower(),
]
#: What only a number of a known form is certain to be read from.
ODD_WRITINGS = [
    *[
        lambda digits, between=between, size=size: _grouped(digits, size, between)
        for between in ("      ", " × ", "'", "+", "\u200d", "……", "@", "\n", " *** ", "😀")
        for size in (1, 3, 4, 5)
    ],
    lambda digits: "".join(f"{digit}\ufe0f\u20e3" for digit in digits),
    lambda digits: digits.translate(CIRCLED),
    lambda digits: digits.translate(RADIO),
    lambda digits: _grouped(digits.translate(RADIO), 4, "  "),
    lambda digits: digits[0] + digits[1:-1].replace("0", "o") + digits[-1],
    lambda digits: digits[0] + digits[1:-1].replace("0", "O") + digits[-1],
]


@settings(max_examples=300, deadline=None)
@given(
    SECRETS,
    st.sampled_from(WRITINGS),
    st.sampled_from(["", "我的号码是", "卡号：", "hello "]),
    st.sampled_from(["", "，谢谢", " ok"]),
)
def test_no_secret_survives_in_any_writing(secret: str, writing: object, before: str, after: str) -> None:
    kept = Kept()
    text = before + writing(secret) + after  # type: ignore[operator]
    redacted = redact(text, kept.take)
    assert "".join(value for _, value in kept.values) == secret
    assert not re.search(r"\d{9}", re.sub(r"«[a-z]+:\d+»", "", same_width(redacted)))
    assert restore(redacted, kept.lookup) == before + secret + after


@settings(max_examples=500, deadline=None)
@given(
    SECRETS.filter(lambda digits: kind_of(digits) != "number" and digits.isdigit()),
    st.sampled_from(ODD_WRITINGS),
    st.sampled_from(["", "我的号码是", "卡号：", "hello "]),
    st.sampled_from(["", "，谢谢", " ok", "，对么"]),
)
def test_however_a_number_is_written_it_is_read_and_cut_out(secret: str, writing: object, before: str, after: str) -> None:
    kept = Kept()
    redacted = redact(before + writing(secret) + after, kept.take)  # type: ignore[operator]
    assert [value for _, value in kept.values] == [secret]
    rest = TOKEN.sub("", redacted).removeprefix(before).removesuffix(after)
    assert not any(character.isalnum() for character in rest), redacted


@settings(max_examples=150, deadline=None)
@given(SECRETS.filter(lambda digits: len(digits) >= 11 and digits.isdigit()))
def test_spelled_out_numbers_are_cut_out_too(secret: str) -> None:
    kept = Kept()
    redact(secret.translate(CHINESE), kept.take)
    assert "".join(value for _, value in kept.values) == secret


@settings(max_examples=300, deadline=None)
@given(st.text(alphabet=st.sampled_from("0123456789xX -./年月日、,，一二三军旅营部队我是卡«»id:"), max_size=60))
def test_restoring_gives_the_text_back_and_no_long_run_survives(text: str) -> None:
    kept = Kept()
    redacted = redact(text, kept.take)
    plain = re.sub(r"«(?:id|card|mobile|number):\d+»|«unit»", "|", redacted)
    assert not re.search(r"\d{9}", same_width(plain))
    assert "«" not in plain and "»" not in plain
    if not has_unit(redacted):
        squeeze = re.compile(r"[^0-9A-Za-z\u4e00-\u9fff]")
        was = squeeze.sub("", text).upper()
        now = squeeze.sub("", restore(redacted, kept.lookup)).upper()
        digits = str.maketrans("零一二三四五六七八九", "0123456789")
        assert now.translate(digits) == was.translate(digits)


@settings(max_examples=200, deadline=None)
@given(st.text(max_size=100))
def test_no_text_breaks_it(text: str) -> None:
    redact(text, Kept().take)
