"""How an answer is read that has no reader of its own: by its kind, with the choices and the check of its question. Pure."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from backend.catalogue.entries import Field
from backend.interview.checks import CHECKS
from backend.interview.reading.answer import NOTHING, Asked, Reading, of_check
from backend.interview.reading.answers_of_choice import one_named, plain_yes_or_no
from backend.interview.reading.lexicon import names_of
from backend.interview.reading.vocabulary import UNSURE


def yes_no(said: Asked, field: Field) -> Reading:
    """A choice in its own words (要办新的), or yes or no in anybody's."""
    named = one_named(said, names_of((value, field.words[value]) for value in ("yes", "no")))
    if named.value is not None:
        return Reading(named.value == "yes", span=named.span)
    return plain_yes_or_no(said)


def choice(said: Asked, field: Field) -> Reading:
    """The one choice that is named, by its label or by its other words."""
    return one_named(said, names_of(field.words.items()))


def text(said: Asked, field: Field) -> Reading:
    """All that was written, where it is neither a question nor a 不知道; checked where the question says how."""
    written = said.text.strip()
    if not written or UNSURE.search(said.plain) or written.endswith(("?", "？", "吗", "呢")):
        return NOTHING
    if field.check is None:
        return said.all(written)
    return of_check(CHECKS[field.check](written, said.answers, said.today), 0, len(said.text))


#: By kind. `several` is asked of the catalogue's lists only, which have readers.
READERS: Mapping[str, Callable[[Asked, Field], Reading]] = {"yes_no": yes_no, "choice": choice, "text": text, "number": text}
