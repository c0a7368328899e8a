"""The intent classifier of the pipeline: intent_model.py as a component of Rasa.

A question's intent is a retrieval intent in the training data, `faq/postage`. It is learnt under its full name. What the
rules see is the part before the slash (`faq`), because Rasa's rules know only that; the full name stands beside it under
Rasa's own key `full_retrieval_intent_name` and in the ranking. No ResponseSelector takes part.

A message of which the model is not sure becomes `nlu_fallback`, with the ranking left as it is, so that the likeliest
choices can be offered.
"""

from __future__ import annotations

import logging
from collections.abc import Collection
from typing import Any

from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.nlu.classifiers.classifier import IntentClassifier
from rasa.shared.constants import DEFAULT_NLU_FALLBACK_INTENT_NAME, INTENT_MESSAGE_PREFIX
from rasa.shared.exceptions import InvalidConfigException
from rasa.shared.nlu.constants import (
    FULL_RETRIEVAL_INTENT_NAME_KEY,
    INTENT,
    INTENT_NAME_KEY,
    INTENT_RANKING_KEY,
    PREDICTED_CONFIDENCE_KEY,
    RESPONSE_IDENTIFIER_DELIMITER,
    TEXT,
)
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from bot.features import CHANNELS, Tables
from bot.intent_model import IntentModel, Options, learn, pinyin_table

log = logging.getLogger(__name__)
# A user message in the tracker is as long as its ranking: three are what an answer can offer.
RANKING = 3
DIGITS = 4


def base_name(intent: str) -> str:
    """The part of a retrieval intent that rules know: `faq` of `faq/postage`; other names stay."""
    return intent.split(RESPONSE_IDENTIFIER_DELIMITER, 1)[0]


def decide(ranking: list[dict[str, Any]], threshold: float, margin: float, at_once: Collection[str] = ()) -> dict[str, Any]:
    """The intent for Rasa of a `ranking` ({"name", "confidence"}, best first, full names).

    Below `threshold`, or with less than `margin` between the two best, it is nlu_fallback with the confidence of the best;
    intents of `at_once` are taken as they stand when they come first.
    """
    first, second = ranking[0], ranking[1] if len(ranking) > 1 else {PREDICTED_CONFIDENCE_KEY: 0.0}
    confidence = first[PREDICTED_CONFIDENCE_KEY]
    unsure = confidence < threshold or confidence - second[PREDICTED_CONFIDENCE_KEY] < margin
    if unsure and first[INTENT_NAME_KEY] not in at_once:
        return {INTENT_NAME_KEY: DEFAULT_NLU_FALLBACK_INTENT_NAME, PREDICTED_CONFIDENCE_KEY: confidence}
    name = first[INTENT_NAME_KEY]
    intent = {INTENT_NAME_KEY: base_name(name), PREDICTED_CONFIDENCE_KEY: confidence}
    if base_name(name) != name:
        intent[FULL_RETRIEVAL_INTENT_NAME_KEY] = name
    return intent


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.INTENT_CLASSIFIER, is_trainable=True)
class CharClassifier(GraphComponent, IntentClassifier):
    """Learns full intent names from the examples and the closed lists of data/lookups."""

    @staticmethod
    def get_default_config() -> dict[str, Any]:
        """See Options of intent_model.py; `threshold` and `margin` are probabilities.

        `at_once`: intents that are taken from a probability of their own on, whatever is likelier (distress).
        """
        return {
            "weights": dict.fromkeys(CHANNELS, 1.0),
            "strength": 2.0,
            "least": 2,
            "temperature": 0.2,
            "meaning": 0.0,
            "directions": 256,
            "threshold": 0.3,
            "margin": 0.03,
            "at_once": {},
        }

    def __init__(self, config: dict[str, Any], storage: ModelStorage, resource: Resource, model: IntentModel | None) -> None:
        self.config = {**self.get_default_config(), **config}
        self.storage = storage
        self.resource = resource
        self.model = model

    @classmethod
    def create(
        cls, config: dict[str, Any], model_storage: ModelStorage, resource: Resource, execution_context: ExecutionContext
    ) -> CharClassifier:
        """A component that has learnt nothing yet."""
        return cls(config, model_storage, resource, None)

    @classmethod
    def load(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
        **kwargs: Any,
    ) -> CharClassifier:
        """A component with the model that `train` wrote."""
        with model_storage.read_from(resource) as directory:
            return cls(config, model_storage, resource, IntentModel.open(directory))

    def train(self, training_data: TrainingData) -> Resource:
        """Learn the examples and write the model to the resource. Raises InvalidConfigException for less than two intents."""
        examples = [example for example in training_data.intent_examples if example.get(TEXT)]
        intents = [example.get_full_intent() for example in examples]
        if len(set(intents)) < 2:
            raise InvalidConfigException("data/nlu has examples of fewer than two intents: add examples.")
        lists = {
            table["name"]: table["elements"] for table in training_data.lookup_tables if isinstance(table["elements"], list)
        }
        config = self.config
        options = Options(
            {str(channel): float(weight) for channel, weight in config["weights"].items()},
            float(config["strength"]),
            int(config["least"]),
            float(config["temperature"]),
            float(config["meaning"]),
            int(config["directions"]),
        )
        self.model = learn([example.get(TEXT) for example in examples], intents, Tables(pinyin_table(), lists), options)
        with self.storage.write_to(self.resource) as directory:
            self.model.save(directory)
        return self.resource

    def process(self, messages: list[Message]) -> list[Message]:
        """Set intent and intent_ranking (full names, at most three) on each message."""
        if self.model is None:
            raise InvalidConfigException("the intent classifier has no model: train first.")
        for message in messages:
            text = message.get(TEXT) or ""
            if text.startswith(INTENT_MESSAGE_PREFIX):
                # Rasa's own handler reads a pressed choice after us; one that it refuses must not pass for something typed.
                ranking = [{INTENT_NAME_KEY: DEFAULT_NLU_FALLBACK_INTENT_NAME, PREDICTED_CONFIDENCE_KEY: 0.0}]
            else:
                ranking = self._ranking(text)
            message.set(
                INTENT,
                decide(ranking, self.config["threshold"], self.config["margin"], self.config["at_once"]),
                add_to_output=True,
            )
            message.set(INTENT_RANKING_KEY, ranking, add_to_output=True)
        return messages

    def _ranking(self, text: str) -> list[dict[str, Any]]:
        """The likeliest intents of `text`, with what must not be missed put first."""
        ranked = self.model.rank(text) if self.model else []
        at_once = self.config["at_once"]
        first = [(name, confidence) for name, confidence in ranked if confidence >= at_once.get(name, 2.0)]
        ordered = first + [pair for pair in ranked if pair not in first]
        return [
            {INTENT_NAME_KEY: name, PREDICTED_CONFIDENCE_KEY: round(confidence, DIGITS)}
            for name, confidence in ordered[:RANKING]
        ]
