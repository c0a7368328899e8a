"""Papers as PDF: every one in every fullness, the counties' own templates, and machines without Chinese fonts."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pypdfium2
import pytest
from PIL import ImageFont

from backend.catalogue.load import load_catalogue
from backend.documents import printing
from backend.documents.contents import content_of
from backend.documents.printing import NoFonts, Printed, print_paper
from backend.documents.rules import PAPERS, Point, Subject
from backend.settings import Settings, SettingsError, load
from tests.support.pdf import pages, text
from tests.support.people import answers
from tests.unit.documents.test_papers import INTAKE, subject

CATALOGUE = load_catalogue()
MOMENT = datetime(2026, 11, 23, 2, 5, tzinfo=UTC)
SECRETS = {"GUITU_RASA_TOKEN": "a", "GUITU_INTERNAL_TOKEN": "b"}
SETTINGS = load(SECRETS)
LONG_NAME = "阿卜杜热合曼·买买提依明·吐尔逊江"
LONG_ADDRESS = "福建省福州市鼓楼区示例街道示例社区示例路一百二十三弄四十五号示例花园六栋七单元八层九〇一室"
LONG = answers(
    name=LONG_NAME,
    home_address=LONG_ADDRESS,
    card_address=LONG_ADDRESS,
    card_recipient=LONG_NAME,
    booklet_delivery="mail",
    booklet_address=LONG_ADDRESS,
    booklet_recipient=LONG_NAME,
    booklet_mobile="13800000000",
    certificate_number="退字第ABCDEFGH1234567890123456号",
    party_organisation="中共福州市鼓楼区示例街道示例社区第一网格联合支部委员会（示例）",
)
POINTS = [Point("手机号", "少一位，打不通", MOMENT), Point("退出现役证件", "照片反光，看不清证号" * 12, MOMENT)]
FULL = subject(given=LONG, intake=INTAKE, lacking=[8], corrections=POINTS)
EMPTY = subject(given={"matters": LONG["matters"]}, corrections=POINTS, county="350121", intake={})


async def paper(name: str, case: Subject, settings: Settings = SETTINGS) -> Printed:
    return await print_paper(settings, name, case.county, case.number, content_of(CATALOGUE, name, case), MOMENT)


@pytest.mark.parametrize("case", [FULL, EMPTY], ids=["full", "empty"])
@pytest.mark.parametrize("name", PAPERS)
async def test_a_paper_is_an_a4_page_with_number_time_and_pages(name: str, case: Subject) -> None:
    printed = await paper(name, case)
    read = pages(printed.pdf)
    for number, page in enumerate(read, 1):
        assert "样式" in page and "编号：TY-3501-26-000001" in page
        assert "打印时间：2026年11月23日10:05" in page
        assert f"第{number}页，共{len(read)}页" in page
    document = pypdfium2.PdfDocument(printed.pdf)
    assert {tuple(round(side) for side in page.get_size()) for page in document} == {(595, 842)}
    document.close()


@pytest.mark.parametrize("name", PAPERS)
async def test_the_longest_names_stay_within_the_page(name: str) -> None:
    document = pypdfium2.PdfDocument((await paper(name, FULL)).pdf)
    for page in document:
        width, height = page.get_size()
        for drawn in page.get_objects():
            left, bottom, right, top = drawn.get_bounds()
            assert left >= 40 and right <= width - 40 and bottom >= 20 and top <= height - 20, (name, drawn.type)
    document.close()


async def test_an_ordinary_joint_form_is_one_page_and_no_row_is_torn_apart_on_a_longer_one() -> None:
    assert len(pages((await paper("joint_form", subject())).pdf)) == 1
    # Home, booklet and card.
    assert text((await paper("joint_form", FULL)).pdf).count(LONG_ADDRESS) == 3


async def test_the_joint_form_says_everything_in_full() -> None:
    read = text((await paper("joint_form", FULL)).pdf)
    for value in (LONG_NAME, LONG_ADDRESS, LONG["id_number"], LONG["mobile"], LONG["certificate_number"]):
        assert value in read
    assert "（共11项）" in read and "鼓楼区示例税务窗口" in read


def missing_glyphs(words: str) -> set[str]:
    """The characters for which a font of ours would print an empty box."""
    found: set[str] = set()
    for family in printing.FONTS:
        info = next(each for each in printing.fonts().fonts() if each.family == family and each.weight == 400)
        assert info.path is not None
        font = ImageFont.truetype(info.path, 20, index=info.index)
        nothing = bytes(font.getmask("\ufffe"))
        found |= {
            character for character in set(words) if not character.isspace() and bytes(font.getmask(character)) == nothing
        }
    return found


async def test_no_paper_prints_an_empty_box_for_a_character() -> None:
    assert missing_glyphs("林\U0001f600") == {"\U0001f600"}
    for name in PAPERS:
        assert missing_glyphs(text((await paper(name, FULL)).pdf)) == set()


async def test_the_code_at_the_head_opens_the_case_in_the_console() -> None:
    settings = replace(SETTINGS, public_url="https://guitu.example")
    data = printing.filled(settings, {}, "TY-3501-26-000001", MOMENT)
    assert data["address"] == "https://guitu.example/console/cases/TY-3501-26-000001"
    assert printing._qr(data["address"]) != printing._qr(data["address"].replace("01", "02"))
    # A draft has no case to open.
    assert printing.filled(settings, {}, None, MOMENT)["address"] is None


async def test_the_same_inputs_give_the_same_paper() -> None:
    assert (await paper("joint_form", FULL)).pdf == (await paper("joint_form", FULL)).pdf


async def test_what_a_person_typed_is_never_read_as_a_template() -> None:
    name = '#panic("x") *粗* $x$ @ref <l> \\'
    assert "#panic" in text((await paper("joint_form", replace(FULL, answers={**LONG, "name": name}))).pdf)


@pytest.fixture
def own(tmp_path: Path) -> Iterator[Settings]:
    """Settings with a folder of counties' templates, in which 鼓楼 has a folder."""
    (tmp_path / "350102").mkdir()
    yield load({**SECRETS, "GUITU_TEMPLATES": str(tmp_path)})


def put(settings: Settings, source: str, name: str = "receipt") -> Path:
    assert settings.templates_dir is not None
    file = settings.templates_dir / "350102" / f"{name}.typ"
    file.write_text(source, "utf-8")
    return file


async def test_a_county_prints_by_its_own_template(own: Settings) -> None:
    put(own, '#import "common.typ": *\n#show: paper.with("本区回执")\n收件人：#value(data.person.name)')
    printed = await paper("receipt", FULL, own)
    assert (printed.template, printed.problem) == ("350102", None)
    assert "本区回执" in text(printed.pdf) and LONG_NAME in text(printed.pdf)
    other = await paper("receipt", replace(FULL, county="350582"), own)
    assert other.template == "house" and "本区回执" not in text(other.pdf)
    assert (await paper("checklist", FULL, own)).template == "house"


@pytest.mark.parametrize(
    ("source", "place", "words"),
    [
        ('#import "common.typ": *\n\n#let x =\n', "3:", "expected expression"),
        ('#import "common.typ": *\n#data.nothing', "2:6", 'does not contain key "nothing"'),
        ('#read("/etc/passwd")', "1:", "file not found"),
        ('\n#import "@preview/cetz:0.3.4"', "2:", "packages (@…) are not fetched"),
    ],
)
async def test_a_broken_template_is_named_with_its_line_and_ours_is_printed_and_says_so(
    own: Settings, source: str, place: str, words: str
) -> None:
    file = put(own, source)
    printed = await paper("receipt", FULL, own)
    assert printed.template == "house"
    assert printed.problem is not None and printed.problem.startswith(f"{file}:{place}") and words in printed.problem
    assert "模板有误，这一张按通用样式打印" in text(printed.pdf)
    assert "材料原件收存回执" in text(printed.pdf)


async def test_a_template_that_is_no_text_is_named_too(own: Settings) -> None:
    put(own, "").write_bytes(b"\xff\xfe")
    problem = (await paper("receipt", FULL, own)).problem
    assert problem is not None and "receipt.typ:1:1" in problem


def test_a_folder_of_templates_that_is_none_stops_the_start(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="GUITU_TEMPLATES must be a folder"):
        load({**SECRETS, "GUITU_TEMPLATES": str(tmp_path / "nowhere")})


async def test_a_machine_without_chinese_fonts_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    printing.fonts.cache_clear()
    monkeypatch.setattr(printing, "FONTS", ("A Font That Nobody Has",))
    with pytest.raises(NoFonts, match="fonts-noto-cjk") as refusal:
        await paper("receipt", FULL)
    assert refusal.value.status == 503
    printing.fonts.cache_clear()
