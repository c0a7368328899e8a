"""What is written over a voucher each time it is shown: what for, whose case, who looks. Made anew, never stored.

The words lie over the picture again and again, on the slant, dark with a light rim, so that they can be read on any ground
and the picture still shows between and through them.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import lru_cache
from io import BytesIO
from pathlib import Path

import structlog
from PIL import Image, ImageDraw, ImageFont

from backend.vouchers.pictures import write_jpeg

log = structlog.get_logger()

#: Where Debian and its relatives, macOS and Windows keep Chinese fonts: file, and the place of simplified Chinese in it.
FONTS = (
    ("/usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc", 2),
    ("/usr/share/fonts/google-noto-cjk/NotoSansCJK-Regular.ttc", 2),
    ("/usr/share/fonts/noto-cjk/NotoSansCJK-Regular.ttc", 2),
    ("/usr/share/fonts/google-noto-sans-cjk-fonts/NotoSansCJK-Regular.ttc", 2),
    ("/usr/share/fonts/truetype/wqy/wqy-microhei.ttc", 0),
    ("/usr/share/fonts/truetype/wqy/wqy-zenhei.ttc", 0),
    ("/System/Library/Fonts/PingFang.ttc", 2),
    ("/System/Library/Fonts/STHeiti Medium.ttc", 1),
    ("C:/Windows/Fonts/msyh.ttc", 0),
)
SLANT = 30
#: Of the longest side, one letter; between two lines, in letters.
LETTER, BETWEEN_LINES, BETWEEN_MARKS = 1 / 42, 5.0, 3.0
SMALLEST_LETTER = 11
#: Of 255: enough to be read, not enough to cover a stamp.
RIM, INK = 120, 110
#: The mark is drawn at no more than twice this longest side, in pixels.
DRAWN_AT = 1000


@dataclass(frozen=True)
class Mark:
    """What the mark says. `number`: the application's, empty before filing; `who`: a name, and what the record calls it."""

    number: str
    who: str
    account: str
    at: str

    def lines(self, chinese: bool) -> tuple[str, str]:
        """The mark in two lines; without a Chinese font, in letters that every font has."""
        if chinese:
            number = f" {self.number} " if self.number else ""
            return f"仅供办理“士兵退役一件事”{number}使用", f"{self.who}　{self.at}"
        return f"ONLY FOR DISCHARGE FORMALITIES {self.number}".strip(), f"{self.account}  {self.at}"


@lru_cache(maxsize=1)
def chinese_font() -> tuple[str, int] | None:
    """File and index of a Chinese font of this machine; None, and a warning that says what to install, without one."""
    found = next((each for each in FONTS if Path(each[0]).is_file()), None)
    if found is None:
        log.warning(
            "no Chinese font was found: vouchers are marked in Latin letters. Install one, for example Debian's fonts-noto-cjk",
            looked_at=[path for path, _ in FONTS],
        )
    return found


def marked(jpeg: bytes, mark: Mark) -> bytes:
    """The picture with the mark over it, as JPEG. Takes its time: workshop.py has it done beside the backend."""
    with Image.open(BytesIO(jpeg), formats=["JPEG"]) as image:
        image.load()
        shown = image.convert("RGB")
    rim, ink = _masks(shown.size, mark)
    shown.paste((255, 255, 255), mask=rim)
    shown.paste((40, 40, 40), mask=ink)
    return write_jpeg(shown)


def _masks(size: tuple[int, int], mark: Mark) -> tuple[Image.Image, Image.Image]:
    """Where the rim and the ink lie, as strengths from 0 to 255. Letters this large lose nothing by being drawn smaller."""
    smaller = max(1, max(size) // DRAWN_AT)
    drawn = size[0] // smaller + 1, size[1] // smaller + 1
    found = chinese_font()
    letter = max(SMALLEST_LETTER, round(max(drawn) * LETTER))
    font = ImageFont.truetype(found[0], letter, index=found[1]) if found else ImageFont.load_default(letter)
    # A square that still covers the picture when it is turned.
    side = math.ceil(math.hypot(*drawn))
    rim, ink = Image.new("L", (side, side)), Image.new("L", (side, side))
    draw_rim, draw_ink = ImageDraw.Draw(rim), ImageDraw.Draw(ink)
    texts = mark.lines(chinese=found is not None)
    for line in range(math.ceil(side / (BETWEEN_LINES * letter)) + 1):
        words = texts[line % 2]
        step = font.getlength(words) + BETWEEN_MARKS * letter
        # Each line begins elsewhere, so that no column of the picture is left free.
        start = -step * ((line * 0.38) % 1)
        for place in range(math.ceil((side + step) / step)):
            at = (start + place * step, line * BETWEEN_LINES * letter)
            draw_rim.text(at, words, fill=RIM, font=font, stroke_width=max(1, letter // 14))
            draw_ink.text(at, words, fill=INK, font=font)
    return _turned(rim, drawn).resize(size), _turned(ink, drawn).resize(size)


def _turned(mask: Image.Image, size: tuple[int, int]) -> Image.Image:
    turned = mask.rotate(SLANT, resample=Image.Resampling.BILINEAR)
    left, top = (turned.width - size[0]) // 2, (turned.height - size[1]) // 2
    return turned.crop((left, top, left + size[0], top + size[1]))
