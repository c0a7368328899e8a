"""Settings of mail: none is off, a bad one stops the start and is named, and a password is never shown."""

from __future__ import annotations

import pytest

from backend.mail_address import read_mail_address
from backend.settings import MailSettings, Settings, SettingsError, load

NEEDED = {"GUITU_RASA_TOKEN": "a", "GUITU_INTERNAL_TOKEN": "b"}
GOOD = {"HOST": "mail.example.org", "USER": "guitu", "PASSWORD": "geheim", "FROM": "guitu@example.org"}


def loaded(**given: str) -> Settings:
    return load({**NEEDED, **{f"GUITU_MAIL_{name}": value for name, value in given.items()}})


def test_without_a_server_mail_is_off() -> None:
    assert loaded().mail is None


@pytest.mark.parametrize(("tls", "port"), [("starttls", 587), ("tls", 465)])
def test_the_port_follows_from_the_encryption_unless_it_is_set(tls: str, port: int) -> None:
    assert loaded(**GOOD).mail == MailSettings("mail.example.org", 587, "starttls", "guitu", "geheim", "guitu@example.org")
    assert loaded(**GOOD, TLS=tls).mail == MailSettings("mail.example.org", port, tls, "guitu", "geheim", "guitu@example.org")
    mail = loaded(**GOOD, TLS=tls, PORT="2525").mail
    assert mail is not None and mail.port == 2525


def test_a_server_that_asks_for_no_name_may_be_spoken_to_in_clear() -> None:
    mail = loaded(HOST="10.0.0.5", TLS="none", FROM="guitu@example.org").mail
    assert mail == MailSettings("10.0.0.5", 25, "none", None, None, "guitu@example.org")
    assert loaded(**{**GOOD, "HOST": "127.0.0.1"}, TLS="none").mail is not None


@pytest.mark.parametrize(
    ("change", "named"),
    [
        ({"HOST": ""}, "GUITU_MAIL_HOST"),
        ({"HOST": "smtp://mail.example.org"}, "GUITU_MAIL_HOST"),
        ({"HOST": "mail.example.org:587"}, "GUITU_MAIL_HOST"),
        ({"HOST": "mail example"}, "GUITU_MAIL_HOST"),
        ({"PORT": "0"}, "GUITU_MAIL_PORT"),
        ({"PORT": "65536"}, "GUITU_MAIL_PORT"),
        ({"PORT": "smtp"}, "GUITU_MAIL_PORT"),
        ({"TLS": "ssl"}, "GUITU_MAIL_TLS"),
        ({"TLS": "none"}, "GUITU_MAIL_TLS"),
        ({"USER": ""}, "GUITU_MAIL_USER"),
        ({"PASSWORD": ""}, "GUITU_MAIL_PASSWORD"),
        ({"PASSWORD": "密码"}, "GUITU_MAIL_PASSWORD"),
        ({"FROM": ""}, "GUITU_MAIL_FROM"),
        ({"FROM": "归途 <guitu@example.org>"}, "GUITU_MAIL_FROM"),
    ],
)
def test_a_bad_setting_stops_the_start_and_is_named(change: dict[str, str], named: str) -> None:
    with pytest.raises(SettingsError, match=named) as refusal:
        loaded(**{**GOOD, **change})
    assert "geheim" not in str(refusal.value) and "密码" not in str(refusal.value)


def test_the_password_is_not_in_what_a_trace_shows() -> None:
    assert "geheim" not in repr(loaded(**GOOD))


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        ("office@example.org", "office@example.org"),
        (" a.b+c@x-y.example.org ", "a.b+c@x-y.example.org"),
        ("ｏｆｆｉｃｅ＠example．org", "office@example.org"),
        ("office", None),
        ("office@", None),
        ("office@example", None),
        ("office@-x.org", None),
        ("office@example..org", None),
        (".office@example.org", None),
        ("of..fice@example.org", None),
        ("办公室@example.org", None),
        ("office@例子.org", None),
        ("a@example.org, b@example.org", None),
        ("a@example.org\nBcc: b@example.org", None),
        ("13800138000", None),
        (f"{'a' * 65}@example.org", None),
        (f"a@{'b' * 60}.{'c' * 60}.{'d' * 60}.{'e' * 60}.{'f' * 20}.org", None),
    ],
)
def test_an_address_is_read_or_refused(typed: str, read: str | None) -> None:
    assert read_mail_address(typed) == read
