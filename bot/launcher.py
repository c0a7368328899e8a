"""Starting Rasa's code quickly: what the trained model does not use is not imported.

Rasa imports TensorFlow and clients of many services at start, whatever the model is: seconds, and hundreds of megabytes.
`prepare` reads which components the model has; if all of them are known to need none of those packages, it answers their
imports with empty modules. If any component is unknown, it stubs nothing and says so. Plain `rasa run` goes without this,
and a test holds both to the same answers.
"""

from __future__ import annotations

import importlib.abc
import importlib.machinery
import importlib.util
import json
import logging
import os
import sys
import tarfile
from collections.abc import Sequence
from pathlib import Path
from types import ModuleType
from typing import Any

log = logging.getLogger(__name__)
ROOT = Path(__file__).resolve().parent.parent
METADATA = "metadata.json"

# What a model may consist of and still run without the packages below.
LIGHT = (
    "bot.",
    "rasa.core.policies.rule_policy.",
    "rasa.core.policies.ensemble.",
    "rasa.nlu.classifiers.regex_message_handler.",
    "rasa.graph_components.",
    "rasa.shared.",
)
MACHINE_LEARNING = {"tensorflow", "tensorflow_addons", "tensorflow_hub", "tensorflow_text", "keras", "jax", "matplotlib"}
# Channels, brokers and clouds that this installation does not have.
SERVICES = {
    *("aiogram", "slack", "slack_sdk", "twilio", "webexteamssdk", "fbmessenger", "rocketchat_API", "mattermostwrapper"),
    *("pymongo", "boto3", "botocore", "redis", "aio_pika", "sentry_sdk", "confluent_kafka", "socketio", "engineio"),
}
STUBBED = MACHINE_LEARNING | SERVICES


class _Anything(type):
    """A class that can be subclassed, called, used as a decorator and subscripted, and has every attribute."""

    def __getattr__(cls, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        made = _Anything(name, (), {})
        setattr(cls, name, made)
        return made

    def __call__(cls, *args: Any, **kwargs: Any) -> Any:
        decorates = len(args) == 1 and not kwargs and callable(args[0]) and not isinstance(args[0], _Anything)
        return args[0] if decorates else _Anything(cls.__name__, (), {})

    def __getitem__(cls, _item: Any) -> Any:
        return cls

    def __or__(cls, _other: Any) -> Any:
        return cls

    __ror__ = __or__


class _EmptyModule(ModuleType):
    __path__: Sequence[str] = []
    __version__ = "2.12.0"

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        # `except pymongo.errors.ConnectionFailure` needs a class of exceptions.
        exception = name.endswith(("Error", "Exception", "Failure"))
        made = type(name, (Exception,), {}) if exception else _Anything(name, (), {})
        setattr(self, name, made)
        return made


class _Stubs(importlib.abc.MetaPathFinder, importlib.abc.Loader):
    def find_spec(self, name: str, path: Any = None, target: Any = None) -> importlib.machinery.ModuleSpec | None:
        if name.split(".")[0] in STUBBED:
            return importlib.machinery.ModuleSpec(name, self, is_package=True)
        return None

    def create_module(self, spec: importlib.machinery.ModuleSpec) -> ModuleType:
        return _EmptyModule(spec.name)

    def exec_module(self, module: ModuleType) -> None:
        """Nothing to run."""


class ModelMissing(Exception):
    """There is no trained model where one was expected; the message says what to do."""


def find_model(path: Path) -> Path:
    """The model archive at `path`, or the newest in that directory."""
    if path.is_file():
        return path
    found = sorted(path.glob("*.tar.gz"), key=lambda file: file.stat().st_mtime)
    if not found:
        raise ModelMissing(f"no trained model in {path}. Run `bot/.venv/bin/python scripts/train.py`.")
    return found[-1]


def heavy_components(model: Path) -> set[str]:
    """Dotted names of those classes of the model that are not known to run without TensorFlow."""
    with tarfile.open(model) as archive:
        try:
            nodes = json.load(archive.extractfile(METADATA))["predict_schema"]["nodes"]
        except (KeyError, TypeError, ValueError):
            raise ModelMissing(f"{model} is not a model of Rasa 3. Train it anew with scripts/train.py.") from None
    return {node["uses"] for node in nodes.values() if not node["uses"].startswith(LIGHT)}


def quiet() -> None:
    """Let Rasa log from LOG_LEVEL (default WARNING) up. Unconfigured, its log shows every message in clear."""
    from rasa.utils.log_utils import configure_structlog

    level = logging.getLevelName(os.environ.get("LOG_LEVEL", "WARNING").upper())
    logging.basicConfig(level=level, format="%(levelname)s %(name)s: %(message)s", stream=sys.stderr)
    configure_structlog(level)


def prepare(model: Path) -> bool:
    """Make the imports of Rasa light if `model` allows it. Call before anything of Rasa is imported. True if it was done."""
    os.environ["RASA_TELEMETRY_ENABLED"] = "false"
    # Of what Rasa's age makes Python and its libraries warn, nothing can be mended here. Filters would be reset by them.
    os.environ["SQLALCHEMY_SILENCE_UBER_WARNING"] = "1"
    logging.captureWarnings(True)
    logging.getLogger("py.warnings").setLevel(logging.ERROR)
    # A second core helps nothing of this size, and threads that wait for it spin: most of a turn's processor time.
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    # Rasa finds config's `bot.…` classes from the working directory, and relative paths are the project's.
    if str(ROOT) not in sys.path:
        sys.path.insert(0, str(ROOT))
    heavy = heavy_components(model)
    if heavy:
        log.warning("starting with everything that Rasa imports, because the model uses %s", ", ".join(sorted(heavy)))
        return False
    stub_imports()
    return True


def stub_imports() -> None:
    """Answer imports of the packages in STUBBED with empty modules. Raises RuntimeError once Rasa has been imported."""
    if "rasa" in sys.modules:
        raise RuntimeError("imports must be made light before the first import of rasa")
    sys.meta_path.insert(0, _Stubs())
