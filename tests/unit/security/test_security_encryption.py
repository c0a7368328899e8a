"""Bytes under field encryption: as text is, and as strictly bound to their column and key."""

from __future__ import annotations

import secrets

import pytest

from backend.security.encryption import KeyRing, KeyRingError

PURPOSE = "voucher_pages.picture"


def ring(*names: str) -> KeyRing:
    keys = {name: name.encode().ljust(32, b"-") for name in names}
    return KeyRing(names[-1], keys, b"i" * 32)


@pytest.mark.parametrize("plain", [b"", b"\x00", b"k1.", b"\xff\xd8\xff" + secrets.token_bytes(5000)])
def test_bytes_come_back_as_they_were(plain: bytes) -> None:
    stored = ring("k1").encrypt_bytes(plain, PURPOSE)
    assert ring("k1").decrypt_bytes(stored, PURPOSE) == plain
    assert len(plain) < 10 or plain[:10] not in stored


def test_an_older_key_still_opens_and_the_newest_one_closes() -> None:
    old = ring("k1").encrypt_bytes(b"picture", PURPOSE)
    both = ring("k1", "k2")
    assert both.decrypt_bytes(old, PURPOSE) == b"picture"
    assert both.encrypt_bytes(b"picture", PURPOSE).startswith(b"k2.")
    with pytest.raises(KeyRingError, match="k1"):
        ring("k2").decrypt_bytes(old, PURPOSE)


def test_what_was_altered_cut_or_moved_does_not_open() -> None:
    stored = ring("k1").encrypt_bytes(b"picture", PURPOSE)
    for wrong in (stored[:-1] + bytes([stored[-1] ^ 1]), stored[:10], b"k1.", b"", b"\xff\xfe.x"):
        with pytest.raises(KeyRingError):
            ring("k1").decrypt_bytes(wrong, PURPOSE)
    with pytest.raises(KeyRingError):
        ring("k1").decrypt_bytes(stored, "vouchers.reason")
