"""Settings of every process, read once at start from the environment.

`make run` and `make test` write `var/guitu.env` (mode 0600) with generated secrets; a real installation sets the same
names in its own environment. Anything missing or malformed stops the start with one line that names it.
"""

from __future__ import annotations

import hashlib
import hmac
import ipaddress
import os
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

from backend.aes_key import read_aes_key
from backend.mail_address import read_mail_address

ROOT = Path(__file__).resolve().parent.parent
SMS_PROVIDERS = ("console", "twilio")
#: Ways of encrypting mail, and the port that each usually has.
MAIL_TLS: Mapping[str, int] = {"starttls": 587, "tls": 465, "none": 25}
WECHAT_API = "https://api.weixin.qq.com"
WECHAT_PLAIN, WECHAT_MODES = "plain", ("aes", "compatible", "plain")
_HOST_NAME = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9.-]{0,251}[A-Za-z0-9])?")


class SettingsError(Exception):
    """A setting is missing or malformed; the message names it and says what to do."""


@dataclass(frozen=True, slots=True)
class TwilioSettings:
    """What Twilio gives an account: its SID, its secret, and the number or messaging service that sends."""

    account_sid: str
    auth_token: str
    sender: str


@dataclass(frozen=True, slots=True)
class MailSettings:
    """The server that takes mail to staff. Its certificate is checked; authorities of your own: SSL_CERT_FILE.

    host      GUITU_MAIL_HOST: a name or an address; not set: no mail is sent
    tls       GUITU_MAIL_TLS: starttls (default), tls (from the first byte) or none
    port      GUITU_MAIL_PORT: 587 with starttls, 465 with tls, 25 with none, unless set
    user, password   GUITU_MAIL_USER, GUITU_MAIL_PASSWORD: both, or neither where the server asks for none
    sender    GUITU_MAIL_FROM: the address that mail comes from
    """

    host: str
    port: int
    tls: str
    user: str | None
    password: str | None = field(repr=False)
    sender: str


@dataclass(frozen=True, slots=True)
class WeChatSettings:
    """An account of WeChat's (公众号, 服务号), as its platform page shows it.

    appid, secret   GUITU_WECHAT_APPID (not set: WeChat is off), GUITU_WECHAT_SECRET
    token, mode     GUITU_WECHAT_TOKEN; GUITU_WECHAT_MODE: aes (安全模式, default), compatible (兼容模式) or plain (明文模式)
    key             32 bytes of GUITU_WECHAT_AES_KEY (EncodingAESKey); None in plain
    api             GUITU_WECHAT_API: without a trailing slash · wait_seconds: for an answer, before the request is acknowledged
    demonstration   True: the other side is our own, at /demo/wechat
    """

    appid: str
    secret: str = field(repr=False)
    token: str = field(repr=False)
    mode: str
    key: bytes | None = field(repr=False)
    api: str = WECHAT_API
    wait_seconds: float = 3.0
    demonstration: bool = False


@dataclass(frozen=True, slots=True)
class Settings:
    """All settings. Ports are TCP ports on the loopback address; URLs carry no trailing slash."""

    database_url: str
    keys_file: Path
    catalogue_dir: Path
    public_url: str
    port: int
    rasa_url: str
    rasa_token: str
    internal_token: str
    demo: bool
    sms_provider: str
    twilio: TwilioSettings | None
    simulator_url: str
    simulator_port: int
    simulator_delay: float
    worker_port: int = 8011
    actions_port: int = 5055
    #: <county>/<name>.typ in it is printed instead of our own template of that name; None: only our own.
    templates_dir: Path | None = None
    #: So many days after it arrived, what was sent to an outside system ends (systems/retention.py).
    exchange_days: int = 180
    mail: MailSettings | None = None
    wechat: WeChatSettings | None = None
    #: Staff need a second factor. Only a demonstration may do without (GUITU_SECOND_FACTOR=on asks for it there too).
    second_factor: bool = True

    @property
    def is_sqlite(self) -> bool:
        """True when the embedded database is used."""
        return self.database_url.startswith("sqlite")


def read_env_file(path: Path) -> dict[str, str]:
    """Names and values of a NAME=value file; blank lines and lines that start with # are skipped."""
    values: dict[str, str] = {}
    for number, line in enumerate(path.read_text("utf-8").splitlines(), 1):
        line = line.strip()
        if not line or line.startswith("#"):
            continue
        name, equals, value = line.partition("=")
        if not equals:
            raise SettingsError(f"{path}:{number}: expected NAME=value. Correct the line, or delete the file to make it anew.")
        values[name.strip()] = value.strip()
    return values


def _mail(environ: Mapping[str, str]) -> MailSettings | None:
    """What is set of GUITU_MAIL_…; None when nothing is. Raises SettingsError; a password is never shown."""
    given = {name: environ.get(f"GUITU_MAIL_{name}", "") for name in ("HOST", "PORT", "TLS", "USER", "PASSWORD", "FROM")}
    host, tls, user, password = given["HOST"], given["TLS"] or "starttls", given["USER"], given["PASSWORD"]
    if not host:
        left = next((name for name, value in given.items() if value), None)
        if left is not None:
            raise SettingsError(f"GUITU_MAIL_{left} is set, but GUITU_MAIL_HOST is not. Name the mail server, or set neither.")
        return None
    if not _is_host(host):
        raise SettingsError(f"GUITU_MAIL_HOST must be a server's name alone, such as mail.example.org, not {host!r}.")
    if tls not in MAIL_TLS:
        raise SettingsError(f"GUITU_MAIL_TLS must be one of {', '.join(MAIL_TLS)}, not {tls!r}.")
    port = given["PORT"] or str(MAIL_TLS[tls])
    if not (port.isascii() and port.isdigit() and 0 < int(port) < 65536):
        raise SettingsError(f"GUITU_MAIL_PORT must be a port from 1 to 65535, not {port!r}.")
    sender = read_mail_address(given["FROM"])
    if sender is None:
        raise SettingsError(f"GUITU_MAIL_FROM must be an address such as guitu@example.org, not {given['FROM']!r}.")
    if bool(user) != bool(password):
        lacking = "GUITU_MAIL_PASSWORD" if user else "GUITU_MAIL_USER"
        raise SettingsError(f"{lacking} is not set. A mail server that asks who sends needs both name and password.")
    for name in ("USER", "PASSWORD"):
        if not (given[name].isascii() and given[name].isprintable()):
            raise SettingsError(
                f"GUITU_MAIL_{name} must be of printable ASCII characters: others cannot be sent to the server."
            )
    if password and tls == "none" and not _is_loopback(host):
        raise SettingsError("GUITU_MAIL_TLS=none would send GUITU_MAIL_PASSWORD in clear. Use starttls or tls.")
    return MailSettings(host, int(port), tls, user or None, password or None, sender)


def _is_host(text: str) -> bool:
    try:
        ipaddress.ip_address(text)
    except ValueError:
        return bool(_HOST_NAME.fullmatch(text))
    return True


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _wechat(environ: Mapping[str, str], port: int) -> WeChatSettings | None:
    """What is set of GUITU_WECHAT_…; the demonstration's own where nothing is. Raises SettingsError; secrets are never shown."""
    given = {name: environ.get(f"GUITU_WECHAT_{name}", "") for name in ("APPID", "SECRET", "TOKEN", "AES_KEY", "MODE", "API")}
    left = next((name for name, value in given.items() if value), None)
    if left is None:
        return _demonstrated(environ, port) if environ.get("GUITU_DEMO", "") == "1" else None
    mode, key, api = given["MODE"] or "aes", read_aes_key(given["AES_KEY"]), (given["API"] or WECHAT_API).rstrip("/")
    for name in ("APPID", "SECRET", "TOKEN"):
        if not given[name]:
            raise SettingsError(f"GUITU_WECHAT_{left} is set, but GUITU_WECHAT_{name} is not. Set it, or nothing of WeChat.")
    if mode not in WECHAT_MODES:
        raise SettingsError(f"GUITU_WECHAT_MODE must be one of {', '.join(WECHAT_MODES)}, not {mode!r}.")
    if key is None and (mode != WECHAT_PLAIN or given["AES_KEY"]):
        raise SettingsError("GUITU_WECHAT_AES_KEY must be the EncodingAESKey of 43 characters, or GUITU_WECHAT_MODE be plain.")
    host = urlsplit(api).hostname or ""
    if not api.startswith("https://") and not (api.startswith("http://") and _is_loopback(host)):
        raise SettingsError("GUITU_WECHAT_API must begin with https://, for secrets are sent there.")
    return WeChatSettings(given["APPID"], given["SECRET"], given["TOKEN"], mode, key, api)


def _demonstrated(environ: Mapping[str, str], port: int) -> WeChatSettings:
    """An account of nobody's, whose secrets every process of this installation makes in the same way."""

    def made(name: str) -> bytes:
        return hmac.new(environ.get("GUITU_INTERNAL_TOKEN", "").encode(), name.encode(), hashlib.sha256).digest()

    api = f"http://127.0.0.1:{port}/demo/wechat/api"
    secret, token = made("wechat secret").hex(), made("wechat token").hex()[:32]
    return WeChatSettings("wx-demo", secret, token, "aes", made("wechat key"), api, demonstration=True)


def load(environ: dict[str, str] | None = None) -> Settings:
    """Settings from `environ` (default: the process's environment over `var/guitu.env`).

    Raises SettingsError with the name of the first setting that is missing or malformed.
    """
    if environ is None:
        file = Path(os.environ.get("GUITU_ENV_FILE", ROOT / "var" / "guitu.env"))
        environ = {**(read_env_file(file) if file.exists() else {}), **os.environ}

    def need(name: str) -> str:
        value = environ.get(name, "")
        if not value:
            raise SettingsError(f"{name} is not set. Run `make run` once to generate var/guitu.env, or set {name}.")
        return value

    def number(name: str, default: str) -> float:
        try:
            return float(environ.get(name, default))
        except ValueError:
            raise SettingsError(f"{name} must be a number, not {environ[name]!r}.") from None

    provider = environ.get("GUITU_SMS_PROVIDER", "console")
    if provider not in SMS_PROVIDERS:
        raise SettingsError(f"GUITU_SMS_PROVIDER must be one of {', '.join(SMS_PROVIDERS)}, not {provider!r}.")
    twilio = None
    if provider == "twilio":
        twilio = TwilioSettings(need("TWILIO_ACCOUNT_SID"), need("TWILIO_AUTH_TOKEN"), need("TWILIO_SENDER"))
    port = int(number("GUITU_PORT", "8000"))
    templates = environ.get("GUITU_TEMPLATES", "")
    if templates and not Path(templates).is_dir():
        raise SettingsError(f"GUITU_TEMPLATES must be a folder with <county>/<name>.typ, and {templates!r} is none.")
    simulator_port = int(number("GUITU_SIMULATOR_PORT", "8010"))
    exchange_days = int(number("GUITU_EXCHANGE_DAYS", "180"))
    if not 1 <= exchange_days <= 3650:
        raise SettingsError(f"GUITU_EXCHANGE_DAYS must be 1 to 3650 days, not {exchange_days}.")
    demo = environ.get("GUITU_DEMO", "") == "1"
    factor = environ.get("GUITU_SECOND_FACTOR", "off" if demo else "on")
    if factor not in ("on", "off"):
        raise SettingsError(f"GUITU_SECOND_FACTOR must be on or off, not {factor!r}.")
    if factor == "off" and not demo:
        raise SettingsError("GUITU_SECOND_FACTOR=off is for the demonstration alone (GUITU_DEMO=1). Leave it out.")
    return Settings(
        database_url=environ.get("DATABASE_URL", f"sqlite+aiosqlite:///{ROOT / 'var' / 'guitu.db'}"),
        keys_file=Path(environ.get("GUITU_KEYS_FILE", ROOT / "var" / "keys.json")),
        catalogue_dir=Path(environ.get("GUITU_CATALOGUE", ROOT / "backend" / "catalogue" / "data")),
        public_url=environ.get("GUITU_PUBLIC_URL", f"http://localhost:{port}").rstrip("/"),
        port=port,
        rasa_url=environ.get("GUITU_RASA_URL", "http://127.0.0.1:5005").rstrip("/"),
        rasa_token=need("GUITU_RASA_TOKEN"),
        internal_token=need("GUITU_INTERNAL_TOKEN"),
        demo=demo,
        sms_provider=provider,
        twilio=twilio,
        simulator_url=environ.get("GUITU_SIMULATOR_URL", f"http://127.0.0.1:{simulator_port}").rstrip("/"),
        simulator_port=simulator_port,
        simulator_delay=number("GUITU_SIMULATOR_DELAY", "3"),
        worker_port=int(number("GUITU_WORKER_PORT", "8011")),
        actions_port=int(number("GUITU_ACTIONS_PORT", "5055")),
        templates_dir=Path(templates) if templates else None,
        exchange_days=exchange_days,
        mail=_mail(environ),
        wechat=_wechat(environ, port),
        second_factor=factor == "on",
    )
