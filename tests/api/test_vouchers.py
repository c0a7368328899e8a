"""A veteran sends pictures of their papers over real HTTP (notice 三(二)): what is taken, what is not, and whose it is."""

from __future__ import annotations

import asyncio
import tempfile
from collections.abc import AsyncIterator
from io import BytesIO
from pathlib import Path

import httpx
import pytest
from PIL import Image

from backend.house import House
from backend.vouchers import endpoints
from backend.vouchers.rules import MOST_BYTES, MOST_FOR_MATERIAL
from tests.support import files, killer
from tests.support.hub_server import serve
from tests.support.pictures import PATH, Filer, code, open_draft, pages_left, send_file, visitor, vouchers_of


@pytest.fixture
async def base(house: House) -> AsyncIterator[str]:
    async with serve(house) as url:
        yield url


@pytest.fixture
async def veteran(house: House, base: str) -> AsyncIterator[Filer]:
    async with visitor(base) as (http, conversation):
        yield Filer(house, http, conversation, await open_draft(house, conversation))


async def test_a_picture_of_a_paper_is_kept_listed_and_shown(veteran: Filer) -> None:
    before = await veteran.list()
    assert before["vouchers"] == [] and set(before["wanted"]) == {1, 2, 3, 4, 6, 7, 8, 9, 10, 11, 12, 13}
    answer = await veteran.sends(1)
    assert answer.status_code == 201
    voucher = answer.json()["voucher"]
    assert (voucher["material"], voucher["state"], voucher["pages"], voucher["deletable"]) == (1, "uploaded", 1, True)
    assert (await veteran.list())["vouchers"] == [voucher]
    for none in (0, -1, 2, 10**10, 10**30):
        assert (await veteran.http.get(f"{PATH}/{voucher['id']}/pages/{none}")).status_code == 404
    shown = await veteran.http.get(f"{PATH}/{voucher['id']}/pages/1")
    assert shown.status_code == 200 and shown.headers["content-type"] == "image/jpeg"
    assert shown.headers["cache-control"] == "no-store" and shown.headers["x-content-type-options"] == "nosniff"
    assert "default-src 'none'" in shown.headers["content-security-policy"]
    assert Image.open(BytesIO(shown.content)).size == (600, 400)
    assert files.SECRET.encode() not in shown.content


async def test_every_page_of_a_pdf_is_shown_and_no_other(veteran: Filer) -> None:
    voucher = (await veteran.sends(2, files.pdf(pages=2))).json()["voucher"]
    assert voucher["pages"] == 2
    statuses = [(await veteran.http.get(f"{PATH}/{voucher['id']}/pages/{page}")).status_code for page in (1, 2, 3, 0)]
    assert statuses == [200, 200, 404, 404]


async def test_the_same_delivery_again_is_the_same_voucher(veteran: Filer) -> None:
    first = await veteran.sends(1, key="k1")
    again = await asyncio.gather(*(veteran.sends(1, key="k1") for _ in range(3)))
    assert first.status_code == 201 and {answer.status_code for answer in again} == {200}
    assert {answer.json()["voucher"]["id"] for answer in again} == {first.json()["voucher"]["id"]}
    assert len(await vouchers_of(veteran.house)) == 1


async def test_sent_several_times_at_once_it_is_kept_once(veteran: Filer) -> None:
    answers = await asyncio.gather(*(veteran.sends(1, key="k1") for _ in range(4)))
    assert sorted(answer.status_code for answer in answers) == [200, 200, 200, 201]
    assert await pages_left(veteran.house) == 1


BAD_FILES = [
    ("a picture that is none", b"\xff\xd8\xff" + bytes(500), 400, "broken"),
    ("a truncated picture", files.photograph()[:2000], 400, "broken"),
    ("a bomb", files.bomb(), 413, "too_many_pixels"),
    ("text", b"<script>alert(1)</script>", 415, "unknown_kind"),
    ("nothing", b"", 400, "empty"),
    ("an iPhone's own kind", files.heic(), 415, "heic"),
    ("a PDF with a password", files.locked_pdf(), 400, "locked_pdf"),
    ("a PDF of eleven pages", files.pdf(pages=11), 400, "too_many_pages"),
    ("a little too much", files.photograph() + bytes(MOST_BYTES), 413, "too_large"),
    ("far too much", bytes(30 * 1024 * 1024), 413, "too_large"),
]


async def test_a_bad_file_is_refused_with_the_reason_and_nothing_is_kept(
    veteran: Filer, monkeypatch: pytest.MonkeyPatch
) -> None:
    for what, content, status, error in BAD_FILES:
        answer = await veteran.sends(1, content)
        assert code(answer) == (status, error), what
        assert answer.json()["message"]
    assert not await vouchers_of(veteran.house)


async def test_a_file_that_is_too_large_is_told_how_large_it_was(veteran: Filer) -> None:
    answer = await veteran.sends(1, bytes(12 * 1024 * 1024 + 1000))
    assert "12.1 MB" in answer.json()["message"] and "最多 10 MB" in answer.json()["message"]
    assert "最兼容" in (await veteran.sends(1, files.heic())).json()["message"]


async def test_what_says_that_it_is_huge_is_refused_before_it_is_sent(veteran: Filer) -> None:
    head = [
        f"POST {PATH} HTTP/1.1",
        "Host: localhost",
        f"Cookie: guitu_chat={veteran.http.cookies['guitu_chat']}",
        "Content-Type: multipart/form-data; boundary=x",
        "Content-Length: 500000000",
    ]
    reader, writer = await asyncio.open_connection("127.0.0.1", veteran.http.base_url.port)
    writer.write("\r\n".join([*head, "", ""]).encode())
    answer = (await reader.readuntil(b"}")).decode()
    writer.close()
    assert answer.startswith("HTTP/1.1 413") and "476.9 MB" in answer


async def test_an_animation_and_a_pdf_with_a_script_are_only_drawn(veteran: Filer) -> None:
    for content in (files.animation("GIF"), files.scripted_pdf()):
        answer = await veteran.sends(1, content)
        assert answer.status_code == 201 and answer.json()["voucher"]["pages"] == 1


async def test_a_form_that_does_not_fit_is_refused(veteran: Filer) -> None:
    http, picture = veteran.http, files.photograph()
    assert code(await veteran.sends(99)) == (400, "unknown_material")
    assert code(await veteran.sends(5)) == (400, "not_on_list")
    for material in ("0", "-1", "1.5", "①", "eins", "", "100"):
        assert code(await veteran.sends(material)) == (400, "invalid"), material
    for key in ("", " ", "k" * 65, "钥匙"):
        refused = await http.post(PATH, data={"material": "1", "key": key}, files={"file": ("x", picture)})
        assert code(refused) == (400, "invalid"), key
    assert code(await http.post(PATH, json={"material": 1})) == (415, "content_type")
    assert code(await http.post(PATH, data={"material": "1", "key": "k"})) == (415, "content_type")
    fields = {"material": "1", "key": "k"}
    two = [("file", ("a", picture)), ("file", ("b", picture))]
    assert code(await http.post(PATH, data=fields, files=two)) == (400, "no_file")
    assert code(await http.post(PATH, data=fields, files={"photo": ("a", picture)})) == (400, "no_file")
    assert code(await http.post(PATH, data={**fields, "state": "accepted"}, files={"file": ("a", picture)})) == (400, "invalid")
    multipart = {"content-type": "multipart/form-data; boundary=x"}
    for raw in (b"", b"--x", b"--x\r\n\r\n--x--", b"--x\r\nno colon\r\n\r\n--x--", b"\xff" * 1000):
        assert (await http.post(PATH, content=raw, headers=multipart)).status_code == 400, raw[:40]
    assert (await http.post(PATH, content=b"x", headers={"content-type": "multipart/form-data"})).status_code == 400
    assert not await vouchers_of(veteran.house)


async def test_without_consent_to_sensitive_data_no_picture_is_taken(house: House, base: str) -> None:
    async with visitor(base) as (http, conversation):
        assert code(await send_file(http, 1)) == (403, "no_consent")
        await open_draft(house, conversation, consent_sensitive=False)
        answer = await send_file(http, 1)
        assert code(answer) == (403, "no_consent") and "同意" in answer.json()["message"]
        assert (await http.get(PATH)).json()["wanted"] == []
    assert not await vouchers_of(house)


async def test_another_veterans_picture_is_not_there(base: str, veteran: Filer) -> None:
    voucher = (await veteran.sends(1)).json()["voucher"]["id"]
    async with visitor(base) as (stranger, conversation):
        await open_draft(veteran.house, conversation)
        assert code(await stranger.get(f"{PATH}/{voucher}/pages/1")) == (404, "no_voucher")
        assert code(await stranger.delete(f"{PATH}/{voucher}")) == (404, "no_voucher")
        assert (await stranger.get(PATH)).json()["vouchers"] == []
    async with httpx.AsyncClient(base_url=base, trust_env=False, timeout=30) as nobody:
        for answer in (await nobody.get(PATH), await send_file(nobody, 1), await nobody.get(f"{PATH}/{voucher}/pages/1")):
            assert code(answer) == (401, "no_conversation")
    assert len(await vouchers_of(veteran.house)) == 1


async def test_another_sites_page_can_send_and_delete_nothing(veteran: Filer) -> None:
    voucher = (await veteran.sends(1)).json()["voucher"]["id"]
    foreign = {"sec-fetch-site": "cross-site"}
    sent = await veteran.http.post(
        PATH, data={"material": "1", "key": "k"}, files={"file": ("x", files.photograph())}, headers=foreign
    )
    assert code(sent) == (403, "wrong_origin")
    assert code(await veteran.http.delete(f"{PATH}/{voucher}", headers=foreign)) == (403, "wrong_origin")


async def test_a_picture_can_be_taken_back_with_its_pages(veteran: Filer) -> None:
    voucher = (await veteran.sends(1)).json()["voucher"]["id"]
    assert (await veteran.http.delete(f"{PATH}/{voucher}")).json() == {"deleted": True}
    assert await pages_left(veteran.house) == 0
    assert code(await veteran.http.delete(f"{PATH}/{voucher}")) == (404, "no_voucher")


async def test_so_many_files_for_one_paper_and_no_more(veteran: Filer) -> None:
    for _ in range(MOST_FOR_MATERIAL):
        assert (await veteran.sends(7)).status_code == 201
    assert code(await veteran.sends(7)) == (409, "too_many_files")
    assert (await veteran.sends(1)).status_code == 201


async def test_a_flood_of_pictures_is_slowed_down(veteran: Filer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(endpoints, "UPLOADING", endpoints.RateLimit(burst=2, per_second=0.001))
    assert [(await veteran.sends(1)).status_code for _ in range(3)] == [201, 201, 429]


async def test_no_readable_picture_lies_in_the_database_or_on_the_disk(
    veteran: Filer, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    folder = tmp_path / "temporary"
    folder.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(folder))
    await veteran.sends(1, files.written(files.card(2500, 2500), "PNG"))
    await veteran.sends(2, files.pdf())
    assert list(folder.iterdir()) == []
    async with veteran.house.db.reading() as session:
        rows = (await (await session.connection()).exec_driver_sql("SELECT picture FROM voucher_pages")).all()
    assert len(rows) == 2 and not any(b"JFIF" in bytes(row[0]) or b"\xff\xd8\xff" in bytes(row[0])[:40] for row in rows)


async def test_a_file_that_kills_its_decoder_ends_nothing_of_the_backend(house: House) -> None:
    async with serve(house, killer.workshop(seconds=2.0)) as base, visitor(base) as (http, conversation):
        veteran = Filer(house, http, conversation, await open_draft(house, conversation))
        for deadly in (*killer.DEADLY, killer.LIE):
            answer = await veteran.sends(1, deadly)
            assert code(answer) == (400, "broken") and "打不开" in answer.json()["message"]
        assert code(await veteran.sends(1, killer.LOOP)) == (400, "too_slow")
        assert await vouchers_of(house) == []
        together = await asyncio.gather(veteran.sends(1, killer.SEGFAULT), veteran.sends(2), veteran.sends(3))
        assert [answer.status_code for answer in together] == [400, 201, 201]
        voucher = together[1].json()["voucher"]["id"]
        assert (await http.get(f"{PATH}/{voucher}/pages/1")).status_code == 200
