"""Babel's way into the data files: every text that people read, with its line.

[extractors]
catalogue = backend.catalogue.extract:extract_yaml
[catalogue: backend/catalogue/data/**.yml]
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from pathlib import PurePath
from typing import IO, Any

import yaml

from backend.catalogue.texts import CODES, keys_of

Extracted = tuple[int, str, str, list[str]]


def extract_yaml(
    fileobj: IO[bytes], keywords: Collection[str], comment_tags: Collection[str], options: Mapping[str, Any]
) -> Iterator[Extracted]:
    """(line, function, message, comments) of every translatable text.

    What is translatable is decided by the file's name, from `options["file"]` or the file object (see texts.py). The
    comment of a message is where it stands (`matters.report_in.short`), so that a translator sees what it is.
    """
    name = PurePath(str(options.get("file") or getattr(fileobj, "name", ""))).name
    keys, whole = keys_of(name)
    root = yaml.compose(fileobj.read().decode("utf-8"), Loader=yaml.SafeLoader)
    if root is not None:
        yield from _texts(root, keys, whole, ())


def _texts(node: yaml.Node, keys: frozenset[str], whole: frozenset[str], path: tuple[str, ...]) -> Iterator[Extracted]:
    if isinstance(node, yaml.SequenceNode):
        for item in node.value:
            yield from _texts(item, keys, whole, path)
    elif isinstance(node, yaml.MappingNode):
        for key_node, value in node.value:
            key = str(key_node.value)
            # A mapping under such a key is an entry that happens to have that name, and is looked into by its own keys.
            if key in whole or (key in keys and not isinstance(value, yaml.MappingNode)):
                yield from _all(value, (*path, key))
            else:
                yield from _texts(value, keys, whole, (*path, key))


def _all(node: yaml.Node, path: tuple[str, ...]) -> Iterator[Extracted]:
    """Every text below a node."""
    if isinstance(node, yaml.ScalarNode):
        if node.value.strip() and node.value not in CODES:
            yield node.start_mark.line + 1, "", node.value, [".".join(path)]
    elif isinstance(node, yaml.SequenceNode):
        for item in node.value:
            yield from _all(item, path)
    elif isinstance(node, yaml.MappingNode):
        for key_node, value in node.value:
            yield from _all(value, (*path, str(key_node.value)))
