"""Column types: instants in UTC, and text, JSON or bytes that are encrypted before they reach the database."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import DateTime, Dialect, LargeBinary, Text
from sqlalchemy.types import TypeDecorator

from backend.security.encryption import KeyRing

_ring: KeyRing | None = None


def use_key_ring(ring: KeyRing) -> None:
    """Set the ring under which encrypted columns are written and read: once, at start."""
    global _ring
    _ring = ring


def key_ring() -> KeyRing:
    """The ring in use. Raises RuntimeError before `use_key_ring`."""
    if _ring is None:
        raise RuntimeError("encrypted columns need a key ring: call use_key_ring at start")
    return _ring


class Instant(TypeDecorator[datetime]):
    """An aware datetime. Kept as UTC; SQLite, which forgets the zone, gets it back on reading."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("an instant needs a time zone: use backend.clock.now()")
        return value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class EncryptedText(TypeDecorator[str]):
    """Text under field encryption; `purpose` is `table.column` and is bound into the ciphertext."""

    impl = Text
    cache_ok = True

    def __init__(self, purpose: str) -> None:
        super().__init__()
        self.purpose = purpose

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:
        return None if value is None else key_ring().encrypt(value, self.purpose)

    def process_result_value(self, value: str | None, dialect: Dialect) -> str | None:
        return None if value is None else key_ring().decrypt(value, self.purpose)


class EncryptedJSON(TypeDecorator[Any]):
    """A JSON value under field encryption. Assign a new object to change it: changes in place are not seen."""

    impl = Text
    cache_ok = True

    def __init__(self, purpose: str) -> None:
        super().__init__()
        self.purpose = purpose

    def process_bind_param(self, value: Any, dialect: Dialect) -> str | None:
        return None if value is None else key_ring().encrypt(json.dumps(value, ensure_ascii=False), self.purpose)

    def process_result_value(self, value: str | None, dialect: Dialect) -> Any:
        return None if value is None else json.loads(key_ring().decrypt(value, self.purpose))


class EncryptedBytes(TypeDecorator[bytes]):
    """Bytes under field encryption, a picture for instance."""

    impl = LargeBinary
    cache_ok = True

    def __init__(self, purpose: str) -> None:
        super().__init__()
        self.purpose = purpose

    def process_bind_param(self, value: bytes | None, dialect: Dialect) -> bytes | None:
        return None if value is None else key_ring().encrypt_bytes(value, self.purpose)

    def process_result_value(self, value: bytes | None, dialect: Dialect) -> bytes | None:
        return None if value is None else key_ring().decrypt_bytes(value, self.purpose)
