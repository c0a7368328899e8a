"""From entries of windows.yml to the counties' windows, each checked where it stands."""

from __future__ import annotations

import re
from datetime import time
from itertools import pairwise

from backend.catalogue.entries import Appointments, Window
from backend.catalogue.reading import Entry, Mapped
from backend.locale.text import Text

SIGNATURE_LIMIT = 16
_SESSION = re.compile(r"([01]\d|2[0-3]):([0-5]\d)-([01]\d|2[0-3]):([0-5]\d)")


def appointments(entry: Entry) -> Appointments | None:
    """How a window takes appointments, None where it says nothing of them."""
    found = entry.raw("appointments")
    if found is None:
        return None
    if not isinstance(found, Mapped):
        raise entry.fail("appointments", "expected {minutes: 30, places: 2, days_ahead: 14}.")
    own = Entry("appointments", found, found, "")
    taken = Appointments(own.number("minutes") or 0, own.number("places") or 0, own.number("days_ahead") or 0)
    own.done()
    return taken


def window(code: str, entry: Entry) -> Window:
    """A county's window."""
    signature = entry.text("signature")
    if len(signature) > SIGNATURE_LIMIT:
        raise entry.fail("signature", f"signature has {len(signature)} characters; at most {SIGNATURE_LIMIT} fit an SMS.")
    sessions = entry.texts("sessions")
    spans = []
    for session in sessions:
        match = _SESSION.fullmatch(session)
        if match is None:
            raise entry.fail("sessions", f'{session!r} is no span of office hours; expected "08:00-12:00".')
        spans.append((time(int(match[1]), int(match[2])), time(int(match[3]), int(match[4]))))
    moments = [moment for span in spans for moment in span]
    if not moments or any(later <= earlier for earlier, later in pairwise(moments)):
        raise entry.fail("sessions", "expected at least one span, each later than the one before.")
    return Window(
        code=code,
        county=entry.text("county"),
        name=Text(entry.text("name")),
        signature=signature,
        address=Text(entry.text("address")),
        phone=Text(entry.text("phone")),
        hours="、".join(session.replace("-", "–") for session in sessions),
        sessions=tuple(spans),
        tax_office=Text(entry.text("tax_office")),
        police_station=Text(entry.text("police_station")),
        appointments=appointments(entry),
    )
