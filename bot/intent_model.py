"""The intent model: tf-idf over the channels of features.py and one linear score per intent.

Learnt with scikit-learn (a linear SVM for each intent against the others: as right as a softmax regression here, and learnt
in a tenth of its time), kept as plain arrays and JSON (nothing that unpickles), and applied with numpy alone.
"""

from __future__ import annotations

import json
import math
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np

from bot.features import CHANNELS, Tables, extract

ARRAYS = "weights.npz"
WORDS = "model.json"


@dataclass(frozen=True)
class Options:
    """How to learn.

    `weights`: of each channel; `strength`: inverse regularisation; `least`: examples that a feature must stand in;
    `temperature`: by which scores are divided to become probabilities, found where the model has not learnt.
    """

    weights: Mapping[str, float]
    strength: float
    least: int
    temperature: float


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
    ) -> None:
        self.intents = list(intents)
        self.vocabulary = vocabulary
        self.idf = idf
        self.coefficients = coefficients
        self.bias = bias
        self.tables = tables
        self.options = options

    def rank(self, text: str) -> list[tuple[str, float]]:
        """Every intent with its probability, the likeliest first."""
        indices, values = _row(extract(text, self.tables), self.vocabulary, self.idf, self.options.weights)
        scores = self.bias + values @ self.coefficients[indices] if len(indices) else self.bias
        scores = scores / self.options.temperature
        odds = np.exp(scores - scores.max())
        chances = odds / odds.sum()
        order = np.argsort(-chances)
        return [(self.intents[i], float(chances[i])) for i in order]

    def save(self, directory: Path) -> None:
        """Write the model into `directory`."""
        np.savez(directory / ARRAYS, idf=self.idf, coefficients=self.coefficients, bias=self.bias)
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
    from scipy.sparse import csr_matrix
    from sklearn.svm import LinearSVC

    used = [channel for channel in CHANNELS if options.weights.get(channel)]
    counted = [extract(text, tables) for text in texts]
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
    machine = LinearSVC(C=options.strength, dual=True, random_state=7, max_iter=3000)
    machine.fit(matrix, np.asarray(intents))
    coefficients, bias = machine.coef_, machine.intercept_
    if len(machine.classes_) == 2:
        coefficients, bias = np.vstack([-coefficients[0], coefficients[0]]), np.array([-bias[0], bias[0]])
    return IntentModel(
        list(map(str, machine.classes_)),
        vocabulary,
        idf,
        np.ascontiguousarray(coefficients.T, dtype=np.float32),
        bias.astype(np.float32),
        tables,
        options,
    )
