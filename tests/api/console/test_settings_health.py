"""How the parts do, and the working days as an administrator puts them in, over real HTTP and without a script. # notice 四(八)"""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import httpx
import pytest

from backend.clock import now
from backend.departments.seed import seed_examples
from backend.house import House
from backend.outbox.model import STUCK, OutboxRow
from tests.support.console import TOKEN, Seat, seat
from tests.support.people import in_progress

YEAR = """year: 2027
source: 示例通知
days_off:
  - {from: 2027-01-01, to: 2027-01-05, name: 元旦}
  - {from: 2027-05-01, to: 2027-05-02, name: 劳动节}
  - {from: 2027-10-01, to: 2027-10-03, name: 国庆节}
working_weekends: [2027-01-09]
"""


async def test_what_lies_and_what_is_stuck_is_seen_and_who_does_not_answer(house: House, administrator: Seat) -> None:
    await seed_examples(house)
    async with house.db.unit() as unit:
        long_ago = now() - timedelta(minutes=10)
        given = {"topic": "sms.send", "payload": {}, "available_at": long_ago, "created_at": long_ago}
        unit.session.add_all([OutboxRow(key="a", **given), OutboxRow(key="b", state=STUCK, **given)])
        await unit.commit()
    page = await administrator.get("/settings/health")
    assert page.status_code == 200
    assert "有积压" in page.text and "没有应答" in page.text and "只写日志" in page.text
    assert 'badge_bad">1</span>' in page.text


async def test_the_data_files_are_checked_as_a_start_would_and_a_mistake_is_named(
    house: House, administrator: Seat, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    page = await administrator.get("/settings/health", check="1")
    assert "检查通过，和正在用的一样" in page.text and str(house.settings.catalogue_dir) in page.text
    for file in house.settings.catalogue_dir.iterdir():
        if file.is_file():
            (tmp_path / file.name).write_bytes(file.read_bytes())
    notices = tmp_path / "notices.yml"
    notices.write_text(notices.read_text("utf-8").replace("kind: result", "kind: wish", 1), "utf-8")
    monkeypatch.setattr("backend.settings.Settings.catalogue_dir", tmp_path, raising=True)
    page = await administrator.get("/settings/health", check="1")
    assert "检查没有通过" in page.text and "notices.yml:" in page.text


async def upload(someone: Seat, content: bytes) -> httpx.Response:
    files = {"file": ("2027.yml", content, "application/yaml")}
    return await someone.http.post("/console/settings/calendar/preview", data={"form_token": someone.form_token}, files=files)


async def test_a_year_is_previewed_with_what_it_changes_and_then_put_in(house: House, administrator: Seat) -> None:
    await in_progress(house)
    page = await administrator.get("/settings/calendar")
    assert "2027-01-01 起还没有公布" in page.text
    shown = await upload(administrator, YEAR.encode())
    assert shown.status_code == 200 and "还没有公布过" in shown.text and "01-04、01-05" in shown.text and "01-09" in shown.text
    assert 2027 not in house.calendar.years
    (token,) = set(TOKEN.findall(shown.text))
    done = await administrator.http.post("/console/settings/calendar", data={"form_token": token, "source": YEAR})
    assert done.status_code == 303
    assert house.calendar.years[2027].source == "示例通知"
    assert "2028-01-01 起还没有公布" in (await administrator.get("/settings/calendar")).text


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b"", "请选一个文件"),
        (b"\xff\xfe", "UTF-8"),
        (b"hello", "年份"),
        (b"year: 2027\n", "2027.yml"),
        (YEAR.replace("2027-01-09", "2027-01-08").encode(), "is no weekend day"),
        (b"x" * 30_000, "太大"),
    ],
)
async def test_a_file_that_is_no_year_is_refused_and_changes_nothing(
    house: House, administrator: Seat, content: bytes, told: str
) -> None:
    await administrator.get("/settings/calendar")
    answer = await upload(administrator, content)
    assert answer.status_code == 400 and told in answer.text
    assert 2027 not in house.calendar.years


async def test_the_countrys_days_are_the_whole_provinces_to_set(house: House, address: str) -> None:
    async with seat(house, address, "administrator") as local:
        await local.get("/settings/calendar")
        assert (await upload(local, YEAR.encode())).status_code == 403
        answer = await local.http.post("/console/settings/calendar", data={"form_token": local.form_token, "source": YEAR})
        assert answer.status_code == 403 and 2027 not in house.calendar.years
