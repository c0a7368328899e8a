"""Field encryption and blind indexes under a ring of keys, so that a key can be replaced without a gap.

AES-256-GCM (NIST SP 800-38D) with a random 96-bit nonce. A stored text reads `<key id>.<base64url(nonce + ciphertext)>`,
stored bytes `<key id>.` and nonce + ciphertext as they are: the current key encrypts, every key of the ring decrypts. The associated data names the column, so that a value moved to
another column does not open. A blind index is HMAC-SHA-256 under a key of its own: equal values can be found, not read.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import os
import secrets
from dataclasses import dataclass
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

NONCE_BYTES = 12
KEY_BYTES = 32


class KeyRingError(Exception):
    """The key file is missing or malformed, or a value cannot be opened with any key of the ring."""


@dataclass(frozen=True)
class KeyRing:
    """Encryption keys by id, the id of the current one, and the key of the blind indexes. Keys are 32 bytes."""

    current: str
    keys: dict[str, bytes]
    index_key: bytes

    def encrypt(self, plain: str, purpose: str) -> str:
        """`plain` under the current key; `purpose` (table.column) must be given again to open it."""
        return f"{self.current}.{base64.urlsafe_b64encode(self._seal(plain.encode(), purpose)).decode()}"

    def encrypt_bytes(self, plain: bytes, purpose: str) -> bytes:
        """As `encrypt`, for pictures and other bytes: they grow by the key's id and 29 bytes."""
        return self.current.encode() + b"." + self._seal(plain, purpose)

    def decrypt(self, stored: str, purpose: str) -> str:
        """The text that was encrypted for `purpose`. Raises KeyRingError when it was altered, moved, or its key is gone."""
        key_id, _, body = stored.partition(".")
        try:
            raw = base64.urlsafe_b64decode(body)
        except ValueError:
            raise _unopened(purpose) from None
        return self._open(key_id, raw, purpose).decode()

    def decrypt_bytes(self, stored: bytes, purpose: str) -> bytes:
        """The bytes that were encrypted for `purpose`. Raises KeyRingError as `decrypt` does."""
        key_id, _, raw = stored.partition(b".")
        return self._open(key_id.decode("ascii", "replace"), raw, purpose)

    def _seal(self, plain: bytes, purpose: str) -> bytes:
        nonce = secrets.token_bytes(NONCE_BYTES)
        return nonce + AESGCM(self.keys[self.current]).encrypt(nonce, plain, purpose.encode())

    def _open(self, key_id: str, raw: bytes, purpose: str) -> bytes:
        key = self.keys.get(key_id)
        if key is None:
            raise KeyRingError(f"no key {key_id!r} in the key ring: restore it to the key file.")
        try:
            return AESGCM(key).decrypt(raw[:NONCE_BYTES], raw[NONCE_BYTES:], purpose.encode())
        except (InvalidTag, ValueError):
            raise _unopened(purpose) from None

    def blind_index(self, value: str, purpose: str) -> str:
        """64 hex digits, equal for equal `value` and `purpose`; tells nothing else without the index key."""
        return hmac.new(self.index_key, f"{purpose}\0{value}".encode(), hashlib.sha256).hexdigest()


def _unopened(purpose: str) -> KeyRingError:
    return KeyRingError(f"a value of {purpose} does not open: it was altered or belongs to another column.")


def generate_key_file(path: Path) -> None:
    """Write a new key ring to `path`, readable by its owner only. An existing file is never overwritten."""
    path.parent.mkdir(parents=True, exist_ok=True)
    ring = {
        "current": "k1",
        "keys": {"k1": base64.b64encode(secrets.token_bytes(KEY_BYTES)).decode()},
        "index_key": base64.b64encode(secrets.token_bytes(KEY_BYTES)).decode(),
    }
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        json.dump(ring, file)


def load_key_file(path: Path) -> KeyRing:
    """The key ring in `path`. Raises KeyRingError that says what is wrong with the file."""
    try:
        raw = json.loads(path.read_text("utf-8"))
        keys = {key_id: base64.b64decode(key) for key_id, key in raw["keys"].items()}
        ring = KeyRing(raw["current"], keys, base64.b64decode(raw["index_key"]))
    except FileNotFoundError:
        raise KeyRingError(
            f"{path} is missing. `make run` makes one; restore the old one if data was encrypted with it."
        ) from None
    except (ValueError, KeyError, TypeError, AttributeError):
        raise KeyRingError(f"{path} is not a key ring: expected JSON with current, keys and index_key.") from None
    if ring.current not in keys or any(len(key) != KEY_BYTES for key in (*keys.values(), ring.index_key)):
        raise KeyRingError(f"{path}: every key must be {KEY_BYTES} bytes in base64, and current must name one of them.")
    return ring
