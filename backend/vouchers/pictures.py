"""A file that was sent becomes clean pictures: decoded, turned upright, made smaller, written anew without any metadata.

Nothing of the file itself is kept, so what hides in it (where it was taken, scripts, what was appended) is gone. All of it
happens in memory, and in a process of its own (workshop.py, decoder.py): decoders have faults, and strangers look for them.
"""

from __future__ import annotations

import ctypes
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from io import BytesIO
from typing import Any

import pypdfium2 as pdfium
import pypdfium2.raw as pdfium_c
from PIL import Image, ImageOps

from backend.vouchers.rules import (
    LONGEST_SIDE,
    MOST_PAGES,
    Kind,
    Refused,
    broken,
    broken_pdf,
    check_pixels,
    check_size,
    kind_of,
    locked_pdf,
    too_many_pages,
    too_many_pixels,
    too_slow,
)

QUALITY = 85
#: A PDF's page in dots per inch, where that is not longer than LONGEST_SIDE; its own unit is 1/72 inch.
DOTS_PER_INCH, UNITS_PER_INCH = 200, 72
#: How deep drawings within drawings of a page are looked through for pictures.
DEEPEST = 15
#: PDFium is not made for several threads: one document at a time in a process.
_pdfium = threading.Lock()


@dataclass(frozen=True)
class Picture:
    """A JPEG without metadata; width and height in pixels, at most 3,000 each."""

    jpeg: bytes
    width: int
    height: int


def read_pictures(content: bytes, deadline: float) -> list[Picture]:
    """The pages of a file, a picture having one. Raises Refused with the reason; `deadline` is a time.monotonic()."""
    check_size(len(content))
    kind = kind_of(content)
    return _read_pdf(content, deadline) if kind == "PDF" else [_read_picture(content, kind)]


def write_jpeg(image: Image.Image) -> bytes:
    """A picture as JPEG, with nothing in it but its pixels."""
    written = BytesIO()
    image.save(written, "JPEG", quality=QUALITY, optimize=True)
    return written.getvalue()


def _read_picture(content: bytes, kind: Kind) -> Picture:
    try:
        # Only the decoder of this kind: Pillow knows many more, and not all of them are as well tried.
        with Image.open(BytesIO(content), formats=[kind]) as image:
            check_pixels(kind, *image.size)
            if kind == "JPEG":
                # Unpacked at the smallest fraction that is still large enough.
                image.draft("RGB", (LONGEST_SIDE, LONGEST_SIDE))
            image.load()
            return _clean(image)
    except Refused:
        raise
    except Image.DecompressionBombError:
        raise too_many_pixels() from None
    except Exception:
        # Whatever a decoder says of a file that somebody made up, it is the file's fault.
        raise broken() from None


def _clean(image: Image.Image) -> Picture:
    if image.mode.startswith("I;16"):
        # Scanners write 16 bits of grey, which converting alone would cut off at white.
        image = image.convert("I").point(lambda value: value / 256).convert("L")
    upright = _upright(image)
    upright.thumbnail((LONGEST_SIDE, LONGEST_SIDE))
    colours = upright.convert("RGBA") if upright.mode in ("P", "PA", "LA", "RGBA") else upright.convert("RGB")
    # A new picture takes over pixels and nothing else; what was see-through lies on white paper.
    clean = Image.new("RGB", colours.size, "white")
    clean.paste(colours, mask=colours if colours.mode == "RGBA" else None)
    return Picture(write_jpeg(clean), *clean.size)


def _upright(image: Image.Image) -> Image.Image:
    try:
        return ImageOps.exif_transpose(image)
    except Exception:
        # Notes about a picture that cannot be read are no reason to refuse the picture.
        return image.copy()


def _read_pdf(content: bytes, deadline: float) -> list[Picture]:
    with _pdfium, _opened(content) as document:
        # Without a form environment PDFium runs no script and sends nothing anywhere: it only draws.
        if len(document) > MOST_PAGES:
            raise too_many_pages(len(document))
        if len(document) == 0:
            raise broken_pdf()
        return [_draw(document, number, deadline) for number in range(len(document))]


@contextmanager
def _opened(content: bytes) -> Iterator[pdfium.PdfDocument]:
    try:
        document = pdfium.PdfDocument(content)
    except pdfium.PdfiumError as error:
        # The code may be left over from the document before: PDFium does not set one for every failure.
        locked = error.err_code == pdfium_c.FPDF_ERR_PASSWORD and b"/Encrypt" in content
        raise (locked_pdf() if locked else broken_pdf()) from None
    try:
        yield document
    except pdfium.PdfiumError:
        raise broken_pdf() from None
    finally:
        document.close()


def _draw(document: pdfium.PdfDocument, number: int, deadline: float) -> Picture:
    page = document[number]
    try:
        width, height = page.get_size()
        if not (width > 0 and height > 0):
            raise broken_pdf()
        for image in page.get_objects(filter=[pdfium_c.FPDF_PAGEOBJ_IMAGE], max_depth=DEEPEST):
            check_pixels("PDF", *image.get_px_size())
        scale = min(DOTS_PER_INCH / UNITS_PER_INCH, LONGEST_SIDE / max(width, height))
        size = max(1, round(width * scale)), max(1, round(height * scale))
        bitmap = pdfium.PdfBitmap.new_native(*size, pdfium_c.FPDFBitmap_BGR)
        try:
            bitmap.fill_rect((255, 255, 255, 255), 0, 0, *size)
            _draw_until(page, bitmap, size, deadline)
            return _clean(bitmap.to_pil())
        finally:
            bitmap.close()
    finally:
        page.close()


def _draw_until(page: Any, bitmap: Any, size: tuple[int, int], deadline: float) -> None:
    """Draw a page; a drawing that is made to take for ever is given up at the deadline."""

    def is_late(_pause: object) -> int:
        return time.monotonic() > deadline

    pause = pdfium_c.IFSDK_PAUSE(version=1)
    pause.NeedToPauseNow = type(pause.NeedToPauseNow)(is_late)
    status = pdfium_c.FPDF_RenderPageBitmap_Start(bitmap, page, 0, 0, *size, 0, pdfium_c.FPDF_ANNOT, ctypes.byref(pause))
    pdfium_c.FPDF_RenderPage_Close(page)
    if status == pdfium_c.FPDF_RENDER_TOBECONTINUED or is_late(None):
        raise too_slow()
    if status != pdfium_c.FPDF_RENDER_DONE:
        raise broken_pdf()
