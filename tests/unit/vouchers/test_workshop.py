"""Work on pictures is bounded and apart: so many at once, so long each, so many waiting; and a file that kills its decoder
ends nothing else."""

from __future__ import annotations

import asyncio
import io
import struct
import sys
import time
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from PIL import Image

from backend.errors import GuituError
from backend.locale.text import SOURCE_LANGUAGE, render
from backend.vouchers.decoder import Ended, receive, send
from backend.vouchers.pictures import Picture
from backend.vouchers.rules import MOST_PIXELS, Refused
from backend.vouchers.watermark import Mark
from backend.vouchers.workshop import Workshop
from tests.support import files, killer

MARK = Mark("TY-3501-26-000123", "示例·审核", "reviewer", "2026-11-25 10:00")


@pytest.fixture
async def workshop() -> AsyncIterator[Workshop]:
    """One decoder with faults, and little time."""
    made = killer.workshop(at_once=1, seconds=1.0)
    yield made
    made.close()


async def opens(workshop: Workshop) -> list[Picture]:
    return await workshop.read(files.photograph(), SOURCE_LANGUAGE)


async def refusal_of(workshop: Workshop, content: bytes) -> str:
    with pytest.raises(Refused) as refused:
        await workshop.read(content, SOURCE_LANGUAGE)
    assert render(refused.value.text, SOURCE_LANGUAGE)
    return refused.value.code


@pytest.mark.parametrize("deadly", killer.DEADLY)
async def test_a_file_that_kills_its_decoder_is_refused_as_broken_and_the_next_is_opened(
    workshop: Workshop, deadly: bytes
) -> None:
    assert await opens(workshop)
    assert await refusal_of(workshop, deadly) == "broken"
    assert len(await opens(workshop)) == 1


@pytest.mark.parametrize("endless", [killer.LOOP, killer.SLEEP])
async def test_what_takes_for_ever_is_ended_with_its_decoder(workshop: Workshop, endless: bytes) -> None:
    began = time.monotonic()
    assert await refusal_of(workshop, endless) == "too_slow"
    assert time.monotonic() - began < 10
    # Its place is free at once.
    assert await opens(workshop)


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux holds to a limit of address space")
async def test_what_eats_memory_gets_no_more_than_its_share(workshop: Workshop) -> None:
    assert await refusal_of(workshop, killer.HOG) == "broken"
    assert await opens(workshop)


async def test_a_decoder_writes_no_file(workshop: Workshop, tmp_path: Path) -> None:
    assert await refusal_of(workshop, killer.JPEG + f"write {tmp_path}/x".encode()) == "broken"
    assert not (tmp_path / "x").exists() or (tmp_path / "x").read_bytes() == b""


async def test_what_a_decoder_answers_is_not_believed(workshop: Workshop) -> None:
    assert await refusal_of(workshop, killer.LIE) == "broken"


@pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")
async def test_a_decoder_knows_no_secret_of_the_service(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GUITU_INTERNAL_TOKEN", "a-secret-of-a-test")
    workshop = Workshop(at_once=1)
    await opens(workshop)
    (decoder,) = workshop._idle
    assert b"GUITU" not in Path(f"/proc/{decoder.process.pid}/environ").read_bytes()
    workshop.close()
    assert not decoder.lives


async def test_a_decoder_sees_one_persons_file_and_no_other(workshop: Workshop) -> None:
    await opens(workshop)
    (first,) = workshop._idle
    await opens(workshop)
    (second,) = workshop._idle
    assert second.process.pid != first.process.pid
    assert second.lives and not first.lives


async def test_decoders_stand_ready_and_no_more_than_so_many_work_at_once() -> None:
    workshop = Workshop(at_once=2)
    for _ in range(2):
        assert all(await asyncio.gather(*(opens(workshop) for _ in range(6))))
    assert 1 <= len(workshop._idle) <= 2
    workshop.close()


async def test_refusals_come_back_as_they_were_said() -> None:
    workshop = Workshop(at_once=1)
    assert await refusal_of(workshop, files.bomb()) == "too_many_pixels"
    assert await refusal_of(workshop, files.locked_pdf()) == "locked_pdf"
    with pytest.raises(Refused) as pages:
        await workshop.read(files.pdf(pages=11), SOURCE_LANGUAGE)
    assert "11 页" in render(pages.value.text, SOURCE_LANGUAGE)
    assert len(workshop._idle) == 1
    workshop.close()


async def test_the_largest_pictures_that_are_taken_fit_into_a_decoder() -> None:
    workshop = Workshop(at_once=1)
    side = int(MOST_PIXELS["PNG"] ** 0.5)
    png = files.written(Image.new("RGBA", (side, side), (9, 9, 9, 100)), "PNG")
    assert len(await workshop.read(png, SOURCE_LANGUAGE)) == 1
    side = int(MOST_PIXELS["JPEG"] ** 0.5)
    assert len(await workshop.read(files.written(Image.new("RGB", (side, side), "red")), SOURCE_LANGUAGE)) == 1
    workshop.close()


async def test_a_mark_is_made_there_too_and_a_page_that_kills_ends_nothing(workshop: Workshop) -> None:
    (page,) = await opens(workshop)
    marked = await workshop.mark(page.jpeg, MARK, SOURCE_LANGUAGE)
    assert Image.open(io.BytesIO(marked)).size == (page.width, page.height) and marked != page.jpeg
    with pytest.raises(Refused, match="broken"):
        await workshop.mark(b"no picture", MARK, SOURCE_LANGUAGE)


async def test_when_too_many_wait_the_next_is_told_so_at_once() -> None:
    workshop = killer.workshop(at_once=1, seconds=2.0, most_waiting=1)
    first = asyncio.create_task(workshop.read(killer.SLEEP, SOURCE_LANGUAGE))
    await asyncio.sleep(0)
    second = asyncio.create_task(opens(workshop))
    await asyncio.sleep(0)
    with pytest.raises(GuituError) as busy:
        await opens(workshop)
    assert (busy.value.code, busy.value.status) == ("busy", 503)
    with pytest.raises(Refused, match="too_slow"):
        await first
    second.cancel()
    workshop.close()


@pytest.mark.parametrize(
    "frame",
    [
        b"",
        b"\x00",
        struct.pack(">I", 1 << 30),
        struct.pack(">I", 2) + b"[]",
        struct.pack(">I", 4) + b"nope",
        struct.pack(">I", 13) + b'{"sizes":[9]}' + b"short",
        struct.pack(">I", 14) + b'{"sizes":[-1]}',
        struct.pack(">I", 16) + b'{"sizes":[9999]}' + bytes(9999),
    ],
)
def test_what_is_no_frame_ends_the_talk(frame: bytes) -> None:
    with pytest.raises(Ended):
        receive(io.BytesIO(frame), 100, 1000)


def test_a_frame_comes_out_as_it_went_in() -> None:
    stream = io.BytesIO()
    send(stream, {"job": "read"}, [b"one", b"", b"two"])
    stream.seek(0)
    head, body = receive(stream, 100, 1000)
    assert head["job"] == "read" and body == [b"one", b"", b"two"]
