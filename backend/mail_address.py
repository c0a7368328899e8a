"""What an e-mail address looks like. Settings and contacts are checked by it before anything is kept."""

from __future__ import annotations

import re
import unicodedata

LONGEST, LONGEST_NAME = 254, 64
_LABEL = r"[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?"
#: As browsers check one (HTML, valid e-mail address), and stricter: no dot at an edge of the name, a dot in the domain.
_ADDRESS = re.compile(rf"([\w!#$%&'*+/=?^`{{|}}~-]+(?:\.[\w!#$%&'*+/=?^`{{|}}~-]+)*)@{_LABEL}(?:\.{_LABEL})+", re.ASCII)


def read_mail_address(text: str) -> str | None:
    """The address in `text` (office@example.org), typed in full-width signs or not; None when it is none.

    ASCII only: not every server takes another name, and a domain in Chinese has its ASCII form (xn--…).
    """
    address = unicodedata.normalize("NFKC", text).strip()
    match = _ADDRESS.fullmatch(address)
    return address if match and len(address) <= LONGEST and len(match[1]) <= LONGEST_NAME else None
