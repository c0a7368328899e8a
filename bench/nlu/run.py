"""`make nlu`: how well phrasings that were never taught are understood, and how quickly, beside two peers on the same examples.

Prints tables and writes bench/nlu/results.json. Nothing fails when a figure misses its aim.
"""

from __future__ import annotations

import argparse
import json
import statistics
import sys
from collections.abc import Sequence
from dataclasses import asdict
from datetime import date
from pathlib import Path
from typing import Any

from backend.catalogue.load import DATA, load_catalogue
from backend.interview.commands import facts_of, with_kind
from backend.interview.facts import read_facts
from bench.machine import machine
from bench.nlu import scores, systems
from bench.nlu.development import HARD, HELD_OUT, OTHERS, Line, development, examples
from scripts.console import ROOT, SetupError

RESULTS = ROOT / "bench" / "nlu" / "results.json"
#: The day on which the development set was written down: what 去年 means in it.
TODAY = date(2026, 11, 25)


def figures(lines: Sequence[Line], heard: systems.Heard) -> dict[str, Any]:
    """What a system gets right, and how long a message takes it."""
    expected = [line.intent for line in lines]
    return {
        "accuracy": scores.accuracy(expected, heard.intents),
        "of what no example says": _of_the_new(lines, heard.intents),
        "out of scope accepted": scores.false_acceptance(expected, heard.intents),
        "ms a message, p50": statistics.median(heard.milliseconds),
        "ms a message, p95": statistics.quantiles(heard.milliseconds, n=20)[18],
    }


def _of_the_new(lines: Sequence[Line], given: Sequence[str]) -> float:
    """Accuracy on lines that stand word for word in no example."""
    taught = {text.strip() for text, _ in examples()}
    new = [(line.intent, intent) for line, intent in zip(lines, given, strict=True) if line.text.strip() not in taught]
    return scores.accuracy([one for one, _ in new], [other for _, other in new])


def of_others(file: Path, model: Path) -> dict[str, float]:
    """What is right of a set whose authors knew only the wider questions: one that is a kind of it counts as it."""
    lines, catalogue = development(file), load_catalogue(DATA)
    expected = [line.intent for line in lines]
    heard = systems.guitu([line.text for line in lines], model).intents
    # Who knew only the wider questions wrote other services as out of scope: both end with what is not done here.
    heard = [
        scores.OUTSIDE if one == scores.OUTSIDE and other.endswith("other_service") else other
        for one, other in zip(expected, heard, strict=True)
    ]
    wider = [with_kind(intent, catalogue).rpartition("/")[2] for intent in heard]
    given = [one if kind == one.rpartition("/")[2] else other for one, other, kind in zip(expected, heard, wider, strict=True)]
    return {
        "lines": len(lines),
        "accuracy": scores.accuracy(expected, given),
        "out of scope accepted": scores.false_acceptance(expected, given),
    }


def facts(lines: Sequence[Line]) -> dict[str, tuple[int, int]]:
    """Right and judged, for each fact, by the code of `guitu parse`."""
    catalogue = load_catalogue(DATA)
    found = [facts_of(read_facts(line.text, catalogue, TODAY), catalogue) for line in lines]
    return scores.facts_right([line.facts for line in lines], found)


def show(lines: Sequence[Line], results: dict[str, dict[str, Any]], heard: systems.Heard) -> None:
    """Print the tables."""
    print(f"\n{machine()}\n{len(examples())} examples, {len(lines)} lines never taught\n")
    print(f"{'':28}" + "".join(f"{name:>12}" for name in results))
    for figure in next(iter(results.values())):
        print(f"{figure:28}" + "".join(f"{result[figure]:12.3f}" for result in results.values()))
    print(f"\n{'facts':28}{'right':>12}{'judged':>12}{'share':>12}")
    for name, (right, judged) in facts(lines).items():
        print(f"{name:28}{right:12}{judged:12}{right / judged if judged else 1:12.3f}")
    expected = [line.intent for line in lines]
    print(f"\n{'intent, worst first':28}{'precision':>12}{'recall':>12}{'F1':>12}{'lines':>12}")
    for intent, score in scores.per_intent(expected, heard.intents).items():
        print(f"{intent:28}{score.precision:12.3f}{score.recall:12.3f}{score.f1:12.3f}{score.lines:12}")
    print("\nexpected → given, how often")
    for one, other, number in scores.confusions(expected, heard.intents):
        print(f"{one:28}{other:28}{number:4}")


def main() -> int:
    """Exit status 1, with one line, when a peer cannot be had."""
    parser = argparse.ArgumentParser(prog="python -m bench.nlu.run", description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--model", type=Path, default=ROOT / "models", help="our trained model, or the folder of models")
    parser.add_argument("--no-nlpjs", action="store_true", help="leave @nlpjs/basic out (it learns for minutes)")
    parser.add_argument("--stock", action="store_true", help="with Jieba and DIET (an hour or two to learn, once)")
    parser.add_argument("--wrong", action="store_true", help="print the lines that were misunderstood")
    args = parser.parse_args()
    lines, held_out = development(), development(HELD_OUT)
    texts = [line.text for line in lines]
    try:
        heard = {"Guitu": systems.guitu(texts, args.model)}
        others = {file.stem: of_others(file, args.model) for file in (HARD, OTHERS)}
        unseen = figures(held_out, systems.guitu([line.text for line in held_out], args.model))
        if not args.no_nlpjs:
            heard["nlpjs"] = systems.nlpjs(texts)
        if args.stock:
            heard["stock"] = systems.stock(texts)
    except (SetupError, RuntimeError) as stop:
        print(f"make nlu: {stop}", file=sys.stderr)
        return 1
    results = {name: figures(lines, said) for name, said in heard.items()}
    show(lines, results, heard["Guitu"])
    print(f"\nheld out: {unseen['accuracy']:.3f} of {len(held_out)} lines")
    for name, told in others.items():
        print(
            f"{name}: {told['accuracy']:.3f} of {told['lines']} lines, out of scope accepted {told['out of scope accepted']:.3f}"
        )
    if args.wrong:
        for line, intent in zip(lines, heard["Guitu"].intents, strict=True):
            if line.intent != intent:
                print(f"{line.intent}\t{intent}\t{line.text}")
    expected = [line.intent for line in lines]
    per_intent = {intent: asdict(score) for intent, score in scores.per_intent(expected, heard["Guitu"].intents).items()}
    kept = {
        "machine": machine(),
        "examples": len(examples()),
        "lines": len(lines),
        "systems": results,
        "held out": {"lines": len(held_out), **unseen},
        **others,
        "facts": {name: {"right": right, "judged": judged} for name, (right, judged) in facts(lines).items()},
        "intents": per_intent,
        "confusions": scores.confusions(expected, heard["Guitu"].intents),
    }
    RESULTS.write_text(json.dumps(kept, indent=2, ensure_ascii=False) + "\n", "utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
