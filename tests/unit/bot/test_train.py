"""Slow (about half a minute): training, on a small project of its own; and when it is needed."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

from scripts import train
from tests.unit.bot.running import BOT_PYTHON, ROOT

NLU = """version: "3.1"
nlu:
"""


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The project with two examples an intent, named as the real ones are."""
    root = tmp_path_factory.mktemp("project")
    for name in ("config.yml", "domain", "bot", "scripts", "data/rules", "data/lookups"):
        source, target = ROOT / name, root / name
        if source.is_dir():
            shutil.copytree(source, target, ignore=shutil.ignore_patterns(".venv", "__pycache__"))
        else:
            shutil.copy(source, target)
    intents = [line[2:] for line in (ROOT / "domain/intents.yml").read_text("utf-8").splitlines() if line.startswith("- ")]
    named = ["faq/postage" if intent == "faq" else intent for intent in intents if intent not in ("nlu_fallback", "value")]
    blocks = [f"- intent: {intent}\n  examples: |\n    - {intent} 一\n    - {intent} 二\n" for intent in named]
    (root / "data/nlu").mkdir()
    (root / "data/nlu/all.yml").write_text(NLU + "".join(blocks), "utf-8")
    return root


def run(project: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [BOT_PYTHON, project / "scripts/train.py", *arguments], cwd=project, capture_output=True, text=True, check=False
    )


def test_training_happens_once_and_again_when_something_changed(project: Path) -> None:
    assert run(project, "--check").returncode == train.TRAINING_NEEDED
    first = run(project)
    assert first.returncode == 0, first.stderr
    assert sorted(path.name for path in (project / "models").iterdir()) == ["guitu.sha256", "guitu.tar.gz"]
    assert not (project / ".rasa").exists()
    trained = (project / "models/guitu.tar.gz").stat().st_mtime_ns
    assert run(project, "--check").returncode == 0
    assert run(project).stdout.strip() == "the model is up to date"
    assert (project / "models/guitu.tar.gz").stat().st_mtime_ns == trained

    examples = project / "data/nlu/all.yml"
    written = examples.read_text("utf-8")
    examples.write_text(
        written.replace("- intent: apply\n  examples: |\n", "- intent: apply\n  examples: |\n    - 办\n"), "utf-8"
    )
    assert run(project, "--check").returncode == train.TRAINING_NEEDED
    examples.write_text("nlu: [", "utf-8")
    failed = run(project)
    assert failed.returncode == 1
    assert failed.stderr.strip().splitlines()[-1].startswith("train: failed, the old model stays")
    assert (project / "models/guitu.tar.gz").stat().st_mtime_ns == trained
    assert len(list((project / "models").iterdir())) == 2


@pytest.mark.parametrize("name", ["config.yml", "domain/form.yml", "bot/features.py", "data/lookups/concepts.yml"])
def test_what_the_model_is_made_of_changes_its_hash(project: Path, name: str) -> None:
    before = train.content_hash(project)
    file = project / name
    content = file.read_text("utf-8")
    file.write_text(content + "\n# changed\n", "utf-8")
    assert train.content_hash(project) != before
    file.write_text(content, "utf-8")
    assert train.content_hash(project) == before


def test_the_channel_is_not_part_of_the_model(project: Path) -> None:
    before = train.content_hash(project)
    with (project / "bot/channel.py").open("a", encoding="utf-8") as file:
        file.write("\n# changed\n")
    assert train.content_hash(project) == before
