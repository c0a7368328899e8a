"""Make the stock peer's project in a folder: the same training examples, one utterance per intent, no actions.

Each intent is answered by one fixed text through a rule, and a few stories give TED something to learn from, as the project
of `rasa init` has them. Run by the environment of bot/.
"""

from __future__ import annotations

import shutil
import sys
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent.parent
STORY_INTENTS = ("greet", "apply", "progress", "thanks", "bye")


def flat(intent: str) -> str:
    """`faq/postage` as an intent that needs no response selector data: `faq_postage`."""
    return intent.replace("/", "_")


def prepare(target: Path) -> None:
    """Write config, domain, credentials and data into `target`."""
    yaml = YAML()
    (target / "data").mkdir(parents=True, exist_ok=True)
    for name in ("config.yml", "credentials.yml"):
        shutil.copy(HERE / name, target / name)
    intents: list[str] = []
    for source in sorted((ROOT / "data" / "nlu").glob("*.yml")):
        document = yaml.load(source.read_text("utf-8"))
        for item in document["nlu"]:
            item["intent"] = flat(item["intent"])
            intents.append(item["intent"])
        with (target / "data" / source.name).open("w", encoding="utf-8") as file:
            yaml.dump(document, file)
    names = list(dict.fromkeys(intents))
    dump(yaml, target / "domain.yml", domain(names))
    dump(yaml, target / "data" / "rules.yml", rules(names))
    dump(yaml, target / "data" / "stories.yml", stories(names))


def dump(yaml: YAML, path: Path, document: dict[str, Any]) -> None:
    """Write one YAML document."""
    with path.open("w", encoding="utf-8") as file:
        yaml.dump(document, file)


def domain(names: list[str]) -> dict[str, Any]:
    """One response for each intent."""
    return {
        "version": "3.1",
        "intents": names,
        "responses": {f"utter_{name}": [{"text": f"好的（{name}）。"}] for name in names},
        "session_config": {"session_expiration_time": 60, "carry_over_slots_to_new_session": True},
    }


def rules(names: list[str]) -> dict[str, Any]:
    """Intent → its response, but for the intents that the stories use."""
    return {
        "version": "3.1",
        "rules": [
            {"rule": f"answer {name}", "steps": [{"intent": name}, {"action": f"utter_{name}"}]}
            for name in names
            if name not in STORY_INTENTS
        ],
    }


def stories(names: list[str]) -> dict[str, Any]:
    """Two short paths through the common intents."""
    known = [name for name in STORY_INTENTS if name in names]
    paths = [known, list(reversed(known))]
    return {
        "version": "3.1",
        "stories": [
            {
                "story": f"path {number}",
                "steps": [step for name in path for step in ({"intent": name}, {"action": f"utter_{name}"})],
            }
            for number, path in enumerate(paths, 1)
        ],
    }


if __name__ == "__main__":
    prepare(Path(sys.argv[1]))
