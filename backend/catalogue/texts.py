"""Which strings of the data files people read, as data: what the extractor takes out for translation."""

from __future__ import annotations

from collections.abc import Mapping

INTERVIEW = frozenset({"ask", "ask_again", "explain", "example", "find", "label", "labels", "said", "say", "title", "detail"})

#: By file: the keys whose text, or list of texts, is translated.
KEYS: Mapping[str, frozenset[str]] = {
    "matters.yml": frozenset({"name", "short", "why", "closed_why", "what_it_is", "after", "holder", "waiting"}),
    "materials.yml": frozenset({"name", "short", "issuer", "why", "why_lacking", "exact_name"}),
    "departments.yml": frozenset({"name", "short"}),
    "banks.yml": frozenset({"name"}),
    "education.yml": frozenset({"name"}),
    "windows.yml": frozenset({"name", "address", "phone", "tax_office", "police_station"}),
    "notices.yml": frozenset({"chat", "sms"}),
    "faq.yml": frozenset({"answer", "at_window"}),
}
#: By file: the keys below which every text is translated, whatever its own key.
WHOLE: Mapping[str, frozenset[str]] = {
    "materials.yml": frozenset({"variants", "groups"}),
    "faq.yml": frozenset({"by_matter"}),
}
#: Words that stand for something else and are no text.
CODES = frozenset({"matters", "after"})


def keys_of(file: str) -> tuple[frozenset[str], frozenset[str]]:
    """(keys, whole) for a file's name; files that are not listed are scripts of the interview."""
    return KEYS.get(file, INTERVIEW), WHOLE.get(file, frozenset())
