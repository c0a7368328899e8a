"""Slow (about half a minute): starting light gives the answers of plain Rasa, or does not start light at all."""

from __future__ import annotations

import io
import json
import tarfile
from pathlib import Path

import pytest

from bot.launcher import ModelMissing, find_model, heavy_components
from tests.unit.bot.conftest import write_keys
from tests.unit.bot.running import ROOT, Running, run_in_bot, start

TEXTS = [
    "你好",
    "邮寄要钱不",
    "我今年9月退的，义务兵",
    "除了5都要",
    "刚才卡号输错了",
    "转人工",
    "/restart",
    "啊啊啊",
    "「？」",
    "",
]


def write_model(path: Path, uses: list[str]) -> Path:
    """An archive that says of itself what it consists of."""
    content = json.dumps(
        {"predict_schema": {"nodes": {str(number): {"uses": name} for number, name in enumerate(uses)}}}
    ).encode()
    with tarfile.open(path, "w:gz") as archive:
        entry = tarfile.TarInfo("metadata.json")
        entry.size = len(content)
        archive.addfile(entry, io.BytesIO(content))
    return path


def test_our_model_needs_nothing_heavy(model: Path) -> None:
    assert heavy_components(model) == set()


def test_a_component_that_is_not_known_to_be_light_is_named(tmp_path: Path) -> None:
    diet = "rasa.nlu.classifiers.diet_classifier.DIETClassifier"
    assert heavy_components(write_model(tmp_path / "m.tar.gz", ["bot.classify.CharClassifier", diet])) == {diet}


def test_a_model_with_a_heavy_component_is_started_without_stubs(tmp_path: Path) -> None:
    model = write_model(tmp_path / "m.tar.gz", ["rasa.core.policies.ted_policy.TEDPolicy"])
    code = f"from pathlib import Path; from bot.launcher import prepare; print(prepare(Path({str(model)!r})))"
    done = run_in_bot("-c", code)
    assert done.stdout.strip() == "False"
    assert "TEDPolicy" in done.stderr


def test_what_is_no_model_is_refused_with_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(ModelMissing, match=r"scripts/train\.py"):
        find_model(tmp_path)
    broken = run_in_bot(
        "-m", "bot.serve", "--model", str(tmp_path), environ={"GUITU_RASA_TOKEN": "x", "GUITU_INTERNAL_TOKEN": "x"}
    )
    assert broken.returncode == 1
    assert broken.stderr.strip().count("\n") == 0


def test_the_stub_leaves_tensorflow_out_of_the_process(model: Path) -> None:
    code = (
        f"from pathlib import Path; from bot.launcher import prepare; prepare(Path({str(model)!r}));"
        "import rasa.core.agent, sys; print(getattr(sys.modules['tensorflow'], '__file__', None))"
    )
    assert run_in_bot("-c", code).stdout.strip() == "None"


def test_parse_answers_each_line_in_order(model: Path) -> None:
    given = "\n".join(json.dumps(text, ensure_ascii=False) for text in TEXTS)
    done = run_in_bot("-m", "bot.parse", "--model", str(model), given=given)
    answers = [json.loads(line) for line in done.stdout.splitlines()]
    assert len(answers) == len(TEXTS)
    assert answers[1]["intent"] == "faq/postage"
    assert all(set(answer) == {"intent", "confidence", "ranking"} for answer in answers)


def test_parse_refuses_a_line_that_is_no_string(model: Path) -> None:
    done = run_in_bot("-m", "bot.parse", "--model", str(model), given="{}\n")
    assert done.returncode == 1
    assert "JSON string" in done.stderr


def heard(everything: Running) -> list[object]:
    """What the backend is asked in a conversation of all texts, without ids."""
    everything.backend.reset()
    for text in TEXTS[:-1]:
        everything.say(text, "c_both")
    left_out = ("conversation", "message")
    return [{name: value for name, value in asked.items() if name not in left_out} for asked in everything.backend.asked]


def test_plain_rasa_run_and_our_launcher_ask_the_backend_the_same(running: Running, model: Path, tmp_path: Path) -> None:
    endpoints = tmp_path / "endpoints.yml"
    # `rasa run` knows nothing of GUITU_ACTIONS_URL: the address must stand in the file.
    written = (
        (ROOT / "endpoints.yml").read_text("utf-8").replace("http://127.0.0.1:5055", f"http://127.0.0.1:{running.actions_port}")
    )
    endpoints.write_text(written, "utf-8")
    command = [str(ROOT / "bot/.venv/bin/rasa"), "run", "-i", "127.0.0.1", "-p", "{port}", "-m", str(model)]
    command += ["--endpoints", str(endpoints), "--credentials", str(ROOT / "credentials.yml")]
    expected = heard(running)
    with start(tmp_path, write_keys(tmp_path / "keys.json"), model, command) as plain:
        # Its actions are those of the other; so is the backend that they ask.
        running.backend.reset()
        for text in TEXTS[:-1]:
            plain.say(text, "c_plain")
        left_out = ("conversation", "message")
        asked = [{name: value for name, value in each.items() if name not in left_out} for each in running.backend.asked]
    assert asked == expected
    assert len(expected) == len(TEXTS) - 1
