"""The catalogue's names as the readers need them: which word means which matter, paper, bank, county or level of education."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from backend.catalogue.entries import Catalogue
from backend.interview.reading.found import Found
from backend.interview.reading.normalise import normalise
from backend.interview.reading.tokens import Option
from backend.interview.reading.vocabulary import ENGLISH_BANKS, ENGLISH_EDUCATION, ENGLISH_MATTERS


@dataclass(frozen=True)
class Names:
    """Words of one kind and the codes that each may mean; the longest word wins."""

    codes: Mapping[str, tuple[str, ...]]
    pattern: re.Pattern[str]

    def find(self, plain: str) -> list[Found[tuple[str, ...]]]:
        """Every mention in a normalised text, in order."""
        return [Found(self.codes[match[0]], *match.span()) for match in self.pattern.finditer(plain)]


@dataclass(frozen=True)
class Lexicon:
    """All names of one catalogue. County codes by name, also of cities (福州 → every county of it).

    `bare_banks` has besides `banks` the words that name a bank only when one was asked for (邮政, 农业).
    """

    matters: tuple[Option, ...]
    materials: tuple[Option, ...]
    banks: Names
    bare_banks: Names
    education: Names
    counties: Names
    cities: Names


_made: dict[str, tuple[Catalogue, Lexicon]] = {}


def lexicon(catalogue: Catalogue) -> Lexicon:
    """The names of `catalogue`; made once for each version."""
    kept = _made.get(catalogue.version)
    if kept is None or kept[0] is not catalogue:
        kept = _made[catalogue.version] = (catalogue, _make(catalogue))
    return kept[1]


def matter_options(catalogue: Catalogue, codes: Iterable[str] | None = None) -> list[Option]:
    """The matters (of `codes`, else all) as options to select among, in the notice's order."""
    wanted = None if codes is None else set(codes)
    return [option for option in lexicon(catalogue).matters if wanted is None or option.code in wanted]


def material_options(catalogue: Catalogue, numbers: Iterable[int] | None = None) -> list[Option]:
    """The materials (of `numbers`, else all) as options; an option's code is the number in figures."""
    wanted = None if numbers is None else set(numbers)
    return [option for option in lexicon(catalogue).materials if wanted is None or option.number in wanted]


#: Written like cities elsewhere: these mean the county only with the word beside them.
FAMOUS = frozenset(["nanjing", "jinan"])


def _make(catalogue: Catalogue) -> Lexicon:
    matters = tuple(
        Option(m.number, m.code, _distinct(m.name.source, m.short.source, *m.aliases, *ENGLISH_MATTERS.get(m.code, ())))
        for m in catalogue.matters.values()
    )
    materials = tuple(
        Option(m.number, str(m.number), _distinct(m.name.source, m.short.source, *m.aliases))
        for m in catalogue.materials.values()
    )
    banks = names_of(
        (b.code, (b.short, b.name.source, *b.aliases, *ENGLISH_BANKS.get(b.code, ()))) for b in catalogue.partner_banks.values()
    )
    bare_banks = names_of(
        (b.code, (b.short, b.name.source, *b.aliases, *b.bare, *ENGLISH_BANKS.get(b.code, ())))
        for b in catalogue.partner_banks.values()
    )
    education = names_of(
        (level.code, (level.name.source, *level.aliases, *ENGLISH_EDUCATION.get(level.code, ())))
        for level in catalogue.education.values()
    )
    counties = names_of((c.code, _county_names(c.name, c.short, c.aliases, c.english)) for c in catalogue.counties.values())
    cities: dict[str, list[str]] = {}
    latin: dict[str, str] = {}
    for county in catalogue.counties.values():
        cities.setdefault(county.city, []).append(county.code)
        latin[county.city] = county.english.rpartition(", ")[2]
    by_city = names_of(
        (code, _distinct(name, name.removesuffix("市"), *_typed(latin[name])))
        for name, codes in cities.items()
        for code in codes
        if len(codes) > 1
    )
    return Lexicon(matters, materials, banks, bare_banks, education, counties, by_city)


def _county_names(name: str, short: str, aliases: Iterable[str], english: str) -> tuple[str, ...]:
    own = re.sub(r"^[^市]{2,3}市(?=.)", "", name)
    stem = english.partition(" ")[0]
    kinds = [f"{latin} {kind}" for latin in _typed(stem) for kind in ("district", "county", "city")]
    return _distinct(name, own, short, *aliases, *(each for each in _typed(stem) if each not in FAMOUS), *kinds)


def _typed(english: str) -> list[str]:
    """A name in Latin letters as people type it: with the apostrophe or without."""
    plain = english.lower()
    return [plain, plain.replace("'", ""), plain.replace("'", "’")] if plain else []


def _distinct(*names: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(name for name in names if name))


def names_of(entries: Iterable[tuple[str, Iterable[str]]]) -> Names:
    """Codes by the words that each has; a word may mean several."""
    codes: dict[str, dict[str, None]] = {}
    for code, names in entries:
        for name in names:
            codes.setdefault(normalise(name), {})[code] = None
    ordered = sorted(codes, key=len, reverse=True)
    parts = [rf"(?<![a-z]){re.escape(name)}(?![a-z])" if name.isascii() else re.escape(name) for name in ordered]
    return Names({name: tuple(of) for name, of in codes.items()}, re.compile("|".join(parts) or r"(?!)"))
