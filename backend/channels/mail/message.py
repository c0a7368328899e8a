"""One mail, and the message that goes to the server: the same bytes at every attempt."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP


@dataclass(frozen=True)
class Mail:
    """A mail to one address.

    to, subject, text  an ASCII address, one line, and plain text
    name   who it is from, in a few words: what needs more than one encoded word is read back with a blank in it
    key    names the mail: a repeat has the same Message-ID, by which a mailbox can tell it
    at     when it was put into the outbox, aware
    """

    to: str
    subject: str
    text: str
    name: str
    key: str
    at: datetime


def compose(mail: Mail, sender: str) -> EmailMessage:
    """The message as it is sent from the address `sender`."""
    message = EmailMessage(policy=SMTP)
    message["From"] = Address(mail.name, addr_spec=sender)
    message["To"] = mail.to
    message["Subject"] = mail.subject
    message["Date"] = mail.at
    message["Message-ID"] = message_id(mail.key, sender)
    # So that no one's absence is announced to us (RFC 3834).
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(mail.text, cte="base64")
    return message


def message_id(key: str, sender: str) -> str:
    """The id of the mail under `key`; hashed, since a key may hold signs that an id must not."""
    return f"<{hashlib.sha256(key.encode()).hexdigest()[:32]}@{sender.rpartition('@')[2]}>"
