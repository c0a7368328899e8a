"""Keys by which something is done once, no longer than their column. Pure."""

from __future__ import annotations

import hashlib

#: The column of a key, in characters; a narrower one says so where it is declared.
LONGEST = 200
#: 128 bits: nobody finds two keys that are shortened to the same.
_DIGEST = 32


def fitted(key: str, longest: int = LONGEST) -> str:
    """`key` itself while it fits; else its beginning and, after a `~`, a digest of the whole, `longest` characters together.

    PostgreSQL refuses a text that is too long for its column, and SQLite keeps it; parts of a key come from outside (an
    event's id), so it is fitted wherever it is written or looked for. What was fitted before stays as it is.
    """
    if len(key) <= longest:
        return key
    digest = hashlib.sha256(key.encode()).hexdigest()[:_DIGEST]
    return f"{key[: longest - _DIGEST - 1]}~{digest}"
