"""A paper's content and a template make a PDF. Typst compiles; it reads nothing but what it is given here."""

from __future__ import annotations

import asyncio
import io
import json
import re
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any

import segno
import structlog
import typst

from backend.clock import local
from backend.errors import GuituError
from backend.settings import Settings

log = structlog.get_logger()

TEMPLATES = Path(__file__).parent / "templates"
COMMON = "common.typ"
FONTS = ("Noto Serif CJK SC", "Noto Sans CJK SC")
#: A package would be fetched from outside: nothing leaves or enters by a template.
_PACKAGE = re.compile(r'"@')
_PLACE = re.compile(r"(main|common)\.typ:(\d+:\d+)")


class TemplateError(Exception):
    """A template that does not compile: `file:line:column: what is wrong`."""


class NoFonts(GuituError):
    """Without Chinese fonts a paper would be full of empty boxes."""

    status = 503
    code = "no_fonts"


@dataclass(frozen=True)
class Printed:
    """The PDF, which template made it (`house` or the county's code), and what was wrong with the county's, if anything was."""

    pdf: bytes
    template: str
    problem: str | None = None


@cache
def fonts() -> typst.Fonts:
    """The machine's fonts, read once. Raises NoFonts where the Chinese ones are missing."""
    found = typst.Fonts(include_embedded_fonts=False)
    if not set(FONTS) <= set(found.families()):
        raise NoFonts("这台机器缺中文字体，打不出表格。请管理员安装 fonts-noto-cjk，装好再打一次。")
    return found


async def print_paper(
    settings: Settings, name: str, county: str, number: str | None, content: dict[str, Any], moment: datetime
) -> Printed:
    """Fill the template `name`: the county's own if it has one that works, else ours.

    A county's broken template is logged with file and line, and the paper printed by ours says so at its foot: whoever
    waits at the window gets a paper, and nobody takes it for the county's own. Raises NoFonts.
    """
    # Typst lets other threads work while it compiles.
    return await asyncio.to_thread(_print, settings, name, county, number, content, moment)


def _print(
    settings: Settings, name: str, county: str, number: str | None, content: dict[str, Any], moment: datetime
) -> Printed:
    data = filled(settings, content, number, moment)
    house, own = TEMPLATES / f"{name}.typ", county_template(settings, county, name)
    if own is not None:
        try:
            return Printed(compile_template(own, data, moment), county)
        except TemplateError as error:
            log.error("a county's template does not compile; ours was printed", problem=str(error))
            return Printed(compile_template(house, {**data, "fallback": True}, moment), "house", str(error))
    return Printed(compile_template(house, data, moment), "house")


def filled(settings: Settings, content: dict[str, Any], number: str | None, moment: datetime) -> dict[str, Any]:
    """A paper's content with what every paper carries: its number, where the code at its head leads, when it was printed."""
    return {
        **content,
        "number": number,
        "address": f"{settings.public_url}/console/cases/{number}" if number else None,
        "printed": f"{local(moment):%Y年%m月%d日 %H:%M}",
        "fallback": False,
    }


def county_template(settings: Settings, county: str, name: str) -> Path | None:
    """The county's own template of that name, if it has one."""
    if settings.templates_dir is None:
        return None
    file = settings.templates_dir / county / f"{name}.typ"
    return file if file.is_file() else None


def compile_template(file: Path, data: dict[str, Any], moment: datetime) -> bytes:
    """The PDF of one template. The same data and moment give the same bytes. Raises TemplateError or NoFonts."""
    try:
        source = file.read_text("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise TemplateError(f"{file}:1:1: {error}") from None
    if (package := _PACKAGE.search(source)) is not None:
        line = source.count("\n", 0, package.start()) + 1
        raise TemplateError(f"{file}:{line}:1: packages (@…) are not fetched; write what is needed into the template.")
    files = {
        "main.typ": source.encode(),
        COMMON: (TEMPLATES / COMMON).read_bytes(),
        "data.json": json.dumps(data, ensure_ascii=False).encode(),
        "qr.svg": _qr(data["address"] or "-"),
    }
    # Its stubs do not know that files can be given by name.
    make: Any = typst.compile
    try:
        pdf: bytes = make(
            files,
            root=TEMPLATES,
            font_paths=fonts(),
            ignore_system_fonts=True,
            format="pdf",
            timestamp=moment.replace(microsecond=0),
        )
    except typst.TypstError as error:
        place = _PLACE.search(error.diagnostic)
        where = f"{file if place[1] == 'main' else TEMPLATES / COMMON}:{place[2]}" if place else f"{file}:1:1"
        raise TemplateError(f"{where}: {error.message}") from None
    return pdf


def _qr(address: str) -> bytes:
    drawn = io.BytesIO()
    segno.make(address, error="m", micro=False).save(drawn, kind="svg", border=1, xmldecl=False)
    return drawn.getvalue()
