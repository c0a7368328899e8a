"""Loading and checking the catalogue, once at start. Every mistake is named with its file and line."""

from __future__ import annotations

import csv
import hashlib
import io
import re
from collections.abc import Collection, Mapping, Sequence
from pathlib import Path
from typing import Any

from backend.catalogue import build
from backend.catalogue.counties import County
from backend.catalogue.entries import (
    Bank,
    Catalogue,
    Department,
    EducationLevel,
    FaqEntry,
    Field,
    Material,
    Matter,
    Notice,
    Window,
)
from backend.catalogue.fields import check_asked, read_fields
from backend.catalogue.reading import CatalogueError, Entry, Mapped, read_entries, read_yaml
from backend.catalogue.windows import window
from backend.locale.text import Joined, Text

__all__ = [
    "DATA",
    "Bank",
    "Catalogue",
    "CatalogueError",
    "County",
    "Department",
    "EducationLevel",
    "FaqEntry",
    "Field",
    "Mapped",
    "Material",
    "Matter",
    "Notice",
    "Window",
    "load_catalogue",
]

DATA = Path(__file__).parent / "data"
DATA_FILES = ("*.yml", "*.csv")
#: What a case keeps as it was when it began: who does what within which limit, and which papers that takes.
RULE_FILES = ("departments.yml", "materials.yml", "matters.yml")
QUESTIONS = "interview.yml"
COUNTY_COLUMNS = ["code", "name", "city", "short", "settles", "aliases", "english"]
FUJIAN = "35"


def load_catalogue(directory: Path = DATA, rules: Path | None = None) -> Catalogue:
    """The catalogue of a directory; `rules`: the one that holds RULE_FILES of another edition.

    Raises CatalogueError `file:line: what is wrong and what is expected`.
    """
    rules = rules or directory
    departments = read_entries(rules / "departments.yml", "departments", build.department)
    matters = _matters(rules / "matters.yml", departments)
    counties = read_counties(directory / "counties.csv")
    banks = read_entries(directory / "banks.yml", "banks", build.bank)
    materials = _materials(rules / "materials.yml", tuple(matters))
    education = read_entries(directory / "education.yml", "education", build.education_level)
    lists: dict[str, Collection[Any]] = {
        "counties": counties,
        "matters": matters,
        "materials": materials,
        "banks": banks,
        "education": education,
    }
    questions = read_yaml(directory / QUESTIONS) if (directory / QUESTIONS).exists() else {}
    return Catalogue(
        version=version_of(directory, rules),
        edition=edition_of(rules),
        matters=matters,
        materials=materials,
        groups=_groups(rules / "materials.yml"),
        departments=departments,
        banks=banks,
        education=education,
        counties=counties,
        windows=_windows(directory / "windows.yml", counties),
        notices=read_entries(directory / "notices.yml", "notices", build.notice),
        faq=_faq(directory / "faq.yml", matters, banks),
        questions=questions,
        fields=_fields(rules / "matters.yml", questions, lists, matters),
    )


def _fields(
    path: Path, questions: Mapping[str, Any], lists: Mapping[str, Collection[Any]], matters: Mapping[str, Matter]
) -> dict[str, Field]:
    asked = questions.get("questions")
    if not isinstance(asked, Mapped):
        # Whether the interview can do without them is checked where it is loaded.
        return {}
    fields = read_fields(asked, lists)
    check_asked(asked, fields, matters, read_yaml(path)["matters"])
    return fields


def version_of(directory: Path, rules: Path | None = None) -> str:
    """12 hex digits of the content of the data files. The calendar is left out: it has versions of its own, the years."""
    files = {file.name: file for pattern in DATA_FILES for file in directory.glob(pattern)}
    return _digest([(rules or directory) / name if name in RULE_FILES else file for name, file in sorted(files.items())])


def edition_of(directory: Path) -> str:
    """12 hex digits of the content of the rule files."""
    return _digest([directory / name for name in RULE_FILES])


def data_files(directory: Path) -> dict[str, str]:
    """The texts of the data files, by name; the rule files are among them."""
    return {file.name: file.read_bytes().decode("utf-8") for pattern in DATA_FILES for file in directory.glob(pattern)}


def _digest(files: Sequence[Path]) -> str:
    digest = hashlib.sha256()
    for file in files:
        content = file.read_bytes()
        digest.update(f"{file.name}\0{len(content)}\0".encode() + content)
    return digest.hexdigest()[:12]


def _matters(path: Path, departments: Mapping[str, Department]) -> dict[str, Matter]:
    def one(code: str, entry: Entry) -> Matter:
        found = build.matter(code, entry)
        for department in (found.department, *(way.department for way in found.paths.values())):
            if department not in departments:
                raise entry.fail("department", f"department {department!r} is not in departments.yml.")
        return found

    matters = read_entries(path, "matters", one)
    missing = [code for code in build.MATTER_CODES if code not in matters]
    if missing:
        raise CatalogueError(f"{path}:1: {', '.join(missing)} missing; the notice has all of {', '.join(build.MATTER_CODES)}.")
    _no_doubles(path, matters)
    return dict(sorted(matters.items(), key=lambda item: item[1].number))


def _no_doubles(path: Path, matters: Mapping[str, Matter]) -> None:
    """Numbers, names of companions and products that only one matter can have, or that must be there."""
    body = read_yaml(path)["matters"]
    numbers: dict[int, str] = {}
    products: dict[str, str] = {}
    for code, matter in matters.items():
        at = body[code].at
        if matter.number in numbers:
            raise CatalogueError(f"{at('number')}: {code}: number {matter.number} is that of {numbers[matter.number]} already.")
        if matter.product and matter.product in products:
            raise CatalogueError(
                f"{at('product')}: {code}: product {matter.product} is delivered by {products[matter.product]} already."
            )
        if matter.with_matter and matter.with_matter not in matters:
            raise CatalogueError(f"{at('with')}: {code}: with is {matter.with_matter!r}, which is no matter.")
        numbers[matter.number] = code
        if matter.product:
            products[matter.product] = code


def _materials(path: Path, matters: tuple[str, ...]) -> dict[int, Material]:
    materials = read_entries(path, "materials", lambda code, entry: build.material(code, entry, matters))
    numbers = [str(number) for number in range(1, build.MATERIAL_COUNT + 1)]
    missing = [number for number in numbers if number not in materials]
    if missing:
        raise CatalogueError(f"{path}:1: material {', '.join(missing)} missing; the notice has 1 to {build.MATERIAL_COUNT}.")
    return {int(number): materials[number] for number in sorted(materials, key=int)}


def _groups(path: Path) -> dict[str, Text]:
    top = read_yaml(path)
    groups = top.get("groups")
    if not isinstance(groups, Mapped) or tuple(groups) != build.GROUPS:
        raise CatalogueError(f"{top.at('groups')}: groups: expected the headings of {', '.join(build.GROUPS)}.")
    return {code: Text(title) for code, title in groups.items()}


def _windows(path: Path, counties: Mapping[str, County]) -> dict[str, Window]:
    taken: dict[str, str] = {}

    def one(code: str, entry: Entry) -> Window:
        found = window(code, entry)
        if found.county not in counties:
            raise entry.fail("county", f"county {found.county!r} is not in counties.csv as a place of settlement.")
        if found.county in taken:
            raise entry.fail("county", f"county {found.county!r} has a window already: {taken[found.county]}.")
        taken[found.county] = code
        return found

    return read_entries(path, "windows", one)


def _faq(path: Path, matters: Mapping[str, Matter], banks: Mapping[str, Bank]) -> dict[str, FaqEntry]:
    known: dict[str, Any] = {
        **{f"limit_{code}": matter.limit_days for code, matter in matters.items() if matter.limit_days is not None},
        "matters": len(matters),
        "all_matters": Joined([matter.short for matter in matters.values()]),
        "banks": Joined([bank.name for bank in banks.values()]),
    }
    return read_entries(path, "faq", lambda code, entry: build.faq_entry(code, entry, known, matters))


def read_counties(path: Path) -> dict[str, County]:
    """The county-level units where a veteran can be settled, by code, in the file's order."""
    try:
        lines = path.read_text("utf-8-sig").splitlines()
    except FileNotFoundError:
        raise CatalogueError(f"{path}:1: the file is missing; restore it from the repository.") from None
    body = [(number, line) for number, line in enumerate(lines, 1) if line.strip() and not line.startswith("#")]
    if not body or body[0][1].split(",") != COUNTY_COLUMNS:
        raise CatalogueError(f"{path}:{body[0][0] if body else 1}: expected the columns {','.join(COUNTY_COLUMNS)}.")
    counties: dict[str, County] = {}
    seen: set[str] = set()
    for number, line in body[1:]:
        cells = next(csv.reader(io.StringIO(line)))
        if len(cells) != len(COUNTY_COLUMNS):
            raise CatalogueError(f"{path}:{number}: {len(cells)} columns; expected {len(COUNTY_COLUMNS)}.")
        code, name, city, short, settles, aliases, english = cells
        if len(code) != 6 or not code.isdigit() or not code.startswith(FUJIAN):
            raise CatalogueError(f"{path}:{number}: code {code!r}; expected six digits that begin with {FUJIAN}.")
        if code in seen:
            raise CatalogueError(f"{path}:{number}: code {code} stands twice; remove one.")
        if not (name.startswith(city) and city and short and short in name):
            raise CatalogueError(f"{path}:{number}: name must begin with the city and hold the short name.")
        if not re.fullmatch(r"[A-Za-z' ]+(?:, [A-Za-z']+)?", english):
            raise CatalogueError(f"{path}:{number}: english is {english!r}; expected a name like “Gulou District, Fuzhou”.")
        if settles not in ("yes", "no"):
            raise CatalogueError(f"{path}:{number}: settles is {settles!r}; expected yes or no.")
        seen.add(code)
        if settles == "yes":
            counties[code] = County(code, name, city, short, _county_aliases(name, city, short, aliases.split()), english)
    return counties


def _county_aliases(name: str, city: str, short: str, given: list[str]) -> tuple[str, ...]:
    """What people write for a county besides its full and its short name: 鼓楼区, 福州鼓楼, 福州市鼓楼, 福州鼓楼区."""
    own = name.removeprefix(city)
    made = [own, *(head + tail for head in (city, city.removesuffix("市")) for tail in (short, own))] if own else []
    return tuple(alias for alias in dict.fromkeys([*made, *given]) if alias and alias not in (name, short))
