"""`guitu select` and `guitu parse`: what the conversation understands, line by line, by the conversation's own code."""

from __future__ import annotations

import argparse
import json
import os
import subprocess
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Any

from backend import clock
from backend.catalogue.entries import Catalogue
from backend.catalogue.load import DATA, CatalogueError, load_catalogue
from backend.errors import GuituError
from backend.interview.facts import Facts, read_facts
from backend.interview.reading.lexicon import matter_options
from backend.interview.reading.selection import select
from backend.security.redaction import redact
from backend.settings import ROOT

BOT_PYTHON = ROOT / "bot" / ".venv" / "bin" / "python"
#: Loading a model takes seconds, a message milliseconds; whatever takes longer than this hangs.
PARSE_SECONDS = 60
KINDS = {"conscript": "义务兵", "sergeant": "军士"}
MEMBERS = {"party": "party", "probationary": "party", "party_and_league": "party", "league": "league", "none": "none"}


def register(subparsers: Any) -> None:
    """Add `select` and `parse` to the guitu command."""
    chosen = subparsers.add_parser("select", help="the matter numbers that each line of a file chooses")
    chosen.add_argument("file", type=Path, help="a UTF-8 text file, one message a line")
    chosen.add_argument("--options", metavar="NUMBERS", help="the matters that are offered, such as 1,3,4 (default: all)")
    chosen.set_defaults(run=run_select)
    parsed = subparsers.add_parser("parse", help="intent, confidence and facts of each line of a file")
    parsed.add_argument("file", type=Path, help="a UTF-8 text file, one message a line")
    parsed.add_argument(
        "--today", type=_day, default=None, metavar="DATE", help="the day that fixes what 去年 means (YYYY-MM-DD)"
    )
    parsed.add_argument("--model", type=Path, default=ROOT / "models", help="the trained model, or the folder of models")
    parsed.set_defaults(run=run_parse)


def run_select(args: argparse.Namespace) -> int:
    """Print for each line the numbers it chooses, comma separated; an empty line where it chooses nothing.

    What is taken away (不要7) is taken from all that is offered; what is added (再加上10) is printed alone.
    """
    catalogue = _catalogue()
    offered = _offered(args.options, catalogue)
    options = matter_options(catalogue, offered)
    for line in _lines(args.file):
        selection = select(line, options)
        before = [option.code for option in options] if selection.mode == "remove" else []
        chosen = selection.applied_to(before)
        print(",".join(str(option.number) for option in options if option.code in chosen))
    return 0


def run_parse(args: argparse.Namespace) -> int:
    """Print for each line intent, confidence and facts, tab separated.

    A question that is one of a wider kind has that behind its name: faq/annuity/transfer_what.
    """
    catalogue = _catalogue()
    today = args.today or clock.today()
    lines = _lines(args.file)
    intents = _intents([redact(line, _forget) for line in lines], args.model)
    for line, intent in zip(lines, intents, strict=True):
        facts = facts_of(read_facts(line, catalogue, today), catalogue)
        print(
            f"{with_kind(intent['intent'], catalogue)}\t{float(intent['confidence']):.4f}\t{json.dumps(facts, ensure_ascii=False)}"
        )
    return 0


def with_kind(intent: str, catalogue: Catalogue) -> str:
    """An intent as `guitu parse` prints it: with the wider question behind the name of one that is a kind of it."""
    base, _, name = intent.partition("/")
    asked = catalogue.faq.get(name) if base == "faq" else None
    return f"{intent}/{asked.kind_of}" if asked and asked.kind_of else intent


def facts_of(facts: Facts, catalogue: Catalogue) -> dict[str, Any]:
    """Facts as `guitu parse` prints them; only what the line says."""
    chosen = facts.matters.value.chosen if facts.matters else facts.matter_mentions
    said: dict[str, Any] = {
        "matters": list(chosen),
        "bank": catalogue.banks[facts.bank.value].short if facts.bank else None,
        "delivery": facts.delivery,
        "county": catalogue.counties[facts.county.value].own_name if facts.county else None,
        "soldier_kind": KINDS[facts.soldier_kind.value] if facts.soldier_kind else None,
        "member": MEMBERS[facts.political_status.value] if facts.political_status else None,
        "discharge": facts.discharge_month.value if facts.discharge_month and len(facts.discharge_month.value) > 4 else None,
    }
    return {name: value for name, value in said.items() if value}


def _intents(texts: Sequence[str], model: Path) -> list[dict[str, Any]]:
    """What the trained model makes of redacted texts: one {"intent", "confidence"} each, in order."""
    if not BOT_PYTHON.exists():
        raise GuituError(f"{BOT_PYTHON} is missing. Run `make run` once: it builds the bot's environment.")
    stdin = "".join(json.dumps(text, ensure_ascii=False) + "\n" for text in texts)
    command = [str(BOT_PYTHON), "-m", "bot.parse", "--model", str(model)]
    try:
        done = subprocess.run(  # noqa: S603 - a program of this project, no shell
            command, input=stdin, capture_output=True, text=True, encoding="utf-8", cwd=ROOT, timeout=PARSE_SECONDS, check=False
        )
    except subprocess.TimeoutExpired:
        raise GuituError(f"the model did not answer within {PARSE_SECONDS} seconds. Is the machine busy? Try again.") from None
    if done.returncode != 0:
        raise GuituError(f"the model could not be asked: {_last_line(done.stderr)}")
    answers = [json.loads(line) for line in done.stdout.splitlines() if line.startswith("{")]
    if len(answers) != len(texts):
        raise GuituError(f"the model answered {len(answers)} of {len(texts)} lines: {_last_line(done.stderr)}")
    return answers


def _catalogue() -> Catalogue:
    """The installation's catalogue; these commands need no other setting."""
    try:
        return load_catalogue(Path(os.environ.get("GUITU_CATALOGUE") or DATA))
    except CatalogueError as error:
        raise GuituError(str(error)) from None


def _lines(file: Path) -> list[str]:
    try:
        text = file.read_text("utf-8-sig")
    except OSError as error:
        raise GuituError(f"{file} cannot be read: {error.strerror}.") from None
    except UnicodeDecodeError:
        raise GuituError(f"{file} is not UTF-8 text. Save it as UTF-8 and try again.") from None
    return [line.rstrip("\r") for line in text.removesuffix("\n").split("\n")] if text else []


def _offered(numbers: str | None, catalogue: Catalogue) -> list[str] | None:
    if numbers is None:
        return None
    wanted = {number.strip() for number in numbers.split(",")}
    by_number = {str(matter.number): matter.code for matter in catalogue.matters.values()}
    unknown = wanted - set(by_number)
    if unknown:
        raise GuituError(f"--options: no matter has the number {', '.join(sorted(unknown))}.")
    return [code for number, code in by_number.items() if number in wanted]


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text!r} is not a date. Write it as 2026-11-24.") from None


def _forget(_kind: str, _value: str) -> int:
    """A line of a file is no conversation: its numbers are cut out and kept nowhere."""
    return 1


def _last_line(text: str) -> str:
    lines = [line for line in text.strip().splitlines() if line.strip()]
    return lines[-1] if lines else "it said nothing."
