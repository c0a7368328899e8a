"""What may be sent: kinds of file by their content, sizes, numbers; and the words in which the rest is refused. Pure."""

from __future__ import annotations

import math
from typing import Literal

from backend.locale.text import T, Text

Kind = Literal["JPEG", "PNG", "WEBP", "GIF", "PDF"]

MEGABYTE = 1024 * 1024
MOST_BYTES = 10 * MEGABYTE
#: A form around the file: its fields and the lines between them.
MOST_AROUND = 64 * 1024
MOST_PAGES = 10
LONGEST_SIDE = 3000
#: A JPEG is read at a fraction of its size; the others, and what lies in a PDF, have to be unpacked as a whole.
MOST_PIXELS = {"JPEG": 110_000_000, "PNG": 40_000_000, "WEBP": 40_000_000, "GIF": 40_000_000, "PDF": 60_000_000}
#: Files for one paper: both sides of a card, a booklet's pages, and a few that came out badly.
MOST_FOR_MATERIAL = 8
#: How far into a file the mark of a PDF may begin. # ISO 32000-1, Annex H, implementation note 13
PDF_MARK_WITHIN = 1024
HEIC_BRANDS = (b"heic", b"heix", b"hevc", b"heim", b"heis", b"mif1", b"msf1", b"avif")


class Refused(Exception):
    """A file that is not taken: `code` for programs, `text` for the person who sent it, `status` as HTTP has it."""

    def __init__(self, code: str, text: Text, status: int = 400) -> None:
        super().__init__(code)
        self.code = code
        self.text = text
        self.status = status


def kind_of(content: bytes) -> Kind:
    """What the content itself says that it is; names and declared types say nothing. Raises Refused for all else."""
    if content.startswith(b"\xff\xd8\xff"):
        return "JPEG"
    if content.startswith(b"\x89PNG\r\n\x1a\n"):
        return "PNG"
    if content[:4] == b"RIFF" and content[8:12] == b"WEBP":
        return "WEBP"
    if content[:6] in (b"GIF87a", b"GIF89a"):
        return "GIF"
    if b"%PDF-" in content[:PDF_MARK_WITHIN]:
        return "PDF"
    if not content:
        raise Refused("empty", T("这个文件是空的，请重新选一张照片。"))
    if content[4:8] == b"ftyp" and content[8:12] in HEIC_BRANDS:
        raise Refused(
            "heic", T("这张照片是苹果的 HEIC 格式，这里打不开。请在相册里选“最兼容”再传，或者截个图传上来。"), status=415
        )
    raise Refused(
        "unknown_kind", T("这个文件不是照片也不是 PDF。请传照片（JPG、PNG、WebP）或者 PDF；不行就截个图再传。"), status=415
    )


def check_size(size: int) -> None:
    """Raises Refused for a file of more than 10 MB; `size` in bytes."""
    if size > MOST_BYTES:
        raise too_large(size)


def too_large(size: int) -> Refused:
    """The refusal of a file of `size` bytes: how large it is, and what to do."""
    return Refused(
        "too_large",
        T(
            "这个文件有 {size} MB，最多 {most} MB。请截个图再传，或者把照片改小一点。",
            size=f"{math.ceil(size / MEGABYTE * 10) / 10:.1f}",
            most="10",
        ),
        status=413,
    )


def check_pixels(kind: Kind, width: int, height: int) -> None:
    """Raises Refused for a picture (or one within a PDF) that would unpack to more than this service can hold."""
    if width * height > MOST_PIXELS[kind]:
        raise too_many_pixels()


def too_many_pixels() -> Refused:
    """The refusal of a picture that is small as a file and huge as a picture."""
    return Refused("too_many_pixels", T("这张照片的像素太多了，这里打不开。请截个图再传。"), status=413)


def broken() -> Refused:
    """The refusal of a picture that does not open."""
    return Refused("broken", T("这张照片打不开，可能没传完整。请重新拍一张，或者截个图再传。"))


def too_many_files() -> Refused:
    """The refusal of one more file for a paper that has enough."""
    text = T("这份材料已经有{most}个文件了，先删掉不要的再传。", most=MOST_FOR_MATERIAL)
    return Refused("too_many_files", text, status=409)


def broken_pdf() -> Refused:
    """The refusal of a PDF that does not open."""
    return Refused("broken_pdf", T("这个 PDF 打不开，可能坏了。请重新导出，或者拍照上传。"))


def locked_pdf() -> Refused:
    """The refusal of a PDF that asks for a password."""
    return Refused("locked_pdf", T("这个 PDF 有密码，打不开。请去掉密码再传，或者拍照上传。"))


def too_many_pages(pages: int) -> Refused:
    """The refusal of a PDF with too many pages."""
    return Refused(
        "too_many_pages", T("这个 PDF 有 {pages} 页，最多 {most} 页。请只传需要的那几页。", pages=pages, most=MOST_PAGES)
    )


def too_slow() -> Refused:
    """The refusal of a file that takes too long to open."""
    return Refused("too_slow", T("这个文件打开太慢，没有收下。请拍照或者截个图再传。"))
