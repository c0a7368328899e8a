"""The intent model: tf-idf over the channels of features.py, what the text means (meaning.py), and one linear score per intent.

Learnt with scikit-learn (a linear SVM for each intent against the others: as right as a softmax regression here, and learnt
in a tenth of its time), kept as plain arrays and JSON (nothing that unpickles), and applied with numpy alone.
"""

from __future__ import annotations

import json
import math
from collections import Counter
from collections.abc import Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import asdict, dataclass
from multiprocessing import get_context
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from bot.features import CHANNELS, Tables, extract
from bot.meaning import SIZE, meanings

if TYPE_CHECKING:
    from scipy.sparse import csr_matrix

ARRAYS = "weights.npz"
WORDS = "model.json"
NAMES = ("idf", "coefficients", "bias", "centre", "directions")
# The machines that this runs on have two cores, and intents are learnt independently of each other.
WORKERS = 2
# A fork of a process that has threads may hang.
SPAWN = get_context("spawn")


@dataclass(frozen=True)
class Options:
    """How to learn.

    `weights`: of each channel; `strength`: inverse regularisation; `least`: examples that a feature must stand in;
    `temperature`: by which scores are divided to become probabilities, found where the model has not learnt;
    `meaning`: weight of what the text means, beside the channels; 0 goes without;
    `directions`: of the meanings, as many as are kept: those in which the examples differ most.
    """

    weights: Mapping[str, float]
    strength: float
    least: int
    temperature: float
    meaning: float = 0.0
    directions: int = 256


class IntentModel:
    """A learnt model. `rank` gives probabilities; they are calibrated by the temperature."""

    def __init__(
        self,
        intents: Sequence[str],
        vocabulary: Mapping[str, int],
        idf: np.ndarray,
        coefficients: np.ndarray,
        bias: np.ndarray,
        tables: Tables,
        options: Options,
        centre: np.ndarray,
        directions: np.ndarray,
    ) -> None:
        self.intents = list(intents)
        self.vocabulary = vocabulary
        self.idf = idf
        self.coefficients = coefficients
        self.bias = bias
        self.tables = tables
        self.options = options
        self.centre = centre
        self.directions = directions

    def rank(self, text: str) -> list[tuple[str, float]]:
        """Every intent with its probability, the likeliest first."""
        indices, values = _row(extract(text, self.tables), self.vocabulary, self.idf, self.options.weights)
        scores = self.bias + values @ self.coefficients[indices] if len(indices) else self.bias
        if self.options.meaning:
            meant = self.options.meaning * ((meanings([text])[0] - self.centre) @ self.directions)
            scores = scores + meant @ self.coefficients[len(self.vocabulary) :]
        scores = scores / self.options.temperature
        odds = np.exp(scores - scores.max())
        chances = odds / odds.sum()
        order = np.argsort(-chances)
        return [(self.intents[i], float(chances[i])) for i in order]

    def save(self, directory: Path) -> None:
        """Write the model into `directory`."""
        arrays = {name: getattr(self, name) for name in NAMES}
        np.savez(directory / ARRAYS, **arrays)
        words = {
            "intents": self.intents,
            "vocabulary": list(self.vocabulary),
            "pinyin": dict(self.tables.pinyin),
            "lists": {name: list(surfaces) for name, surfaces in self.tables.lists.items()},
            "options": asdict(self.options),
        }
        (directory / WORDS).write_text(json.dumps(words, ensure_ascii=False), "utf-8")

    @classmethod
    def open(cls, directory: Path) -> IntentModel:
        """The model that `save` wrote into `directory`."""
        words: dict[str, Any] = json.loads((directory / WORDS).read_text("utf-8"))
        with np.load(directory / ARRAYS, allow_pickle=False) as arrays:
            return cls(
                words["intents"],
                {feature: number for number, feature in enumerate(words["vocabulary"])},
                arrays["idf"],
                arrays["coefficients"],
                arrays["bias"],
                Tables(words["pinyin"], words["lists"]),
                Options(**words["options"]),
                arrays["centre"],
                arrays["directions"],
            )


def pinyin_table() -> dict[str, str]:
    """Toneless syllable of every common Chinese character. Needed for learning only: the model carries it."""
    from pypinyin import lazy_pinyin

    return {character: lazy_pinyin(character)[0] for character in map(chr, range(0x4E00, 0x9FA6))}


def _row(
    counts: Mapping[str, Counter[str]], vocabulary: Mapping[str, int], idf: np.ndarray, weights: Mapping[str, float]
) -> tuple[np.ndarray, np.ndarray]:
    """Indices and values of a text: sublinear tf times idf, each channel of length 1 times its weight."""
    all_indices: list[np.ndarray] = []
    all_values: list[np.ndarray] = []
    for channel in CHANNELS:
        if not weights.get(channel):
            continue
        known = [(vocabulary[feature], count) for feature, count in counts[channel].items() if feature in vocabulary]
        if not known:
            continue
        indices = np.fromiter((index for index, _ in known), dtype=np.int32, count=len(known))
        frequency = np.fromiter((1.0 + math.log(count) for _, count in known), dtype=np.float32, count=len(known))
        values = frequency * idf[indices]
        all_indices.append(indices)
        all_values.append(values * np.float32(weights[channel] / np.linalg.norm(values)))
    if not all_indices:
        return np.zeros(0, np.int32), np.zeros(0, np.float32)
    return np.concatenate(all_indices), np.concatenate(all_values)


def learn(texts: Sequence[str], intents: Sequence[str], tables: Tables, options: Options) -> IntentModel:
    """A model of `texts` with their `intents` (same length, at least two different intents)."""
    from scipy.sparse import csr_matrix, hstack

    used = [channel for channel in CHANNELS if options.weights.get(channel)]
    half = len(texts) // 2
    parts = (texts[:half], texts[half:]) if options.meaning else ()
    # Seconds for each half, on a core of its own.
    with ProcessPoolExecutor(WORKERS, SPAWN) as beside:
        understood = beside.map(meanings, parts)
        counted = [extract(text, tables) for text in texts]
        meant = np.concatenate([np.zeros((0, SIZE), np.float32), *understood])
    documents: Counter[str] = Counter()
    for counts in counted:
        for channel in used:
            documents.update(counts[channel].keys())
    # What stands in one example only teaches nothing about the next, and is most of the features.
    kept = sorted(feature for feature, number in documents.items() if number >= options.least)
    vocabulary = {feature: number for number, feature in enumerate(kept)}
    idf = np.array([math.log((1 + len(texts)) / (1 + documents[f])) + 1 for f in kept], dtype=np.float32)
    rows = [_row(counts, vocabulary, idf, options.weights) for counts in counted]
    pointers = np.cumsum([0, *(len(indices) for indices, _ in rows)])
    matrix = csr_matrix(
        (np.concatenate([values for _, values in rows]), np.concatenate([indices for indices, _ in rows]), pointers),
        shape=(len(texts), len(vocabulary)),
    )
    centre, directions = np.zeros(0, np.float32), np.zeros((0, 0), np.float32)
    if options.meaning:
        centre, directions = _main_directions(meant, options.directions)
        matrix = hstack([matrix, csr_matrix(options.meaning * ((meant - centre) @ directions))], format="csr")
    names = sorted(set(intents))
    coefficients, bias = _separate(matrix, np.asarray(intents), names, options.strength)
    return IntentModel(names, vocabulary, idf, coefficients, bias, tables, options, centre, directions)


def _main_directions(meant: np.ndarray, number: int) -> tuple[np.ndarray, np.ndarray]:
    """The mean of `meant` (512) and the `number` directions in which it varies most (512, number): half the time to learn."""
    centre = meant.mean(axis=0)
    _, vectors = np.linalg.eigh((meant - centre).T @ (meant - centre))
    return centre, np.ascontiguousarray(vectors[:, ::-1][:, :number], dtype=np.float32)


def _separate(matrix: csr_matrix, intents: np.ndarray, names: Sequence[str], strength: float) -> tuple[np.ndarray, np.ndarray]:
    """A linear SVM for each of `names` against the others: coefficients (features, names) and bias (names)."""
    # Processes and not threads: liblinear's random numbers are one state a process, and two threads at it have crashed it.
    with ProcessPoolExecutor(WORKERS, SPAWN, _take_examples, (matrix.astype(np.float64), intents, strength)) as workers:
        learnt = list(workers.map(_separate_one, names))
    return np.ascontiguousarray(np.stack([row for row, _ in learnt], axis=1)), np.array(
        [bias for _, bias in learnt], np.float32
    )


_examples: list[Any] = []


def _take_examples(*given: Any) -> None:
    _examples[:] = given


def _separate_one(name: str) -> tuple[np.ndarray, float]:
    from sklearn.svm import LinearSVC

    matrix, intents, strength = _examples
    machine = LinearSVC(C=strength, dual=True, random_state=7, tol=0.05, max_iter=3000)
    machine.fit(matrix, intents == name)
    return machine.coef_[0].astype(np.float32), float(machine.intercept_[0])
