"""Settings of every process, read once at start from the environment.

`make run` and `make test` write `var/guitu.env` (mode 0600) with generated secrets; a real installation sets the same
names in its own environment. Anything missing or malformed stops the start with one line that names it.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
SMS_PROVIDERS = ("console", "twilio")


class SettingsError(Exception):
    """A setting is missing or malformed; the message names it and says what to do."""


@dataclass(frozen=True, slots=True)
class TwilioSettings:
    """What Twilio gives an account: its SID, its secret, and the number or messaging service that sends."""

    account_sid: str
    auth_token: str
    sender: str


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
    #: <county>/<name>.typ in it is printed instead of our own template of that name; None: only our own.
    templates_dir: Path | None = None
    #: So many days after it arrived, what was sent to an outside system ends (systems/retention.py).
    exchange_days: int = 180

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
    return Settings(
        database_url=environ.get("DATABASE_URL", f"sqlite+aiosqlite:///{ROOT / 'var' / 'guitu.db'}"),
        keys_file=Path(environ.get("GUITU_KEYS_FILE", ROOT / "var" / "keys.json")),
        catalogue_dir=Path(environ.get("GUITU_CATALOGUE", ROOT / "backend" / "catalogue" / "data")),
        public_url=environ.get("GUITU_PUBLIC_URL", f"http://localhost:{port}").rstrip("/"),
        port=port,
        rasa_url=environ.get("GUITU_RASA_URL", "http://127.0.0.1:5005").rstrip("/"),
        rasa_token=need("GUITU_RASA_TOKEN"),
        internal_token=need("GUITU_INTERNAL_TOKEN"),
        demo=environ.get("GUITU_DEMO", "") == "1",
        sms_provider=provider,
        twilio=twilio,
        simulator_url=environ.get("GUITU_SIMULATOR_URL", f"http://127.0.0.1:{simulator_port}").rstrip("/"),
        simulator_port=simulator_port,
        simulator_delay=number("GUITU_SIMULATOR_DELAY", "3"),
        worker_port=int(number("GUITU_WORKER_PORT", "8011")),
        templates_dir=Path(templates) if templates else None,
        exchange_days=exchange_days,
    )
