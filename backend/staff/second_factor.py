"""The second factor: one-time codes by an authenticator app (RFC 6238), and recovery codes for the day it is lost."""

from __future__ import annotations

import re
import secrets
from datetime import datetime, timedelta
from io import BytesIO
from typing import Any

import pyotp
import segno

from backend.clock import now
from backend.db.engine import Unit
from backend.errors import GuituError
from backend.house import House
from backend.locale.text import T
from backend.staff import repository
from backend.staff.model import RecoveryCode, Staff, StaffEvent

ISSUER = "归途 Guitu"
STEP = timedelta(seconds=30)
#: A telephone's clock may be one step off.
TOLERANCE = (0, -1, 1)
RECOVERY_CODES = 10
#: Without the letters and figures that are mistaken for one another.
_ALPHABET = "abcdefghjkmnpqrstuvwxyz23456789"


def required(house: House, staff: Staff) -> bool:
    """Whether an account needs one. Programs have a long password and nobody who could read a code."""
    return house.settings.second_factor and not staff.program


def new_secret() -> str:
    """A secret of 160 bits in base32."""
    return pyotp.random_base32()


def is_secret(text: str) -> bool:
    """Whether `text` may be a secret of ours, as the form brings it back."""
    return re.fullmatch(r"[A-Z2-7]{32}", text) is not None


def address_of(username: str, secret: str) -> str:
    """What the QR code says: `otpauth://totp/…`."""
    return pyotp.TOTP(secret).provisioning_uri(name=username, issuer_name=ISSUER)


def qr_png(text: str) -> bytes:
    """A QR code as PNG, black on white in either scheme: cameras need the contrast."""
    made = BytesIO()
    segno.make(text, error="m").save(made, kind="png", scale=6, border=4)
    return made.getvalue()


def step_of(secret: str, code: str, moment: datetime) -> int | None:
    """The time step that `code` belongs to; None when it is wrong or too old."""
    typed = "".join(code.split())
    if not (len(typed) == 6 and typed.isascii() and typed.isdigit()):
        return None
    totp = pyotp.TOTP(secret)
    for off in TOLERANCE:
        at = moment + off * STEP
        if secrets.compare_digest(totp.at(at), typed):
            return int(at.timestamp()) // int(STEP.total_seconds())
    return None


async def accept_code(unit: Unit, house: House, staff: Staff, code: str) -> bool:
    """Take a one-time or a recovery code, which is good only once. False: it is wrong, or was taken before."""
    if staff.second_factor is None:
        return False
    step = step_of(staff.second_factor, code, now())
    if step is not None:
        return await repository.use_step(unit.session, staff.id, step)
    used = await repository.use_recovery_code(unit.session, staff.id, _index(house, code), now())
    if used:
        note(unit, staff, f"staff:{staff.username}", "use_recovery_code")
    return used


async def set_up(unit: Unit, house: House, staff: Staff, secret: str, code: str) -> list[str]:
    """Bind an authenticator that has shown its first code. Returns the recovery codes, which are shown once.

    Raises GuituError `wrong_code`.
    """
    step = step_of(secret, code, now())
    if step is None:
        raise GuituError(T("验证码不对。请核对手机上的时间，再输入应用里现在显示的六位数字。"), code="wrong_code")
    staff.second_factor, staff.second_factor_at, staff.second_factor_step = secret, now(), step
    note(unit, staff, f"staff:{staff.username}", "set_up_second_factor")
    return await new_recovery_codes(unit, house, staff)


async def new_recovery_codes(unit: Unit, house: House, staff: Staff) -> list[str]:
    """Ten codes in place of those that there were."""
    codes = ["-".join("".join(secrets.choice(_ALPHABET) for _ in range(5)) for _ in range(2)) for _ in range(RECOVERY_CODES)]
    await repository.forget_recovery_codes(unit.session, staff.id)
    unit.session.add_all([RecoveryCode(staff_id=staff.id, code_index=_index(house, code)) for code in codes])
    return codes


async def take_off(unit: Unit, staff: Staff, by: str) -> None:
    """Forget the second factor; the next signing-in asks for a new one. Ends every session."""
    staff.second_factor = staff.second_factor_at = staff.second_factor_step = None
    await repository.forget_recovery_codes(unit.session, staff.id)
    await repository.end_sessions_of(unit.session, staff.id)
    note(unit, staff, by, "reset_second_factor")


def note(unit: Unit, staff: Staff, by: str, command: str, data: dict[str, Any] | None = None) -> None:
    """Write down what was done to an account, in the unit that does it."""
    unit.session.add(StaffEvent(staff_id=staff.id, at=now(), actor=by, command=command, data=data))


def _index(house: House, code: str) -> str:
    plain = "".join(code.lower().replace("-", "").split())
    return house.keys.blind_index(plain, "staff_recovery_codes.code")
