"""Settings of WeChat: none is off, a bad one stops the start and is named, and a secret is never shown."""

from __future__ import annotations

import pytest

from backend.settings import Settings, SettingsError, load

NEEDED = {"GUITU_RASA_TOKEN": "a", "GUITU_INTERNAL_TOKEN": "b"}
KEY = "abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG"
GOOD = {"APPID": "wx1", "SECRET": "geheim", "TOKEN": "zeichen", "AES_KEY": KEY}


def loaded(**given: str) -> Settings:
    return load({**NEEDED, **{f"GUITU_WECHAT_{name}": value for name, value in given.items()}})


def test_without_an_account_wechat_is_off() -> None:
    assert loaded().wechat is None


def test_messages_are_encrypted_unless_set_otherwise_and_secrets_are_not_shown() -> None:
    wechat = loaded(**GOOD).wechat
    assert wechat is not None and not wechat.demonstration
    assert (wechat.mode, len(wechat.key or b""), wechat.api) == ("aes", 32, "https://api.weixin.qq.com")
    assert "geheim" not in repr(wechat) and "zeichen" not in repr(wechat)
    plain = loaded(**{**GOOD, "AES_KEY": ""}, MODE="plain").wechat
    assert plain is not None and plain.key is None


@pytest.mark.parametrize(
    ("change", "named"),
    [
        ({"APPID": ""}, "GUITU_WECHAT_APPID"),
        ({"SECRET": ""}, "GUITU_WECHAT_SECRET"),
        ({"TOKEN": ""}, "GUITU_WECHAT_TOKEN"),
        ({"AES_KEY": ""}, "GUITU_WECHAT_AES_KEY"),
        ({"AES_KEY": "short"}, "GUITU_WECHAT_AES_KEY"),
        ({"AES_KEY": "short", "MODE": "plain"}, "GUITU_WECHAT_AES_KEY"),
        ({"MODE": "safe"}, "GUITU_WECHAT_MODE"),
        ({"API": "http://api.example.org"}, "GUITU_WECHAT_API"),
        ({"API": "api.example.org"}, "GUITU_WECHAT_API"),
    ],
)
def test_a_bad_setting_stops_the_start_and_is_named(change: dict[str, str], named: str) -> None:
    with pytest.raises(SettingsError, match=named) as refusal:
        loaded(**{**GOOD, **change})
    assert "geheim" not in str(refusal.value)


def test_the_demonstration_has_an_account_of_its_own_the_same_in_every_process() -> None:
    first, second = (load({**NEEDED, "GUITU_DEMO": "1"}).wechat for _ in range(2))
    assert first == second and first is not None and first.demonstration
    assert first.api.startswith("http://127.0.0.1:8000/demo/wechat/")
    other = load({**NEEDED, "GUITU_INTERNAL_TOKEN": "c", "GUITU_DEMO": "1"}).wechat
    assert other is not None and other.token != first.token
