"""The mark over a voucher: it says what for, whose case, who looks; it can be read, and the picture still be seen."""

from __future__ import annotations

from collections.abc import Iterator
from io import BytesIO

import pytest
from PIL import Image, ImageChops, ImageStat

from backend.vouchers import watermark
from backend.vouchers.pictures import write_jpeg
from backend.vouchers.watermark import Mark, chinese_font, marked
from tests.support import files

MARK = Mark("TY-3501-26-000123", "示例·窗口（window.gulou）", "window.gulou", "2026-11-25 10:30")


@pytest.fixture
def no_chinese_font(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(watermark, "FONTS", (("/nowhere/font.ttc", 0),))
    chinese_font.cache_clear()
    yield
    chinese_font.cache_clear()


def difference(before: Image.Image, after: bytes) -> Image.Image:
    return ImageChops.difference(before.convert("RGB"), Image.open(BytesIO(after)).convert("RGB")).convert("L")


def test_the_mark_says_what_for_whose_case_and_who_looks() -> None:
    said = " ".join(MARK.lines(chinese=True))
    assert "仅供办理“士兵退役一件事”" in said and MARK.number in said and "示例·窗口" in said and "2026-11-25 10:30" in said
    assert Mark("", "本人查看", "veteran", "2026-11-25 10:30").lines(chinese=True)[0] == "仅供办理“士兵退役一件事”使用"


@pytest.mark.parametrize("ground", ["white", "black", (128, 128, 128)])
@pytest.mark.parametrize("size", [(3000, 2200), (600, 400), (400, 3000)])
def test_the_mark_is_seen_everywhere_on_any_ground_and_most_of_the_picture_is_free(
    ground: str | tuple[int, int, int], size: tuple[int, int]
) -> None:
    image = Image.new("RGB", size, ground)
    seen = difference(image, marked(write_jpeg(image), MARK))
    assert seen.size == size
    thirds = [(x * size[0] // 3, y * size[1] // 3) for x in range(3) for y in range(3)]
    for left, top in thirds:
        part = seen.crop((left, top, left + size[0] // 3, top + size[1] // 3))
        strong = part.point(lambda value: 255 if value > 25 else 0)
        covered = ImageStat.Stat(strong).mean[0] / 255
        assert 0.005 < covered < 0.3, (left, top, covered)
    assert ImageStat.Stat(seen).extrema[0][1] < 160, "what lies under the mark shows through"


def test_what_lies_under_the_mark_can_still_be_told_apart() -> None:
    shown = Image.open(BytesIO(marked(write_jpeg(files.card(1200, 800)), MARK))).convert("RGB")
    middle = ImageStat.Stat(shown.crop((0, 0, 600, 400))).mean
    assert all(abs(one - other) < 35 for one, other in zip(middle, files.CORNERS[0], strict=True))


def test_the_mark_of_another_looker_is_another_picture() -> None:
    picture = write_jpeg(files.card())
    assert marked(picture, MARK) != marked(picture, Mark(MARK.number, "示例·审核", "reviewer", MARK.at))


@pytest.mark.usefixtures("no_chinese_font")
def test_without_a_chinese_font_it_is_marked_in_latin_letters_and_never_left_unmarked(
    capsys: pytest.CaptureFixture[str],
) -> None:
    image = Image.new("RGB", (1200, 800), "white")
    seen = difference(image, marked(write_jpeg(image), MARK))
    assert ImageStat.Stat(seen).extrema[0][1] > 25
    assert all(line.isascii() for line in MARK.lines(chinese=False)) and MARK.number in MARK.lines(chinese=False)[0]
    # Where the log goes is set by whichever process part was tried before.
    assert "fonts-noto-cjk" in "".join(capsys.readouterr())
