"""A mail server on a real port of the loopback address, that speaks SMTP and answers as it is told."""

from __future__ import annotations

import asyncio
import base64
import ipaddress
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from backend.clock import now
from backend.edge.serving import HOST
from backend.settings import MailSettings

SENDER = "guitu@example.org"
USER, PASSWORD = "guitu", "a-password-of-a-test"


@dataclass
class SmtpServer:
    """`says`: verb (CONNECT, EHLO, AUTH, MAIL, RCPT, DATA, BODY, QUIT) → what it answers instead; HANG_UP: it goes away."""

    tls: str = "none"
    context: ssl.SSLContext | None = None
    asks_who: bool = False
    port: int = 0
    says: dict[str, str] = field(default_factory=dict)
    messages: list[EmailMessage] = field(default_factory=list)
    raw: list[bytes] = field(default_factory=list)
    #: Every command, with what the connection was when it came: (True, "MAIL FROM:…") under TLS.
    heard: list[tuple[bool, str]] = field(default_factory=list)

    def settings(self, **changes: object) -> MailSettings:
        """Settings that reach it."""
        who = (USER, PASSWORD) if self.asks_who else (None, None)
        given: dict[str, object] = {"host": HOST, "port": self.port, "tls": self.tls, "user": who[0], "password": who[1]}
        return MailSettings(**{**given, "sender": SENDER, **changes})  # type: ignore[arg-type]

    async def talk(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """One connection."""
        try:
            await self._talk(reader, writer)
        except (ConnectionError, asyncio.IncompleteReadError, ssl.SSLError):
            pass  # the client went away, or did not trust us
        finally:
            writer.close()

    async def _talk(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        secret = self.tls == "tls"

        async def say(verb: str, usual: str) -> bool:
            """Answer; True when it was as usual."""
            answer = self.says.get(verb, usual)
            if answer == HANG_UP:
                raise ConnectionResetError
            writer.write(f"{answer}\r\n".encode())
            await writer.drain()
            return answer == usual

        await say("CONNECT", "220 mail.example.org ready")
        while line := (await reader.readline()).decode().rstrip("\r\n"):
            self.heard.append((secret, line))
            verb = line.partition(" ")[0].upper()
            if verb == "EHLO":
                offers = ["STARTTLS"] if self.tls == "starttls" and not secret else []
                offers += ["AUTH PLAIN"] if self.asks_who and (secret or self.tls == "none") else []
                words = ["mail.example.org", *offers]
                await say("EHLO", "\r\n".join(f"250{' ' if word is words[-1] else '-'}{word}" for word in words))
            elif verb == "STARTTLS" and self.context is not None:
                await say("STARTTLS", "220 go ahead")
                await writer.start_tls(self.context)
                secret = True
            elif verb == "AUTH":
                right = base64.b64encode(f"\0{USER}\0{PASSWORD}".encode()).decode()
                await say("AUTH", "235 welcome" if line == f"AUTH PLAIN {right}" else "535 5.7.8 who is that?")
            elif verb == "DATA":
                if await say("DATA", "354 go on"):
                    body = await reader.readuntil(b"\r\n.\r\n")
                    if await say("BODY", "250 2.0.0 queued"):
                        self.raw.append(body)
                        parsed = message_from_bytes(body.removesuffix(b"\r\n.\r\n"), policy=default)
                        assert isinstance(parsed, EmailMessage)
                        self.messages.append(parsed)
            elif verb == "QUIT":
                await say("QUIT", "221 bye")
                return
            else:
                await say(verb, "250 ok")


HANG_UP = "(hang up)"


def certificate(folder: Path) -> tuple[Path, Path]:
    """A certificate of 127.0.0.1 that signs itself, and its key."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "mail.example.org")])
    address = x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address(HOST))])
    made = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(now() - timedelta(days=1))
        .not_valid_after(now() + timedelta(days=1))
        .add_extension(address, critical=False)
        .sign(key, hashes.SHA256())
    )
    cert_file, key_file = folder / "mail.pem", folder / "mail-key.pem"
    cert_file.write_bytes(made.public_bytes(serialization.Encoding.PEM))
    key_file.write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    )
    return cert_file, key_file


@asynccontextmanager
async def smtp_server(
    tls: str = "none", certificate: tuple[Path, Path] | None = None, *, asks_who: bool = False
) -> AsyncIterator[SmtpServer]:
    """Serve while the context lasts. `certificate`: file and key, for starttls and tls."""
    context = None
    if certificate is not None:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(*certificate)
    peer = SmtpServer(tls, context, asks_who)
    listener = await asyncio.start_server(peer.talk, HOST, 0, ssl=context if tls == "tls" else None)
    peer.port = listener.sockets[0].getsockname()[1]
    async with listener:
        yield peer
