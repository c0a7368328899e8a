"""`guitu systems` and `guitu redirect`, as they are typed."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from backend.cli import main
from backend.house import House
from backend.systems.links import set_link
from backend.systems.registry import SYSTEMS
from tests.support.people import COUNTY, in_progress, send, tasks_of


@dataclass
class Done:
    """How a command ended, and what it printed."""

    returncode: int
    stdout: str
    stderr: str


type Guitu = Callable[..., Awaitable[Done]]


@pytest.fixture
def guitu(house: House, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Guitu:
    """Run the command on the test's database, in a thread of its own, for it has a loop of its own."""
    settings = house.settings
    monkeypatch.setenv("DATABASE_URL", settings.database_url)
    monkeypatch.setenv("GUITU_KEYS_FILE", str(settings.keys_file))
    monkeypatch.setenv("GUITU_RASA_TOKEN", "x")
    monkeypatch.setenv("GUITU_INTERNAL_TOKEN", "x")

    async def run(*words: str) -> Done:
        capsys.readouterr()
        status = await asyncio.to_thread(main, words)
        printed = capsys.readouterr()
        return Done(status, printed.out, printed.err)

    return run


async def test_a_link_is_set_rotated_and_listed(guitu: Guitu) -> None:
    done = await guitu("systems", "set", "post", COUNTY, "http", "--endpoint", "http://127.0.0.1:9/示例")
    assert (done.returncode, done.stdout[:17]) == (0, "post 350102: http"), done.stderr
    rotated = await guitu("systems", "rotate", "post", COUNTY)
    assert rotated.stdout.startswith("whsec_")
    listed = await guitu("systems", "list")
    lines = {line.split("\t")[0]: line.split("\t") for line in listed.stdout.splitlines()}
    assert set(lines) == set(SYSTEMS)
    assert lines["post"][2:4] == [COUNTY, "http"] and lines["hall"][2:4] == ["-", "off"]
    assert "whsec_" not in listed.stdout


@pytest.mark.parametrize(
    "words",
    [
        ("set", "tax", COUNTY, "http", "--endpoint", "http://127.0.0.1:9/"),
        ("set", "post", "110101", "off"),
        ("set", "post", COUNTY, "http"),
        ("set", "post", COUNTY, "http", "--endpoint", "ftp://示例"),
        ("set", "post", COUNTY, "off", "--bank", "icbc"),
        ("set", "示例", COUNTY, "off"),
        ("rotate", "post", COUNTY),
        ("export", "party_members", COUNTY, "rows.txt"),
        ("export", "efficiency", COUNTY, "{folder}/rows.csv", "--month", "2026-13"),
        ("import", "party_members", COUNTY, "{folder}/nothing.csv"),
    ],
)
async def test_what_cannot_be_done_is_refused_in_one_line(guitu: Guitu, tmp_path: Path, words: tuple[str, ...]) -> None:
    done = await guitu("systems", *(word.format(folder=tmp_path) for word in words))
    assert done.returncode == 1 and done.stderr.startswith("guitu: ") and done.stderr.count("\n") == 1, done.stderr
    assert not (tmp_path / "rows.csv").exists()


async def test_a_file_goes_out_and_its_result_comes_back(house: House, guitu: Guitu, tmp_path: Path) -> None:
    await set_link(house, "party_members", COUNTY, "file")
    application = await in_progress(house, matters=["report_in", "party_league"], political_status="party")
    task = (await tasks_of(house, application))["party"].id
    out, back = tmp_path / "out.csv", tmp_path / "back.csv"
    done = await guitu("systems", "export", "party_members", COUNTY, str(out))
    assert ": 1 rows, file f_" in done.stdout, done.stderr
    assert task in out.read_text("utf-8-sig") and out.stat().st_mode & 0o077 == 0
    again = await guitu("systems", "export", "party_members", COUNTY, str(out))
    assert again.returncode == 1 and task in out.read_text("utf-8-sig")
    back.write_text(f"任务编号,办理情况,时间\n{task},已转入,2026-01-01 10:00\n", "utf-8")
    taken = await guitu("systems", "import", "party_members", COUNTY, str(back))
    assert taken.stdout.endswith("1 rows, 1 applied\n"), taken.stderr


async def test_a_returned_task_is_redirected(house: House, guitu: Guitu) -> None:
    application = await in_progress(house, matters=["report_in", "medical_transfer"])
    task = (await tasks_of(house, application))["medical_transfer"]
    early = await guitu("redirect", task.id, "human_resources")
    assert early.returncode == 1
    await send(house, task, "returned", reason="归人社办")
    done = await guitu("redirect", task.id, "human_resources")
    assert done.stdout == f"{task.id}: human_resources, dispatched\n", done.stderr


async def test_units_and_their_areas_are_looked_after(house: House, guitu: Guitu) -> None:  # notice 三(五), our reading
    first = await guitu("add-unit", COUNTY, "police", "示例·派出所")
    second = await guitu("add-unit", COUNTY, "police", "示例·东派出所", "--area", "示例东街道")
    assert "whsec_" in first.stdout and "whsec_" in second.stdout, second.stderr
    county, east = first.stdout.split(":")[0], second.stdout.split(":")[0]
    assert (await guitu("unit-area", east, "示例东街道", "示例镇")).stdout == f"{east}: 示例东街道、示例镇\n"
    refused = await guitu("unit-area", county, "示例镇")
    assert refused.returncode == 1 and "已经归示例·东派出所" in refused.stderr

    async def listed() -> dict[str, str]:
        lines = (await guitu("units")).stdout.splitlines()
        return {line.split("\t")[0]: line.split("\t")[-1] for line in lines}

    assert await listed() == {county: "默认", east: "示例东街道、示例镇"}
    assert (await guitu("retire-unit", county)).returncode == 1
    assert (await guitu("default-unit", east)).returncode == 0
    assert (await guitu("retire-unit", county)).returncode == 0
    assert await listed() == {east: "默认、示例东街道、示例镇", county: "已撤"}
