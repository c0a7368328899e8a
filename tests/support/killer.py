"""A decoder with faults that hostile files know: it dies of them in the ways in which a process can. Everything else it opens."""

from __future__ import annotations

import ctypes
import os
import time
from pathlib import Path

from backend.vouchers import decoder
from backend.vouchers.pictures import Picture, read_pictures
from backend.vouchers.workshop import Workshop

PROGRAM = "import sys; sys.path.insert(0, sys.argv[1]); from tests.support.killer import main; main(int(sys.argv[2]))"
#: Hostile files look like pictures.
JPEG = b"\xff\xd8\xff"
#: What a file says, and what happens.
SEGFAULT, ABORT, EXIT, LOOP, SLEEP, HOG, LIE = (
    JPEG + word for word in (b"segv", b"abrt", b"exit", b"loop", b"slp", b"hog", b"lie")
)
DEADLY = (SEGFAULT, ABORT, EXIT)
MEMORY = 600 * 1024 * 1024


def workshop(**changes: float) -> Workshop:
    """A workshop whose decoders have the faults."""
    given: dict[str, object] = {"program": PROGRAM, "memory": MEMORY, **changes}
    return Workshop(**given)  # type: ignore[arg-type]


def faulty(content: bytes, deadline: float) -> list[Picture]:
    """As read_pictures, until a file comes that knows better."""
    if content == SEGFAULT:
        ctypes.string_at(0)
    if content == ABORT:
        os.abort()
    if content == EXIT:
        os._exit(0)
    while content == LOOP:
        continue
    if content == SLEEP:
        time.sleep(600)
    if content == HOG:
        hoarded: list[bytearray] = []
        while True:
            hoarded.append(bytearray(16 * 1024 * 1024))
    if content == LIE:
        return [Picture(b"no picture", 99_999, 1)]
    if content.startswith(JPEG + b"write "):
        Path(content.decode("latin-1").partition("write ")[2]).write_bytes(b"written")
    return read_pictures(content, deadline)


def main(memory: int) -> None:
    """The decoder's own, with the faults."""
    decoder.read_pictures = faulty
    decoder.main(memory)
