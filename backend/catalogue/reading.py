"""Reading data files so that every mistake can be named with its file and line."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import yaml


class CatalogueError(Exception):
    """A data file is wrong; the message is `file:line: what is wrong and what is expected`."""


class Mapped(dict[str, Any]):
    """A YAML mapping that remembers its file, its line, and the line of each key."""

    file: Path
    line: int
    lines: dict[str, int]

    def at(self, key: str | None = None) -> str:
        """`file:line` of a key, or of the mapping itself."""
        return f"{self.file}:{self.lines.get(key, self.line) if key else self.line}"


class _Loader(yaml.SafeLoader):
    """Safe YAML; mappings become Mapped; a key that stands twice, or is no text, is refused.

    Only true and false are booleans, as in YAML 1.2: an administrator who writes `yes` or `no` means the word.
    """

    file: Path


_BOOL = "tag:yaml.org,2002:bool"
_Loader.yaml_implicit_resolvers = {
    first: [(tag, pattern) for tag, pattern in resolvers if tag != _BOOL]
    for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
}
_Loader.add_implicit_resolver(_BOOL, re.compile("true|false"), list("tf"))


def _mapping(loader: _Loader, node: yaml.MappingNode) -> Iterator[Mapped]:
    mapped = Mapped()
    mapped.file, mapped.line, mapped.lines = loader.file, node.start_mark.line + 1, {}
    yield mapped
    for key_node, value_node in node.value:
        line = key_node.start_mark.line + 1
        key = loader.construct_object(key_node, deep=True)
        if not isinstance(key, str):
            raise CatalogueError(f"{loader.file}:{line}: key {key!r} is not a text; put it in quotation marks.")
        if key in mapped:
            raise CatalogueError(f"{loader.file}:{line}: {key!r} stands twice in the same place; remove one.")
        mapped[key] = loader.construct_object(value_node, deep=True)
        mapped.lines[key] = line


_Loader.add_constructor("tag:yaml.org,2002:map", _mapping)


def read_yaml(path: Path) -> Mapped:
    """The file's mapping. Raises CatalogueError for a missing file, wrong YAML, or anything but a mapping at the top."""
    return parse_yaml(read_source(path), path)


def read_source(path: Path) -> str:
    """The file's text. Raises CatalogueError when it is missing or no UTF-8."""
    try:
        return path.read_text("utf-8")
    except FileNotFoundError:
        raise CatalogueError(f"{path}:1: the file is missing; restore it from the repository.") from None
    except UnicodeDecodeError as error:
        raise CatalogueError(f"{path}:1: not UTF-8 ({error.reason}); save the file as UTF-8.") from None


def parse_yaml(source: str, path: Path) -> Mapped:
    """The mapping of a text; mistakes are named with `path`. Raises CatalogueError."""
    try:
        loader = _Loader(source)
        loader.file = path
        data = loader.get_single_data()
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        raise CatalogueError(f"{path}:{line}: not valid YAML: {error.problem}.") from None
    except yaml.reader.ReaderError as error:
        raise CatalogueError(f"{path}:1: a character that YAML does not take: {error.reason}.") from None
    if not isinstance(data, Mapped):
        raise CatalogueError(f"{path}:1: expected `name: …` lines at the top.")
    return data


class Entry:
    """One mapping being read: each value asked for by name and kind; `done` refuses what nobody asked for."""

    def __init__(self, what: str, data: Any, parent: Mapped, key: str) -> None:
        if not isinstance(data, Mapped):
            raise CatalogueError(f"{parent.at(key)}: {what}: expected `name: …` lines.")
        self.what = what
        self.data = data
        self._asked: set[str] = set()

    def fail(self, key: str | None, message: str) -> CatalogueError:
        """The error for a value of this entry."""
        return CatalogueError(f"{self.data.at(key)}: {self.what}: {message}")

    def text(self, key: str, *, optional: bool = False) -> str:
        """A text; empty only when optional and absent."""
        value = self._take(key, optional)
        if value is None:
            return ""
        if not isinstance(value, str) or not value.strip():
            raise self.fail(key, f"{key} must be a text, not {value!r}.")
        return value

    def choice(self, key: str, allowed: tuple[str, ...] | frozenset[str]) -> str:
        """One of the allowed codes."""
        value = self.text(key)
        if value not in allowed:
            raise self.fail(key, f"{key} is {value!r}; expected one of {', '.join(sorted(allowed))}.")
        return value

    def number(self, key: str, *, optional: bool = False) -> int | None:
        """A whole number of at least 1."""
        value = self._take(key, optional)
        if value is None:
            return None
        if isinstance(value, int) and not isinstance(value, bool) and value >= 1:
            return value
        raise self.fail(key, f"{key} must be a whole number of at least 1, not {value!r}.")

    def flag(self, key: str, default: bool = False) -> bool:
        """true or false."""
        value = self._take(key, True)
        if value is None:
            return default
        if not isinstance(value, bool):
            raise self.fail(key, f"{key} must be true or false, not {value!r}.")
        return value

    def texts(self, key: str) -> tuple[str, ...]:
        """A list of texts; empty when absent."""
        value = self._take(key, True)
        if value is None:
            return ()
        if not isinstance(value, list) or not all(isinstance(item, str) and item for item in value):
            raise self.fail(key, f"{key} must be a list of texts, not {value!r}; put figures in quotation marks.")
        return tuple(value)

    def codes(self, key: str, allowed: frozenset[str] | tuple[str, ...]) -> tuple[str, ...]:
        """A list of allowed codes."""
        values = self.texts(key)
        for value in values:
            if value not in allowed:
                raise self.fail(key, f"{key}: {value!r} is unknown; expected {', '.join(allowed)}.")
        return values

    def mapping(self, key: str) -> Mapped | None:
        """A mapping; None when absent."""
        value = self._take(key, True)
        if value is None or isinstance(value, Mapped):
            return value
        raise self.fail(key, f"{key}: expected `name: …` lines.")

    def raw(self, key: str) -> Any:
        """Whatever stands there; the caller checks it. None when absent."""
        return self._take(key, True)

    def done(self) -> None:
        """Refuse keys that nobody asked for: they are most likely misspelt."""
        for key in self.data:
            if key not in self._asked:
                raise self.fail(key, f"{key!r} is not known here; expected {', '.join(sorted(self._asked))}.")

    def _take(self, key: str, optional: bool) -> Any:
        self._asked.add(key)
        value = self.data.get(key)
        if value is None and not optional:
            raise self.fail(None, f"{key} is missing.")
        return value


def read_entries[T](path: Path, section: str, build: Callable[[str, Entry], T]) -> dict[str, T]:
    """Every entry under the top key `section` of a file, in order, built and checked for left-over keys."""
    top = read_yaml(path)
    body = top.get(section)
    if not isinstance(body, Mapped):
        raise CatalogueError(f"{top.at(section)}: expected `{section}:` with an entry for each code.")
    entries = {}
    for code, data in body.items():
        entry = Entry(code, data, body, code)
        entries[code] = build(code, entry)
        entry.done()
    return entries
