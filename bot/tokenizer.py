"""The tokenizer of the pipeline: normalises the text, then takes each Chinese character, word or number as a token.

Nothing in the pipeline needs words, so no dictionary is loaded. The tokenizer is where text is normalised because it alone
sees training examples and live messages both.
"""

from __future__ import annotations

import re
from typing import Any

from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.nlu.tokenizers.tokenizer import Token, Tokenizer
from rasa.shared.constants import INTENT_MESSAGE_PREFIX
from rasa.shared.nlu.training_data.message import Message

from bot.normalise import normalise

TOKENS = re.compile(r"[a-z0-9]+|[^\sa-z0-9]")


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.MESSAGE_TOKENIZER, is_trainable=False)
class CharTokenizer(Tokenizer):
    """Sets the normalised text on the message; offsets of tokens fit the text that was typed."""

    @staticmethod
    def supported_languages() -> list[str] | None:
        """Chinese; Latin words and numbers pass as tokens."""
        return ["zh"]

    @staticmethod
    def get_default_config() -> dict[str, Any]:
        """What the base class asks for; intents are never split."""
        return {
            "intent_tokenization_flag": False,
            "intent_split_symbol": "_",
            "token_pattern": None,
            "prefix_separator_symbol": None,
        }

    def tokenize(self, message: Message, attribute: str) -> list[Token]:
        """The tokens of the message's `attribute`, which is normalised in place."""
        text = message.get(attribute)
        # A pressed choice is read as it was offered: what it holds is for the backend, not for the classifier.
        if not text.startswith(INTENT_MESSAGE_PREFIX):
            text = normalise(text)
            message.set(attribute, text)
        return [Token(found[0], found.start()) for found in TOKENS.finditer(text)]
