"""Pages from templates, in the reader's language, and the files that they load: our own and those of npm packages."""

from __future__ import annotations

import gettext
import gzip
import hashlib
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape
from sanic import Request, html, raw
from sanic.compat import Header
from sanic.response import HTTPResponse

from backend.errors import NotFound
from backend.locale.text import DOMAIN, LANGUAGES, SOURCE_LANGUAGE
from backend.settings import ROOT

CHANNELS = Path(__file__).resolve().parent.parent
LOCALE = ROOT / "backend" / "locale"
NODE_MODULES = ROOT / "node_modules"
#: Where /static/ looks, in order.
STATIC = (
    CHANNELS / "web" / "static",
    CHANNELS / "demo" / "static",
    CHANNELS.parent / "reference" / "static",
    CHANNELS.parent / "console" / "static",
)
#: The packages whose files may be asked for under /vendor/.
VENDOR_PACKAGES = ("weui", "htmx.org", "htmx-ext-sse")
#: The kinds of file that are served, and what does not get smaller by compressing it.
TYPES = {
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".svg": "image/svg+xml",
    ".woff2": "font/woff2",
    ".png": "image/png",
}
PACKED_ALREADY = {".woff2", ".png"}
VENDOR_CACHE = "public, max-age=86400"
#: Our own files change with an update, so the browser asks each time whether it still has the right one (304).
STATIC_CACHE = "no-cache"
MOST_FILES = 256


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


@dataclass(frozen=True)
class _File:
    body: bytes
    packed: bytes | None
    etag: str


@lru_cache(maxsize=MOST_FILES)
def _read(path: Path, changed: int, size: int) -> _File:
    """The file at `path`, read and compressed once; `changed` (ns) and `size` (bytes) only tell a newer one apart."""
    body = path.read_bytes()
    packed = None if path.suffix in PACKED_ALREADY else gzip.compress(body, 9, mtime=0)
    return _File(body, packed, f'W/"{hashlib.sha256(body).hexdigest()[:20]}"')


def _serve(folder: Path, path: str, headers: Header, cache: str) -> HTTPResponse | None:
    if "\0" in path:
        return None
    wanted = (folder / path).resolve()
    kind = TYPES.get(wanted.suffix)
    if kind is None or not wanted.is_relative_to(folder.resolve()) or not wanted.is_file():
        return None
    status = wanted.stat()
    found = _read(wanted, status.st_mtime_ns, status.st_size)
    answer = {"ETag": found.etag, "Cache-Control": cache, "Vary": "Accept-Encoding"}
    if found.etag in headers.get("if-none-match", ""):
        return raw(b"", status=304, headers=answer)
    if found.packed is not None and "gzip" in headers.get("accept-encoding", ""):
        return raw(found.packed, content_type=kind, headers={**answer, "Content-Encoding": "gzip"})
    return raw(found.body, content_type=kind, headers=answer)


async def static_file(path: str, headers: Header) -> HTTPResponse:
    """A file of our own pages, e.g. `chat/main.js`, compressed where the browser takes it. Raises NotFound for all else."""
    for folder in STATIC:
        if found := _serve(folder, path, headers, STATIC_CACHE):
            return found
    raise NotFound("没有这个文件。")


async def vendor_file(path: str, headers: Header) -> HTTPResponse:
    """A browser file of an npm package on the list, e.g. `weui/dist/style/weui.min.css`. Raises NotFound for all else."""
    package = next((name for name in VENDOR_PACKAGES if path.startswith(f"{name}/")), None)
    found = package and _serve(NODE_MODULES / package, path.removeprefix(f"{package}/"), headers, VENDOR_CACHE)
    if not found:
        raise NotFound("没有这个文件。")
    return found
