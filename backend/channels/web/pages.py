"""Pages from templates, in the reader's language, and the browser files that come from npm packages."""

from __future__ import annotations

import gettext
from functools import lru_cache
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape
from sanic import Request, html
from sanic.compat import Header
from sanic.response import HTTPResponse, file

from backend.errors import NotFound
from backend.locale.text import DOMAIN, LANGUAGES, SOURCE_LANGUAGE
from backend.settings import ROOT

CHANNELS = Path(__file__).resolve().parent.parent
LOCALE = ROOT / "backend" / "locale"
NODE_MODULES = ROOT / "node_modules"
#: The packages whose files may be asked for under /vendor/, and the kinds of file.
VENDOR_PACKAGES = ("weui", "htmx.org", "htmx-ext-sse")
VENDOR_TYPES = {
    ".css": "text/css",
    ".js": "text/javascript",
    ".woff2": "font/woff2",
    ".svg": "image/svg+xml",
    ".png": "image/png",
}
VENDOR_CACHE_SECONDS = 86_400


@lru_cache(maxsize=len(LANGUAGES))
def _environment(language: str) -> Environment:
    environment = Environment(
        loader=FileSystemLoader([CHANNELS / "web" / "templates", CHANNELS / "demo" / "templates"]),
        autoescape=select_autoescape(),
        undefined=StrictUndefined,
        extensions=["jinja2.ext.i18n"],
        trim_blocks=True,
        lstrip_blocks=True,
    )
    translations = gettext.translation(DOMAIN, LOCALE, languages=[language], fallback=language == SOURCE_LANGUAGE)
    environment.install_gettext_translations(translations, newstyle=True)  # type: ignore[attr-defined]
    return environment


def page(template: str, language: str, **context: Any) -> HTTPResponse:
    """`template` as HTML in `language` (one of LANGUAGES). It also gets `language`, `languages` and `html_language`."""
    rendered = (
        _environment(language)
        .get_template(template)
        .render(language=language, languages=LANGUAGES, html_language="en" if language == "en" else "zh-CN", **context)
    )
    return html(rendered)


def wanted_language(request: Request, known: str | None = None) -> str:
    """The reader's language: asked for in the query, else `known` from the conversation, else what the browser prefers."""
    asked = request.args.get("language")
    if asked in LANGUAGES:
        return str(asked)
    if known:
        return known
    first = request.headers.get("accept-language", "").partition(",")[0].strip().lower()
    return "en" if first.startswith("en") else SOURCE_LANGUAGE


async def vendor_file(path: str, headers: Header) -> HTTPResponse:
    """A browser file of an npm package on the list, e.g. `weui/dist/style/weui.min.css`. Raises NotFound for all else."""
    wanted = (NODE_MODULES / path).resolve()
    package = next((name for name in VENDOR_PACKAGES if path.startswith(f"{name}/")), None)
    kind = VENDOR_TYPES.get(wanted.suffix)
    if package is None or kind is None or not wanted.is_relative_to((NODE_MODULES / package).resolve()) or not wanted.is_file():
        raise NotFound("没有这个文件。")
    return await file(wanted, request_headers=headers, mime_type=kind, max_age=VENDOR_CACHE_SECONDS)
