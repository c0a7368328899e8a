"""Mistakes in the data files are named with file and line, and say what is expected."""

import re
import shutil

import pytest

from backend.catalogue.load import DATA, CatalogueError, load_catalogue
from backend.locale.text import render


@pytest.fixture
def data(tmp_path):
    copy = tmp_path / "data"
    shutil.copytree(DATA, copy)
    return copy


def change(data, file, old, new):
    path = data / file
    source = path.read_text("utf-8")
    assert old in source
    path.write_text(source.replace(old, new, 1), "utf-8")
    return source[: source.index(old)].count("\n") + 1


MISTAKES = [
    ("matters.yml", "    number: 4\n", "    number: 5\n", "number is 5; the notice gives it 4"),
    ("matters.yml", "limit_days: 1", "limit_days: one", "limit_days must be a whole number of at least 1, not 'one'"),
    ("matters.yml", "limit_days: 1", "limit_days: 0", "whole number of at least 1"),
    ("matters.yml", "clock_start: originals", "clock_start: orignals", "clock_start is 'orignals'; expected one of approved"),
    ("matters.yml", "department: police", "department: polise", "department 'polise' is not in departments.yml"),
    ("matters.yml", "    clock_start: funds_arrived", "    limit_days: 3\n    clock_start: funds_arrived", "has no limit_days"),
    ("matters.yml", "voluntary: true", "voluntary: yes", "voluntary must be true or false, not 'yes'"),
    ("matters.yml", "    recommended: sergeant", "    recomended: sergeant", "recommended is missing"),
    ("matters.yml", "    product: booklet", "    product: bookl", "product is 'bookl'"),
    ("matters.yml", "{days}个工作日内", "{day}个工作日内", "unknown place {day}; expected one of days"),
    ("matters.yml", "  report_in:\n", "  report_inn:\n", "number 1 is that of report_in in the notice"),
    ("matters.yml", "  training_survey:\n", "  report_in:\n", "'report_in' stands twice in the same place"),
    ("matters.yml", "matters:", "matters: [", "not valid YAML"),
    ("materials.yml", "used_by: [report_in]", "used_by: [reportin]", "used_by: 'reportin' is unknown"),
    ("materials.yml", "    blocks: [household_restoration]", "    blocks: [social_card]", "blocks only matters of used_by"),
    ("materials.yml", "condition: handed_over", "condition: handed", "condition is 'handed'"),
    ("materials.yml", "original: either", "original: both", "original must be true, false or either"),
    ("materials.yml", '  "13":', '  "x13":', '"1" to "13" in the notice'),
    ("materials.yml", "  have: 你手上应该有的", "  has: 你手上应该有的", "groups: expected the headings of have, get"),
    ("windows.yml", '"350102"', '"110101"', "county '110101' is not in counties.csv"),
    ("windows.yml", '"350582"', '"350102"', "has a window already: gulou"),
    ("windows.yml", '["08:00-12:00", "14:30-17:30"]', '["8-12"]', "'8-12' is no span of office hours"),
    ("windows.yml", '["08:00-12:00", "14:30-17:30"]', '["14:30-17:30", "08:00-12:00"]', "each later than the one before"),
    ("banks.yml", 'prefixes: ["622202"', 'prefixes: ["6222xx"', "prefixes are first digits"),
    ("notices.yml", "params: [number]", "params: [numbr]", "params and the places of chat and sms differ: number, numbr"),
    ("notices.yml", "sms: 【{window}】", "sms: 通知【{window}】", "an SMS opens with"),
    ("notices.yml", "kind: result", "kind: results", "kind is 'results'; expected one of reminder, result"),
    ("notices.yml", "回复“进度”可查。", "看www.example.org", "an SMS holds no link"),
    ("matters.yml", "asks: [bank_card]", "asks: [bank_crad]", "asks: 'bank_crad' has no question in interview.yml"),
    ("matters.yml", "tells: [bank_card]", "tells: [bank_crad]", "tells: 'bank_crad' has no question in interview.yml"),
    ("matters.yml", "with: report_in", "with: reportin", "with is 'reportin', which is no matter"),
    (
        "matters.yml",
        "    product: card",
        "    product: booklet",
        "product booklet is delivered by household_restoration already",
    ),
    ("interview.yml", "codes: counties", "codes: countys", "codes is 'countys'; expected one of"),
    ("interview.yml", "kind: yes_no", "kind: yesno", "kind is 'yesno'; expected one of"),
    ("interview.yml", '{value: "no", label: 不同意}', '{value: "nein", label: 不同意}', 'has the choices "yes" and "no"'),
    ("interview.yml", "    check: name", "    chek: name", "'chek' is not known here"),
    ("faq.yml", "{limit_household_restoration}", "{limit_household}", "unknown place {limit_household}"),
    ("faq.yml", "{limit_household_restoration}", "{limit_local_subsidy}", "unknown place {limit_local_subsidy}"),
    ("faq.yml", "      social_card: 社保卡要带", "      social: 社保卡要带", "by_matter: 'social' is no matter"),
    ("faq.yml", "kind_of: transfer_what", "kind_of: annuity", "kind_of: expected one of"),
    ("faq.yml", "{window_name}，", "{window}，", "unknown place {window}"),
    ("faq.yml", "    answer: |-\n      一共", "    answr: |-\n      一共", "answer is missing"),
    ("counties.csv", "350102,", "110102,", "expected six digits that begin with 35"),
    ("counties.csv", "350103,", "350102,", "code 350102 stands twice"),
    ("counties.csv", "鼓楼,yes,", "鼓楼,maybe,", "settles is 'maybe'"),
    ("counties.csv", "鼓楼,yes,", "鼓楼,yes", "6 columns; expected 7"),
    ("counties.csv", "福州市鼓楼区,福州市", "鼓楼区,福州市", "name must begin with the city"),
    ("counties.csv", "code,name,city", "code,city,name", "expected the columns code,name,city"),
    ("interview.yml", "questions:", "steps:", "'steps' stands twice"),
]


@pytest.mark.parametrize(("file", "old", "new", "said"), MISTAKES)
def test_a_mistake_is_named_with_file_line_and_what_is_expected(data, file, old, new, said):
    change(data, file, old, new)
    with pytest.raises(CatalogueError) as error:
        load_catalogue(data)
    assert re.match(rf".*{re.escape(file)}:\d+: ", str(error.value))
    assert said in str(error.value)


def test_the_line_is_that_of_the_wrong_value(data):
    line = change(data, "matters.yml", "    number: 4\n", "    number: 5\n")
    with pytest.raises(CatalogueError, match=rf"matters\.yml:{line}: household_restoration: "):
        load_catalogue(data)


@pytest.mark.parametrize("file", ["matters.yml", "materials.yml", "counties.csv", "faq.yml"])
def test_a_missing_file_is_named(data, file):
    (data / file).unlink()
    with pytest.raises(CatalogueError, match=rf"{file}:1: the file is missing"):
        load_catalogue(data)


def test_a_missing_matter_and_a_missing_material_are_named(data):
    source = (data / "matters.yml").read_text("utf-8")
    (data / "matters.yml").write_text(source[: source.index("  party_league:")], "utf-8")
    with pytest.raises(CatalogueError, match=r"matters\.yml:1: party_league missing"):
        load_catalogue(data)
    shutil.copy(DATA / "matters.yml", data)
    source = (data / "materials.yml").read_text("utf-8")
    (data / "materials.yml").write_text(source[: source.index('  "13":')], "utf-8")
    with pytest.raises(CatalogueError, match=r"materials\.yml:1: material 13 missing"):
        load_catalogue(data)


def test_bytes_that_are_no_text_are_refused(data):
    (data / "faq.yml").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(CatalogueError, match=r"faq\.yml:1: not UTF-8"):
        load_catalogue(data)
    (data / "faq.yml").write_bytes(b"faq:\n  a: \x01\n")
    with pytest.raises(CatalogueError, match=r"faq\.yml:1: a character"):
        load_catalogue(data)


def test_without_an_interview_the_questions_are_empty(data):
    (data / "interview.yml").unlink()
    assert load_catalogue(data).questions == {}


def test_the_interviews_lines_are_kept():
    questions = load_catalogue().questions
    source = (DATA / "interview.yml").read_text("utf-8")
    assert questions.lines["questions"] == source[: source.index("\nquestions:")].count("\n") + 2
    assert questions["questions"].at("county").endswith(f":{questions['questions'].lines['county']}")


def test_yes_and_no_are_words_as_their_writer_meant_them(data):
    change(data, "interview.yml", "says:\n", "says:\n  yes: {say: 是}\n  no: {say: 否}\n")
    assert {"yes", "no"} <= set(load_catalogue(data).questions["says"])


def test_the_version_follows_the_content_and_nothing_else(data):
    before = load_catalogue(data).version
    assert re.fullmatch("[0-9a-f]{12}", before)
    (data / "faq.yml").touch()
    assert load_catalogue(data).version == before == load_catalogue().version
    change(data, "faq.yml", "要，户口簿", "要的，户口簿")
    assert load_catalogue(data).version != before


def test_a_limit_changed_in_the_catalogue_changes_the_answers(data):  # notice 四(六)
    change(data, "matters.yml", "limit_days: 3", "limit_days: 7")
    catalogue = load_catalogue(data)
    for code in ("card_bank", "time_limit"):
        assert "选好" in render(catalogue.faq[code].answer)
        assert "7个" in render(catalogue.faq[code].answer)
    assert "7个工作日" in render(catalogue.faq["time_limit"].by_matter["social_card"])
    change(data, "matters.yml", "limit_days: 5", "limit_days: 6")
    waiting = load_catalogue(data).matters["pension_transfer"].waiting
    assert "6个工作日" in render(waiting)


def test_a_partner_bank_that_is_added_is_told_of(data):
    with (data / "banks.yml").open("a", encoding="utf-8") as file:
        file.write("  example:\n    short: 示例行\n    name: 示例银行\n    prefixes: []\n")
    assert "示例银行" in render(load_catalogue(data).faq["card_bank"].answer)


def test_windows_and_signatures_are_found_by_county():
    catalogue = load_catalogue()
    assert catalogue.window_of("350102").code == "gulou"
    assert catalogue.window_of("350103") is None
    assert catalogue.window_of(None) is None
    assert catalogue.signature_of("350102") == "鼓楼退役军人示例窗口"
    assert catalogue.signature_of("350103") == "台江退役军人窗口"
    assert catalogue.signature_of(None) == "退役军人窗口"
