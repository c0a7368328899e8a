"""Templates of the console: in the reader's language, everything that is put in escaped."""

from __future__ import annotations

import gettext
from collections.abc import Iterable, Mapping
from datetime import datetime
from functools import lru_cache
from itertools import groupby
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape

from backend.clock import local
from backend.console import words
from backend.errors import GuituError
from backend.locale.text import DOMAIN, LANGUAGES, SOURCE_LANGUAGE, Text, render
from backend.settings import ROOT

TEMPLATES = Path(__file__).resolve().parent / "templates"
LOCALE = ROOT / "backend" / "locale"


@lru_cache(maxsize=len(LANGUAGES))
def _environment(language: str) -> Environment:
    environment = Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=select_autoescape(),
        undefined=StrictUndefined,
        extensions=["jinja2.ext.i18n", "jinja2.ext.do"],
        trim_blocks=True,
        lstrip_blocks=True,
    )
    translations = gettext.translation(DOMAIN, LOCALE, languages=[language], fallback=language == SOURCE_LANGUAGE)
    environment.install_gettext_translations(translations, newstyle=True)  # type: ignore[attr-defined]
    environment.globals.update(
        language=language,
        languages=LANGUAGES,
        html_language="en" if language == "en" else "zh-CN",
        words=words,
    )
    environment.filters.update(
        say=lambda value: render(value, language),
        moment=lambda value: render(value, language) if value is not None else "—",
        machine_time=machine_time,
        clock=lambda value: f"{local(value):%H:%M}",
        instant=lambda value: datetime.fromisoformat(value) if value else None,
        known=known,
        refusal=lambda error: render(refusal(error), language),
        groupby_in_order=groupby_in_order,
    )
    return environment


def known(value: str) -> Text:
    """A source text that a room has handed out as plain Chinese, so that it can be said in the reader's language."""
    return Text(value) if "{" not in value else Text("{value}", {"value": value})


def refusal(error: GuituError) -> Text:
    """What a refusal says, so that it is said in the reader's language."""
    return error.text or known(str(error))


def groupby_in_order(items: Iterable[Any], name: str) -> list[tuple[Any, list[Any]]]:
    """Neighbours that have the same attribute `name`, in their order: Jinja's own groupby sorts."""
    return [(key, list(some)) for key, some in groupby(items, key=lambda item: getattr(item, name))]


def machine_time(value: datetime) -> str:
    """An instant for a program: ISO 8601 in Asia/Shanghai."""
    return local(value).isoformat(timespec="minutes")


def render_page(template: str, language: str, context: Mapping[str, Any]) -> str:
    """`template` in `language`."""
    return _environment(language).get_template(template).render(context)
