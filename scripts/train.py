"""Train the model of the conversation, if what it is learnt from has changed. Run by bot/.venv/bin/python.

    scripts/train.py            train if needed; the model is models/guitu.tar.gz, its content hash models/guitu.sha256
    scripts/train.py --check    say whether training is needed: exit status 0 no, 3 yes
    scripts/train.py --force    train in any case

The old model stays until the new one is complete. Exit status 1, with one line on stderr, when training fails.
"""

from __future__ import annotations

import argparse
import contextlib
import hashlib
import io
import logging
import os
import shutil
import sys
import tempfile
import time
import traceback
import warnings
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
NAME = "guitu"
# What the model is made of. The channel, the store and the launcher are not in it, so a change there trains nothing.
SOURCES = ("config.yml", "domain", "data/nlu", "data/lookups", "data/rules", "data/stories")
CODE = ("normalise.py", "tokenizer.py", "features.py", "meaning.py", "intent_model.py", "classify.py", "requirements.txt")
TRAINING_NEEDED = 3


def source_files(root: Path) -> list[Path]:
    """Every file that the model depends on, in a fixed order."""
    files = [root / "bot" / name for name in CODE]
    for name in SOURCES:
        path = root / name
        files += sorted(path.rglob("*.yml")) if path.is_dir() else [path]
    return [file for file in files if file.exists()]


def content_hash(root: Path) -> str:
    """64 hex digits over names and contents of all source files."""
    digest = hashlib.sha256()
    for file in source_files(root):
        digest.update(f"{file.relative_to(root).as_posix()}\0{hashlib.sha256(file.read_bytes()).hexdigest()}\n".encode())
    return digest.hexdigest()


def is_current(root: Path, models: Path) -> bool:
    """True when the model in `models` was trained from what lies in `root`."""
    stamp = models / f"{NAME}.sha256"
    return (models / f"{NAME}.tar.gz").exists() and stamp.exists() and stamp.read_text("ascii").strip() == content_hash(root)


def run_rasa(root: Path, output: Path) -> Path:
    """Train into `output` and return the archive. Raises RuntimeError with the reason in one line."""
    os.environ["RASA_TELEMETRY_ENABLED"] = "false"
    # A cache beside the project would be a second truth: it does not notice changes in our helper modules.
    os.environ["RASA_CACHE_DIRECTORY"] = str(output / "cache")
    os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"
    os.chdir(root)
    sys.path.insert(0, str(root))
    warnings.simplefilter("ignore")
    from bot.launcher import heavy_components, stub_imports

    # None of our components learns with TensorFlow, and importing it takes longer than learning. Checked below.
    stub_imports()
    from rasa.model_training import train

    logging.getLogger("rasa").setLevel(logging.ERROR)
    result = train(
        str(root / "domain"),
        str(root / "config.yml"),
        [str(root / "data")],
        str(output),
        force_training=True,
        fixed_model_name=NAME,
    )
    if result.code != 0 or not result.model:
        raise RuntimeError(f"rasa ended with code {result.code}")
    model = Path(result.model)
    if heavy_components(model):
        raise RuntimeError(
            f"config.yml names {', '.join(sorted(heavy_components(model)))}: name it in bot/launcher.py if it is light"
        )
    return model


def train(root: Path, models: Path) -> None:
    """Train and put model and hash in place. What Rasa prints is shown only when it fails."""
    models.mkdir(parents=True, exist_ok=True)
    # Taken before training: a file that changes meanwhile makes the next run train again.
    stamp = content_hash(root)
    printed = io.StringIO()
    with tempfile.TemporaryDirectory(dir=models, prefix=".training-") as scratch:
        try:
            with contextlib.redirect_stdout(printed), contextlib.redirect_stderr(printed):
                made = run_rasa(root, Path(scratch))
        except BaseException:
            sys.stderr.write(printed.getvalue())
            raise
        (models / f"{NAME}.sha256").unlink(missing_ok=True)
        shutil.move(made, models / f"{NAME}.tar.gz")
    (models / f"{NAME}.sha256").write_text(stamp + "\n", "ascii")


def _chain(error: BaseException | None) -> Iterator[BaseException]:
    """An error and what caused it: Rasa's own names the component that failed, and not why."""
    while error is not None:
        yield error
        error = error.__cause__ or error.__context__


def main() -> int:
    """See the module's docstring."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--check", action="store_true")
    parser.add_argument("--force", action="store_true")
    parser.add_argument("--models", type=Path, default=ROOT / "models")
    args = parser.parse_args()
    current = is_current(ROOT, args.models)
    if args.check:
        print("the model is up to date" if current else "training is needed")
        return 0 if current else TRAINING_NEEDED
    if current and not args.force:
        print("the model is up to date")
        return 0
    print("training the model (about half a minute) …", flush=True)
    started = time.monotonic()
    try:
        train(ROOT, args.models.resolve())
    except (Exception, SystemExit) as error:
        if os.environ.get("GUITU_DEBUG"):
            traceback.print_exc()
        reason = "; ".join(" ".join(str(each).split()) or type(each).__name__ for each in _chain(error))
        print(f"train: failed, the old model stays: {reason[:300]}. GUITU_DEBUG=1 shows where.", file=sys.stderr)
        return 1
    print(f"trained in {time.monotonic() - started:.0f} s: {args.models / NAME}.tar.gz")
    return 0


if __name__ == "__main__":
    sys.exit(main())
