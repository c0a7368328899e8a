"""What stands on a PDF, as a reader finds it."""

from __future__ import annotations

import re

import pypdfium2


def pages(pdf: bytes) -> list[str]:
    """The text of each page, without blanks: a line's end may stand anywhere in it."""
    document = pypdfium2.PdfDocument(pdf)
    try:
        return [re.sub(r"\s+", "", page.get_textpage().get_text_range()) for page in document]
    finally:
        document.close()


def text(pdf: bytes) -> str:
    """The text of all pages, without blanks."""
    return "".join(pages(pdf))
