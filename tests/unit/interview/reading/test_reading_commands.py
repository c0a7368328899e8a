"""`guitu select` and `guitu parse`, as they are run."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import pytest

from backend.cli import main
from backend.interview import commands

#: Stands for `python -m bot.parse`: the program on the other side, with the same lines in and out.
ECHO = """#!{python}
import json, sys
for line in sys.stdin:
    print(json.dumps({{"intent": "inform", "confidence": 0.9, "seen": json.loads(line)}}))
"""


@pytest.fixture
def bot(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    program = tmp_path / "bot-python"
    program.write_text(ECHO.format(python=sys.executable), "utf-8")
    program.chmod(0o700)
    monkeypatch.setattr(commands, "BOT_PYTHON", program)
    return program


def test_select_prints_the_numbers_of_each_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "lines.txt"
    file.write_text("1、3、10\n除了5和年金，其他都办\n你好\n\n户口跟社保卡\n不要7\n", "utf-8")
    assert main(["select", str(file)]) == 0
    assert capsys.readouterr().out == "1,3,10\n1,2,3,4,6,8,9,10,11\n\n\n4,10\n1,2,3,4,5,6,8,9,10,11\n"


def test_select_among_what_is_offered(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "lines.txt"
    file.write_text("全部\n最后一个\n", "utf-8")
    assert main(["select", str(file), "--options", "1,4,10"]) == 0
    assert capsys.readouterr().out == "1,4,10\n10\n"


def test_parse_prints_intent_confidence_and_facts(bot: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "lines.txt"
    file.write_text("去年九月退的，义务兵\n\n要落户\n", "utf-8")
    assert main(["parse", str(file), "--today", "2025-03-01"]) == 0
    lines = [line.split("\t") for line in capsys.readouterr().out.splitlines()]
    assert [line[:2] for line in lines] == [["inform", "0.9000"]] * 3
    assert [json.loads(line[2]) for line in lines] == [
        {"soldier_kind": "义务兵", "discharge": "2024-09"},
        {},
        {"matters": ["household_restoration"]},
    ]


def test_a_question_has_the_wider_one_that_it_is_a_kind_of_behind_its_name(
    bot: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    bot.write_text(ECHO.format(python=sys.executable).replace('"inform"', "json.loads(line)"), "utf-8")
    file = tmp_path / "lines.txt"
    file.write_text("faq/annuity\nfaq/postage\nprogress\nurge\n", "utf-8")
    assert main(["parse", str(file)]) == 0
    intents = [line.split("\t")[0] for line in capsys.readouterr().out.splitlines()]
    assert intents == ["faq/annuity/transfer_what", "faq/postage", "progress", "urge"]


def test_the_model_sees_no_secret(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    program = tmp_path / "bot-python"
    program.write_text(
        f"#!{sys.executable}\nimport sys\nopen({str(tmp_path / 'seen')!r}, 'w').write(sys.stdin.read())\n", "utf-8"
    )
    program.chmod(0o700)
    monkeypatch.setattr(commands, "BOT_PYTHON", program)
    file = tmp_path / "lines.txt"
    file.write_text("手机138 0013 8000", "utf-8")
    assert main(["parse", str(file)]) == 1
    assert json.loads((tmp_path / "seen").read_text("utf-8")) == "手机«mobile:1»"


@pytest.mark.parametrize("content", [None, b"\xff\xfe\x00"])
def test_a_file_that_cannot_be_read_is_said_so(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], content: bytes | None
) -> None:
    file = tmp_path / "lines.txt"
    if content is not None:
        file.write_bytes(content)
    assert main(["select", str(file)]) == 1
    assert str(file) in capsys.readouterr().err


def test_an_unknown_number_among_the_options_is_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "lines.txt"
    file.write_text("1", "utf-8")
    assert main(["select", str(file), "--options", "1,99"]) == 1
    assert "99" in capsys.readouterr().err
