"""Chinese fonts for papers: installed where that is ours to do, named where it is not, and never in the way of a start."""

from __future__ import annotations

from pathlib import Path

import pytest

from scripts import machine


@pytest.fixture
def bare(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A machine without fonts, on which nothing may be installed; returns where its fonts would lie."""
    folder = tmp_path / "fonts"
    monkeypatch.setattr(machine, "FONT_FOLDERS", (folder,))
    monkeypatch.setattr(machine, "TOOLS", tmp_path / "tools")
    monkeypatch.setattr("os.geteuid", lambda: 1000)
    return folder


def test_missing_fonts_are_named_with_what_to_do_and_the_start_goes_on(bare: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for _start in range(2):
        machine.fonts_for_papers()
        said = capsys.readouterr().out
        assert said.count("\n") == 1 and "apt-get install fonts-noto-cjk" in said and "PDF" in said


def test_fonts_that_are_there_are_not_spoken_of(bare: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (bare / "noto").mkdir(parents=True)
    (bare / "noto" / "NotoSerifCJK-Regular.ttc").touch()
    machine.fonts_for_papers()
    assert capsys.readouterr().out == ""


def test_installing_is_tried_once_a_checkout(
    bare: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    tried: list[object] = []
    monkeypatch.setattr("os.geteuid", lambda: 0)
    monkeypatch.setattr("shutil.which", lambda _name: "/usr/bin/apt-get")

    def no_network(*words: object, **_more: object) -> None:
        tried.append(words)
        raise machine.SetupError("the network cannot be reached")

    monkeypatch.setattr(machine, "run_logged", no_network)
    machine.fonts_for_papers()
    assert "the network cannot be reached" in capsys.readouterr().out
    machine.fonts_for_papers()
    assert len(tried) == 1 and "apt-get install fonts-noto-cjk" in capsys.readouterr().out
