"""The service's key ring, as Rasa's environment reads it: the same file, the same format of a stored value.

See backend/security/encryption.py, whose Python is another; a test holds both to the same file and the same bytes.
"""

from __future__ import annotations

import base64
import binascii
import json
import os
import secrets
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

ROOT = Path(__file__).resolve().parent.parent
KEYS = "GUITU_KEYS_FILE"
NONCE_BYTES = 12
KEY_BYTES = 32


class KeyRingError(Exception):
    """The key file is missing or malformed, or a value cannot be opened with any key of the ring."""


def key_file() -> Path:
    """Where the key ring is: GUITU_KEYS_FILE, or var/keys.json."""
    return Path(os.environ.get(KEYS) or ROOT / "var" / "keys.json")


class KeyRing:
    """AES-256-GCM keys by id; the current one encrypts, each of them decrypts."""

    def __init__(self, path: Path) -> None:
        try:
            raw = json.loads(path.read_text("utf-8"))
            self.current = str(raw["current"])
            self.keys = {key_id: base64.b64decode(key, validate=True) for key_id, key in raw["keys"].items()}
        except FileNotFoundError:
            raise KeyRingError(
                f"{path} is missing. `make run` makes one; restore the old one if data was encrypted with it."
            ) from None
        except (ValueError, KeyError, TypeError, AttributeError):
            raise KeyRingError(f"{path} is not a key ring: expected JSON with current, keys and index_key.") from None
        if self.current not in self.keys or any(len(key) != KEY_BYTES for key in self.keys.values()):
            raise KeyRingError(f"{path}: every key must be {KEY_BYTES} bytes in base64, and current must name one of them.")

    def encrypt(self, plain: str, purpose: str) -> str:
        """`plain` under the current key; `purpose` must be given again to open it."""
        nonce = secrets.token_bytes(NONCE_BYTES)
        sealed = AESGCM(self.keys[self.current]).encrypt(nonce, plain.encode(), purpose.encode())
        return f"{self.current}.{base64.urlsafe_b64encode(nonce + sealed).decode()}"

    def decrypt(self, stored: str, purpose: str) -> str:
        """The text encrypted for `purpose`. Raises KeyRingError when it was altered, moved, or its key is gone."""
        key_id, _, body = stored.partition(".")
        key = self.keys.get(key_id)
        if key is None:
            raise KeyRingError(f"no key {key_id!r} in the key ring: restore it to the key file.")
        try:
            raw = base64.urlsafe_b64decode(body)
            return AESGCM(key).decrypt(raw[:NONCE_BYTES], raw[NONCE_BYTES:], purpose.encode()).decode()
        except (InvalidTag, ValueError, binascii.Error):
            raise KeyRingError(f"a value of {purpose} does not open: it was altered or belongs elsewhere.") from None
