"""Signatures and encryption of messages between WeChat and us, as the public interface describes them. Pure.

Signature: the SHA-1 of the sorted parts, in hex. Encryption: AES-256-CBC under the EncodingAESKey (43 characters of base64),
whose first 16 bytes are the IV, over 16 random bytes, the length of the message (4 bytes, big-endian), the message and the
receiver's id (an AppID; a CorpID for 企业微信), padded as PKCS#7 to blocks of 32.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import secrets

from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

BLOCK = 32
RANDOM = 16
LENGTH = 4


class NotOpened(Exception):
    """An encrypted message that does not open: altered, under another key, or for another receiver."""


def signature(*parts: str) -> str:
    """The signature of a request: 40 hex digits."""
    # SHA-1 is what the interface prescribes.
    return hashlib.sha1("".join(sorted(parts)).encode("utf-8", "replace")).hexdigest()  # noqa: S324


def is_signed(given: str, *parts: str) -> bool:
    """True when `given` is the signature of `parts`; compared in constant time."""
    return hmac.compare_digest(signature(*parts).encode(), given.encode("utf-8", "replace"))


def seal(key: bytes, receiver: str, plain: bytes) -> str:
    """`plain` encrypted for `receiver`, in base64."""
    body = secrets.token_bytes(RANDOM) + len(plain).to_bytes(LENGTH, "big") + plain + receiver.encode()
    padding = BLOCK - len(body) % BLOCK
    encryptor = _cipher(key).encryptor()
    return base64.b64encode(encryptor.update(body + bytes([padding]) * padding) + encryptor.finalize()).decode()


def unseal(key: bytes, receiver: str, sealed: str) -> bytes:
    """The message that was encrypted for `receiver`. Raises NotOpened; check the signature first."""
    try:
        raw = base64.b64decode(sealed, validate=True)
    except (binascii.Error, ValueError):
        raise NotOpened("not base64") from None
    if not raw or len(raw) % 16:
        raise NotOpened("not whole blocks")
    decryptor = _cipher(key).decryptor()
    body = decryptor.update(raw) + decryptor.finalize()
    padding = body[-1]
    if not 1 <= padding <= BLOCK or body[-padding:] != bytes([padding]) * padding:
        raise NotOpened("wrong padding")
    content = body[RANDOM:-padding]
    length = int.from_bytes(content[:LENGTH], "big")
    message, given = content[LENGTH : LENGTH + length], content[LENGTH + length :]
    if len(content) < LENGTH or len(message) != length or not hmac.compare_digest(given, receiver.encode()):
        raise NotOpened("for another receiver")
    return message


def _cipher(key: bytes) -> Cipher[modes.CBC]:
    return Cipher(algorithms.AES(key), modes.CBC(key[:16]))
