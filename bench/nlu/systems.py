"""What is compared: programs that read a JSON string a line and answer {"intent", "confidence"}, timed from here."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import subprocess
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bench import peer
from bench.nlu.development import examples
from scripts.console import ROOT, VAR, run_logged
from scripts.environments import BOT_ENVIRONMENT, ROOT_ENVIRONMENT

NLPJS = ROOT / "bench" / "nlu" / "nlpjs"
FLAT = {intent.replace("/", "_"): intent for _, intent in examples()}


@dataclass(frozen=True)
class Heard:
    """Intents of the texts in order; milliseconds of each message but the first, which loads what is loaded late."""

    intents: list[str]
    milliseconds: list[float]


def ask(command: Sequence[str | Path], texts: Sequence[str], folder: Path, env: dict[str, str] | None = None) -> Heard:
    """Put `texts` to a program, one after the other. Raises RuntimeError when it stops answering."""
    program = subprocess.Popen(
        [str(part) for part in command],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
        encoding="utf-8",
        cwd=folder,
        env=env,
    )
    if program.stdin is None or program.stdout is None:
        raise RuntimeError(f"{command[0]} has no pipes")
    intents, times = [], []
    for text in texts:
        began = time.perf_counter()
        program.stdin.write(json.dumps(text, ensure_ascii=False) + "\n")
        program.stdin.flush()
        answer = _answer(program.stdout)
        times.append((time.perf_counter() - began) * 1000)
        if answer is None:
            raise RuntimeError(f"{' '.join(map(str, command))} stopped answering")
        intents.append(answer["intent"])
    program.stdin.close()
    program.wait(timeout=60)
    return Heard(intents, times[1:])


def _answer(lines: Any) -> dict[str, Any] | None:
    """The next line that is an answer; programs print other things, too."""
    for line in lines:
        if line.startswith("{"):
            found: dict[str, Any] = json.loads(line)
            if "intent" in found:
                return found
    return None


def guitu(texts: Sequence[str], model: Path = ROOT / "models") -> Heard:
    """Our own model, by the program that `guitu parse` asks."""
    return ask([BOT_ENVIRONMENT.interpreter, "-m", "bot.parse", "--model", model], texts, ROOT)


def nlpjs(texts: Sequence[str]) -> Heard:
    """@nlpjs/basic with lang-zh, installed for this and taught anew each time."""
    folder = VAR / "bench" / f"nlpjs-{_digest([NLPJS / 'package-lock.json'])}"
    path = f"{os.environ.get('PATH', '')}:{ROOT_ENVIRONMENT.folder / 'bin'}"
    env = {**os.environ, "PATH": path}
    if not (folder / "node_modules").exists():
        shutil.copytree(NLPJS, folder, dirs_exist_ok=True)
        npm = shutil.which("npm", path=path) or "npm"
        run_logged("Installing nlpjs", [npm, "ci", "--no-audit", "--no-fund", "--ignore-scripts"], env=env, cwd=folder)
    shutil.copy(NLPJS / "parse.mjs", folder)
    taught = folder / "examples.json"
    taught.write_text(json.dumps(examples(), ensure_ascii=False), "utf-8")
    return ask([shutil.which("node", path=path) or "node", "parse.mjs", taught], texts, folder, env)


def stock(texts: Sequence[str]) -> Heard:
    """Jieba and DIET, as `make bench` trains them on the same examples (an hour or two the first time)."""
    folder = peer.trained()
    model = next((folder / "models").glob("*.tar.gz"))
    heard = ask(
        [BOT_ENVIRONMENT.interpreter, ROOT / "bench" / "nlu" / "stock_parse.py", model], texts, folder, peer.ENVIRONMENT
    )
    return Heard([FLAT.get(intent, intent) for intent in heard.intents], heard.milliseconds)


def _digest(files: Sequence[Path]) -> str:
    return hashlib.sha256(b"".join(file.read_bytes() for file in files)).hexdigest()[:12]
