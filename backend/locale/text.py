"""Text that people read, as data: a Chinese source sentence with named places, translated and filled in only at the edge.

Pure rooms (interview, catalogue rules) build `Text`; whoever sends it knows the reader's language and renders it. Dates and
numbers put into a place are formatted for that language by Babel. Sources live in the catalogue's data files or, for the
few that belong to code, in calls of `T(...)`; both are extracted into backend/locale/*/LC_MESSAGES/guitu.po.
"""

from __future__ import annotations

import gettext
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import lru_cache
from pathlib import Path
from typing import Any

from babel.dates import format_date, format_datetime

from backend.clock import SHANGHAI

SOURCE_LANGUAGE = "zh_Hans_CN"
LANGUAGES = (SOURCE_LANGUAGE, "en")
DOMAIN = "guitu"
_DIRECTORY = Path(__file__).parent


@dataclass(frozen=True)
class Text:
    """A source sentence with `{places}` and what goes into them: text, numbers, dates, or other Text.

    A plain `str` in `params` is put in as it is (what a person typed, a number); what must be translated is a Text.
    """

    source: str
    params: Mapping[str, Any] = field(default_factory=dict)
    #: By language: what stands in the place of the translations', for a source that an administrator wrote.
    others: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Named:
    """A name that has another form in other languages (a place): `others` by language; its own where there is none."""

    name: str
    others: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Joined:
    """Several values in a row with the language's own list comma (、 or ", ") or a given separator between them."""

    items: Sequence[Any]
    separator: str | None = None


@dataclass(frozen=True)
class Month:
    """A month without a day, given by its first day."""

    first: date


def T(source: str, /, **params: Any) -> Text:
    """A text whose Chinese source is `source`; Babel extracts the literal."""
    return Text(source, params)


#: The signs between values, as languages have them that leave a blank between words.
_NARROW = {"、": ", ", "，": ", ", "；": "; ", "": " "}


@lru_cache(maxsize=len(LANGUAGES))
def _translations(language: str) -> gettext.NullTranslations:
    return gettext.translation(DOMAIN, _DIRECTORY, languages=[language], fallback=language == SOURCE_LANGUAGE)


def source_in(text: Text, language: str) -> str:
    """The source of a text as translators and administrators wrote it, its places unfilled."""
    return text.others.get(language) or (_translations(language).gettext(text.source) if text.source else "")


def render(value: Any, language: str = SOURCE_LANGUAGE) -> str:
    """`value` as a person reads it in `language` (one of LANGUAGES).

    Instants are shown in Asia/Shanghai to the minute. A place that `params` does not fill raises KeyError, so that a
    mistake in a template is seen by its test and never by a veteran.
    """
    if isinstance(value, Text):
        source = source_in(value, language)
        filled = {name: render(item, language) for name, item in value.params.items()}
        return source.format_map(filled) if filled or "{" in source else source
    if isinstance(value, Joined):
        separator = value.separator if value.separator is not None else "、"
        if language != SOURCE_LANGUAGE:
            separator = _NARROW.get(separator, separator)
        return separator.join(render(item, language) for item in value.items)
    if isinstance(value, Named):
        return value.others.get(language) or value.name
    if isinstance(value, Month):
        return format_date(value.first, "y年M月" if language == SOURCE_LANGUAGE else "MMMM y", locale=language)
    if isinstance(value, datetime):
        pattern = "M月d日 HH:mm" if language == SOURCE_LANGUAGE else "d MMM, HH:mm"
        return format_datetime(value, pattern, tzinfo=SHANGHAI, locale=language)
    if isinstance(value, date):
        return format_date(value, "long", locale=language)
    return str(value)
