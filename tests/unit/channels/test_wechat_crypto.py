"""WeChat's signature and encryption: ours and wechatpy's check each other, and nothing altered opens."""

from __future__ import annotations

import base64

import pytest
from hypothesis import given
from hypothesis import strategies as st
from wechatpy.crypto import PrpCrypto, WeChatCrypto, _get_signature
from wechatpy.exceptions import InvalidAppIdException

from backend.aes_key import read_aes_key
from backend.channels.wechat.crypto import NotOpened, is_signed, seal, signature, unseal

ENCODED = "abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG"
APPID, TOKEN = "wx5823bf96d3bd56c7", "示例token"
KEY = read_aes_key(ENCODED) or b""
TEXTS = st.text(st.characters(codec="utf-8"), max_size=300)


def test_the_key_of_43_characters_is_32_bytes_and_any_other_is_none() -> None:
    assert len(KEY) == 32
    for wrong in ("", ENCODED[:-1], f"{ENCODED}=", "é" * 43, "*" * 43):
        assert read_aes_key(wrong) is None


@given(TEXTS)
def test_what_we_seal_wechatpy_opens(text: str) -> None:
    assert PrpCrypto(KEY).decrypt(seal(KEY, APPID, text.encode()), APPID) == text


@given(TEXTS)
def test_what_wechatpy_seals_we_open(text: str) -> None:
    assert unseal(KEY, APPID, PrpCrypto(KEY).encrypt(text, APPID).decode()) == text.encode()


@given(st.lists(st.text(st.characters(codec="ascii"), max_size=20), min_size=1, max_size=4))
def test_both_sign_alike_whatever_the_order(parts: list[str]) -> None:
    given_there = signature(TOKEN, *parts)
    assert is_signed(given_there, *reversed(parts), TOKEN)
    if len(parts) == 3:
        assert given_there == _get_signature(TOKEN, *parts)


def test_a_signature_is_of_these_parts_alone() -> None:
    good = signature(TOKEN, "1", "2")
    assert is_signed(good, TOKEN, "1", "2")
    for wrong in ("", "签名", good[:-1], good.upper(), signature(TOKEN, "1", "3")):
        assert not is_signed(wrong, TOKEN, "1", "2")


def test_what_was_sealed_for_another_does_not_open() -> None:
    sealed = seal(KEY, "wx-another", b"<xml/>")
    with pytest.raises(NotOpened):
        unseal(KEY, APPID, sealed)
    with pytest.raises(InvalidAppIdException):
        PrpCrypto(KEY).decrypt(sealed, APPID)


@given(st.binary(max_size=200), st.booleans())
def test_nothing_made_up_opens_and_nothing_crashes(raw: bytes, encoded: bool) -> None:
    sealed = base64.b64encode(raw).decode() if encoded else raw.decode("latin-1")
    with pytest.raises(NotOpened):
        unseal(KEY, APPID, sealed)


@given(st.integers(0, 127), st.integers(1, 255))
def test_a_changed_byte_never_opens_as_what_was_sealed(place: int, change: int) -> None:
    """Much of it opens as something else: CBC has no MAC, which is what the signature, checked before, is for."""
    said = b"<xml>" + b"x" * 60 + b"</xml>"
    raw = bytearray(base64.b64decode(seal(KEY, APPID, said)))
    raw[place % len(raw)] ^= change
    altered = base64.b64encode(bytes(raw)).decode()
    try:
        opened = unseal(KEY, APPID, altered)
    except NotOpened:
        return
    assert opened != said


def test_an_envelope_of_wechatpy_carries_the_same_signature() -> None:
    other = WeChatCrypto("token", ENCODED, APPID)
    sealed = other.encrypt_message("<xml/>", "n", "1700000000")
    assert (
        other.decrypt_message(sealed, signature("token", "1700000000", "n", _encrypted(sealed)), "1700000000", "n") == "<xml/>"
    )


def _encrypted(envelope: str) -> str:
    return envelope.split("<Encrypt><![CDATA[")[1].split("]]>")[0]
