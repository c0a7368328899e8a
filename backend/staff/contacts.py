"""Where those who work here are reached besides the console: a mobile, an e-mail address, both or neither."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Self

from backend.errors import GuituError
from backend.interview.checks import check_mobile
from backend.locale.text import render
from backend.mail_address import read_mail_address


@dataclass(frozen=True)
class Contact:
    """A mobile of 11 digits and an ASCII address, each checked; None: not that way."""

    mobile: str | None
    mail: str | None

    @classmethod
    def read(cls, mobile: str | None, mail: str | None) -> Self:
        """From what was typed. Raises GuituError that says what is wrong with it."""
        checked = check_mobile(mobile) if mobile is not None else None
        if checked is not None and checked.problem is not None:
            raise GuituError(render(checked.problem), code="invalid_mobile")
        address = read_mail_address(mail) if mail is not None else None
        if mail is not None and address is None:
            raise GuituError(
                "邮箱地址要写成“名称@域名”，例如 office@example.org，只用英文字母、数字和点、横线这些符号。请核对后再填。",
                code="invalid_mail",
            )
        return cls(str(checked.value) if checked is not None else None, address)

    @property
    def ways(self) -> str:
        """`sms+mail`, `sms`, `mail` or `-`, without saying where to."""
        return "+".join(way for way, place in (("sms", self.mobile), ("mail", self.mail)) if place) or "-"

    def told(self, mail_is_on: bool) -> str:
        """Which ways were kept, for whoever set them at a terminal."""
        if self.mail is not None and not mail_is_on:
            return f"{self.ways} (mail is off until GUITU_MAIL_HOST is set)"
        return self.ways if self.mobile or self.mail else "no contact; alerts are in the list only"
