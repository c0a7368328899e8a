"""The process that opens what strangers send: it may die of a file, and nothing of the service dies with it.

It is started by workshop.py with an empty environment, reads one job after the other from its standard input and answers on its
standard output. It holds no key, knows no database, and may neither write files, start processes nor take more memory or time
than a picture needs. Both directions speak in frames: a length of 4 bytes, that much JSON, and the bytes that it announces.
"""

from __future__ import annotations

import json
import math
import os
import struct
import time
from collections.abc import Sequence
from typing import IO, Any

from backend.vouchers.pictures import read_pictures
from backend.vouchers.rules import Refused, broken
from backend.vouchers.watermark import Mark, marked

try:
    import resource
except ImportError:  # Windows has no such limits; the pixels, pages and seconds of rules.py hold there too
    resource = None  # type: ignore[assignment]

LENGTH = struct.Struct(">I")
READ, MARK = "read", "mark"
#: Besides what its libraries take: the fonts, the pipes, and a few to spare.
MOST_FILES = 64
#: Of computing beyond the job's own seconds.
SPARE_SECONDS = 2


class Ended(Exception):
    """The other side is gone, or what it sends is no frame."""


def send(stream: IO[bytes], head: dict[str, Any], body: Sequence[bytes] = ()) -> None:
    """One frame. `sizes` in its head says how the bytes after it are cut."""
    written = json.dumps({**head, "sizes": [len(each) for each in body]}, ensure_ascii=False).encode()
    stream.write(LENGTH.pack(len(written)) + written)
    for each in body:
        stream.write(each)
    stream.flush()


def receive(stream: IO[bytes], most_head: int, most_body: int) -> tuple[dict[str, Any], list[bytes]]:
    """One frame. Raises Ended at the end of the stream, and for whatever is larger or otherwise made than a frame may be."""
    (length,) = LENGTH.unpack(_exactly(stream, LENGTH.size))
    if length > most_head:
        raise Ended("the head is too long")
    try:
        head = json.loads(_exactly(stream, length))
        sizes = head["sizes"]
        fits = all(type(size) is int and size >= 0 for size in sizes) and sum(sizes) <= most_body
    except (ValueError, KeyError, TypeError, RecursionError):
        fits = False
    if not fits:
        raise Ended("the head is none")
    return head, [_exactly(stream, size) for size in sizes]


def _exactly(stream: IO[bytes], count: int) -> bytes:
    found = stream.read(count)
    if len(found) < count:
        raise Ended("the stream has ended")
    return found


def limit(memory: int) -> None:
    """Give up what a decoder does not need. `memory` in bytes of address space."""
    if resource is None:
        return
    for what, most in (
        (resource.RLIMIT_AS, memory),
        (resource.RLIMIT_CORE, 0),
        (resource.RLIMIT_FSIZE, 0),
        (resource.RLIMIT_NOFILE, MOST_FILES),
        (resource.RLIMIT_NPROC, 0),
    ):
        try:
            resource.setrlimit(what, (most, most))
        except (ValueError, OSError):
            # A machine that knows no such limit, or has a lower one.
            continue


def _limit_computing(seconds: float) -> None:
    """The system ends this process when the job has computed for so long, whatever it is doing."""
    if resource is None:
        return
    used = resource.getrusage(resource.RUSAGE_SELF)
    until = math.ceil(used.ru_utime + used.ru_stime + seconds) + SPARE_SECONDS
    _, hard = resource.getrlimit(resource.RLIMIT_CPU)
    resource.setrlimit(resource.RLIMIT_CPU, (until, hard))


def work(head: dict[str, Any], content: bytes) -> tuple[dict[str, Any], list[bytes]]:
    """What a job comes to: pictures, or why not."""
    try:
        if head["job"] == MARK:
            return {}, [marked(content, Mark(**head["mark"]))]
        pictures = read_pictures(content, time.monotonic() + head["seconds"])
        return {"pictures": [[each.width, each.height] for each in pictures]}, [each.jpeg for each in pictures]
    except Refused as refused:
        return _refusal(refused), []
    except Exception:
        # Memory that ran out, for instance: the file's fault.
        return _refusal(broken()), []


def _refusal(refused: Refused) -> dict[str, Any]:
    text = refused.text
    return {"refused": {"code": refused.code, "text": text.source, "params": dict(text.params), "status": refused.status}}


def main(memory: int) -> None:
    """Work until the standard input ends."""
    jobs, answers = os.fdopen(os.dup(0), "rb"), os.fdopen(os.dup(1), "wb")
    # Whatever a library prints must not get between the answers.
    nowhere = os.open(os.devnull, os.O_RDWR)
    for stream in (0, 1, 2):
        os.dup2(nowhere, stream)
    limit(memory)
    while True:
        try:
            head, body = receive(jobs, 1 << 16, 1 << 28)
        except Ended:
            return
        _limit_computing(float(head["seconds"]))
        send(answers, *work(head, body[0]))
