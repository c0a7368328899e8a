"""Handing mail over to the server of the settings, by the standard library's smtplib in threads of its own."""

from __future__ import annotations

import asyncio
import contextlib
import re
import smtplib
import ssl
from concurrent.futures import ThreadPoolExecutor
from email.message import EmailMessage

from backend.channels.mail.message import Mail, compose
from backend.settings import MailSettings

#: For each answer of the server, and for reaching it.
SECONDS = 10.0
#: Threads of its own: a server that does not answer must not use up those in which names are resolved for everything else.
AT_ONCE = 4
PERMANENT = 500


class NotTaken(Exception):
    """The server was not reached, would not speak with us, or asks to come later: the same mail may be tried again."""


class Refused(Exception):
    """The server will never take this mail (an answer from 500 on, about it)."""


class MailServer:
    """Sends from one address through one server; a connection for each mail, of which there are few."""

    def __init__(self, settings: MailSettings) -> None:
        self.settings = settings
        self._threads = ThreadPoolExecutor(AT_ONCE, "mail")
        self._tls = ssl.create_default_context()

    async def send(self, mail: Mail) -> None:
        """Hand one mail over. Raises NotTaken or Refused, which say why without the address."""
        message = compose(mail, self.settings.sender)
        await asyncio.get_running_loop().run_in_executor(self._threads, self._hand_over, message, mail.to)

    def close(self) -> None:
        """Send no more."""
        self._threads.shutdown(wait=False, cancel_futures=True)

    def _hand_over(self, message: EmailMessage, to: str) -> None:
        try:
            server = self._connect()
        except (smtplib.SMTPException, OSError) as error:
            # Also a wrong password, or a certificate that is not trusted: whoever runs the service can put that right.
            raise NotTaken(f"{self._place} does not serve us: {_said(error, to)}") from error
        try:
            server.send_message(message, from_addr=self.settings.sender, to_addrs=[to])
        except (smtplib.SMTPException, OSError) as error:
            server.close()
            code = _code(error)
            if code is not None and code >= PERMANENT:
                raise Refused(f"{self._place} refused it: {_said(error, to)}") from error
            raise NotTaken(f"{self._place} did not take it: {_said(error, to)}") from error
        # It is the server's now, whatever becomes of the connection.
        with contextlib.suppress(smtplib.SMTPException, OSError):
            server.quit()

    def _connect(self) -> smtplib.SMTP:
        set_up = self.settings
        # Without a name of ours smtplib would ask the network for one, which can take longer than all else.
        ours = set_up.sender.rpartition("@")[2]
        server: smtplib.SMTP
        if set_up.tls == "tls":
            server = smtplib.SMTP_SSL(set_up.host, set_up.port, ours, timeout=SECONDS, context=self._tls)
        else:
            server = smtplib.SMTP(set_up.host, set_up.port, ours, timeout=SECONDS)
        try:
            if set_up.tls == "starttls":
                # Raises when the server does not offer it: nothing is sent in clear instead.
                server.starttls(context=self._tls)
            if set_up.user is not None and set_up.password is not None:
                server.login(set_up.user, set_up.password)
        except BaseException:
            server.close()
            raise
        return server

    @property
    def _place(self) -> str:
        return f"{self.settings.host}:{self.settings.port}"


def _answer(error: Exception) -> tuple[int, bytes | str] | None:
    """What the server answered; None when the connection failed."""
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        return next(iter(error.recipients.values()), None)
    if isinstance(error, smtplib.SMTPResponseException):
        return error.smtp_code, error.smtp_error
    return None


def _code(error: Exception) -> int | None:
    answer = _answer(error)
    return answer[0] if answer else None


def _said(error: Exception, to: str) -> str:
    """The server's own words or the error's, in one short line, without the address: they are kept and logged."""
    answer = _answer(error)
    if answer is None:
        words = f"{type(error).__name__}: {error}"
    else:
        text = answer[1].decode("utf-8", "replace") if isinstance(answer[1], bytes) else answer[1]
        words = f"{answer[0]} {text}"
    return re.sub(re.escape(to), "‹address›", " ".join(words.split()), flags=re.IGNORECASE)[:200]
