"""The steps of set-up, in order. Each looks at its stamp first, so that a second run does nothing and says nothing."""

from __future__ import annotations

import argparse
import contextlib
import errno
import fcntl
import os
import secrets
import shutil
import subprocess
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

from scripts import machine, processes
from scripts.console import ROOT, VAR, SetupError, disk_full, run_logged, say
from scripts.environments import BOT_ENVIRONMENT, ROOT_ENVIRONMENT, TOOLS, prepare
from scripts.stamps import digest, is_done, mark_done

PYTHON = ROOT_ENVIRONMENT.interpreter
GUITU = ROOT_ENVIRONMENT.folder / "bin" / "guitu"
TRANSLATIONS = ROOT / "backend" / "locale"
#: What `guitu seed` writes its examples from.
SEED_SOURCES = ("backend/db/seed.py", "backend/departments/seed.py", "backend/staff/service.py", "backend/catalogue/data")


def main(arguments: Sequence[str]) -> int:
    """Set up what is missing. Exit status 0, or 1 with one line on stderr that says what to do, or 130 after Ctrl-C."""
    parser = argparse.ArgumentParser(prog="scripts.setup", description="Set up what is missing.")
    parser.add_argument("--dev", action="store_true", help="with what the tests need")
    args = parser.parse_args(arguments)
    try:
        with only_one():
            set_up(dev=args.dev)
    except SetupError as stop:
        print(f"set-up: {stop}", file=sys.stderr)
        return 1
    except PermissionError as error:
        print(
            f"set-up: {error.filename} may not be written by this account. "
            "Give the checkout to it (chown), or set up as the account that owns it.",
            file=sys.stderr,
        )
        return 1
    except OSError as error:
        if error.errno not in (errno.ENOSPC, errno.EDQUOT):
            raise
        print(f"set-up: {disk_full('Writing files')}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("\nset-up: stopped. The same command goes on from here.", file=sys.stderr)
        return 130
    return 0


@contextlib.contextmanager
def only_one() -> Iterator[None]:
    """Hold the checkout's lock: a second set-up waits for the first, then finds everything done."""
    TOOLS.mkdir(exist_ok=True)
    with (TOOLS / "setup.lock").open("a+") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            lock.seek(0)
            say(f"» Waiting for another set-up of this checkout (pid {lock.read().strip() or 'unknown'})")
            fcntl.flock(lock, fcntl.LOCK_EX)
        lock.truncate(0)
        lock.write(str(os.getpid()))
        lock.flush()
        yield


def set_up(dev: bool) -> None:
    """Everything that a start (and with `dev` a test run) needs."""
    needed, larger = ROOT / "requirements.txt", ROOT / "requirements-dev.txt"
    prepare(ROOT_ENVIRONMENT, [larger] if dev else [needed, larger], install_project=True)
    prepare(BOT_ENVIRONMENT, [ROOT / "bot" / "requirements.txt"], install_project=False)
    browser_files()
    compile_translations()
    machine.fonts_for_papers()
    private_files()
    train()
    database()


def browser_files() -> None:
    """The pages' third-party files, as package-lock.json names them."""
    lock, folder = ROOT / "package-lock.json", ROOT / "node_modules"
    if not lock.exists():
        return
    stamp, content = folder / ".guitu-stamp", digest([lock])
    if is_done(stamp, content):
        return
    npm = shutil.which("npm") or str(ROOT_ENVIRONMENT.folder / "bin" / "npm")
    run_logged(
        "Installing browser files",
        [npm, "ci", "--no-audit", "--no-fund", "--ignore-scripts"],
        env={**os.environ, "PATH": f"{os.environ.get('PATH', '')}:{ROOT_ENVIRONMENT.folder / 'bin'}"},
        failed="Read the end of the log, then run the same command again.",
    )
    mark_done(stamp, content)


def compile_translations() -> None:
    """Every .po of backend/locale that is newer than its .mo."""
    for source in sorted(TRANSLATIONS.glob("*/LC_MESSAGES/*.po")):
        compiled = source.with_suffix(".mo")
        if compiled.exists() and compiled.stat().st_mtime >= source.stat().st_mtime:
            continue
        run_logged(
            f"Compiling the texts of {source.parts[-3]}",
            [
                PYTHON,
                "-m",
                "babel.messages.frontend",
                "compile",
                "--input-file",
                source,
                "--output-file",
                compiled,
                "--locale",
                source.parts[-3],
            ],
            failed=f"Correct {source.relative_to(ROOT)}.",
        )


def private_files() -> None:
    """var/guitu.env and var/keys.json, for their owner only; what exists is never overwritten."""
    VAR.mkdir(parents=True, exist_ok=True)
    # The database and the logs lie here as well.
    VAR.chmod(0o700)
    env_file, keys_file = VAR / "guitu.env", VAR / "keys.json"
    if not env_file.exists():
        lines = [
            "# Made by set-up, never overwritten. The names are explained in backend/settings.py; the environment goes first.",
            f"GUITU_RASA_TOKEN={secrets.token_urlsafe(32)}",
            f"GUITU_INTERNAL_TOKEN={secrets.token_urlsafe(32)}",
            "# The demonstration: a handset at /demo/phone, simulated departments.",
            "GUITU_DEMO=1",
        ]
        descriptor = os.open(env_file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w", encoding="utf-8") as file:
            file.write("\n".join(lines) + "\n")
    if not keys_file.exists():
        database = VAR / "guitu.db"
        if database.exists():
            # New keys would open nothing of it, and the next start would write what the old ones do not open.
            raise SetupError(
                f"{keys_file} is missing, and {database} can only be read with it. Put it back from your backup; "
                f"or, to begin with nothing, remove {database.name} and tracker.db beside it."
            )
        command = (
            "import sys, pathlib; from backend.security.encryption import generate_key_file as g; g(pathlib.Path(sys.argv[1]))"
        )
        run_logged("Making the encryption keys", [PYTHON, "-c", command, keys_file], failed=f"Is {VAR} writable?")


def train() -> None:
    """The model, when its data, config or components differ from the last trained: scripts/train.py knows."""
    script = ROOT / "scripts" / "train.py"
    current = subprocess.run([BOT_ENVIRONMENT.interpreter, script, "--check"], cwd=ROOT, capture_output=True, check=False)
    if current.returncode == 0:
        return
    run_logged(
        "Training the model",
        [BOT_ENVIRONMENT.interpreter, script],
        env={**os.environ, "RASA_TELEMETRY_ENABLED": "false", "PYTHONUNBUFFERED": "1"},
        failed="What is wrong with data/, domain/ or config.yml stands at the end of the log.",
    )


def database() -> None:
    """Tables as the newest migration has them, and the examples of the demonstration."""
    environ = processes.environment(os.environ)
    url = environ["DATABASE_URL"]
    file = Path(url.partition(":///")[2]) if url.startswith("sqlite") else None
    lost = file is not None and not file.exists()
    migrated = digest([ROOT / "backend" / "db" / "migrations"], url)
    if lost or not is_done(VAR / "migrated", migrated):
        run_logged("Preparing the database", [GUITU, "migrate"], env=environ, failed="Is DATABASE_URL right, the server up?")
        mark_done(VAR / "migrated", migrated)
    # The examples hold the simulator's address.
    seeded = digest([ROOT / source for source in SEED_SOURCES], url, environ["GUITU_SIMULATOR_URL"])
    if environ.get("GUITU_DEMO") == "1" and (lost or not is_done(VAR / "seeded", seeded)):
        say("» Writing the examples")
        # Straight to the terminal: it prints passwords, once, that no log may hold.
        if subprocess.run([GUITU, "seed"], env=environ, cwd=ROOT, check=False).returncode:
            raise SetupError("Writing the examples failed, for the reason above. Run the same command again when it is mended.")
        mark_done(VAR / "seeded", seeded)
