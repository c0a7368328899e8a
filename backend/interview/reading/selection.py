"""Choosing several: 1、3、10 · 一到四 · 全部 · 除了5和年金，其他都办 · 户口跟社保卡 · 医保那两个 · 第一和最后一个 · 再加上10.

The words are cut into tokens (tokens.py); this file gives each item its sign and adds them up.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Literal

from backend.interview.reading.tokens import Option, Token, tokens_of

__all__ = ["Option", "Selection", "select"]

Mode = Literal["set", "add", "remove"]
_ITEMS = ("item",)


@dataclass(frozen=True)
class Selection:
    """What a text chose among the options, in their order.

    mode        set: exactly `chosen`; add: `chosen` besides what was chosen before; remove: `chosen` are taken away
    removed     with mode "add", what is taken away in the same breath (去掉5，加上10)
    unknown     numbers that no option has, as written in ASCII digits
    understood  False when the text chooses nothing; then everything else is empty
    """

    chosen: list[str] = field(default_factory=list)
    unknown: list[str] = field(default_factory=list)
    mode: Mode = "set"
    understood: bool = False
    removed: list[str] = field(default_factory=list)

    def applied_to(self, before: Iterable[str]) -> set[str]:
        """The codes chosen after this, given those chosen `before`."""
        if self.mode == "set":
            return set(self.chosen)
        if self.mode == "remove":
            return set(before) - set(self.chosen)
        return (set(before) | set(self.chosen)) - set(self.removed)


def select(text: str, options: Sequence[Option]) -> Selection:
    """What `text` chooses among `options`. An empty choice (都不要) is understood, with nothing chosen."""
    tokens, unknown = tokens_of(text, options)
    adder = _Adder([option.code for option in options], tokens)
    adder.run()
    return adder.result(unknown)


class _Adder:
    """Walks the tokens once; `pending` are items whose sign is still open."""

    def __init__(self, codes: list[str], tokens: list[Token]) -> None:
        self.codes = codes
        self.tokens = tokens
        self.index = 0
        self.plain: set[str] = set()
        self.added: set[str] = set()
        self.negative: set[str] = set()
        self.negative_first = False
        self.every = self.nothing = self.excepted = self.others = self.only = self.within = False
        self.pending: list[Token] = []
        self.prefix: str | None = None

    def run(self) -> None:
        for index, token in enumerate(self.tokens):
            self.index = index
            getattr(self, f"_{token.kind}")(token)
        self._flush()
        if self.excepted and not (self.only or self.within):
            self.every = True

    def result(self, unknown: list[str]) -> Selection:
        if self.nothing and not (self.plain or self.added):
            return Selection(unknown=unknown, understood=True)
        if self.every:
            return self._selection(set(self.codes) - self.negative, unknown, "set")
        if self.plain and self.negative_first and not self.only:
            return self._selection(self.plain | self.added, unknown, "add")
        if self.plain:
            return self._selection((self.plain | self.added) - self.negative, unknown, "set")
        if self.added:
            return self._selection(self.added, unknown, "add")
        if self.negative:
            return self._selection(self.negative, unknown, "remove")
        return Selection(unknown=unknown, understood=self.only and self.nothing)

    def _selection(self, chosen: set[str], unknown: list[str], mode: Mode) -> Selection:
        removed = self._ordered(self.negative) if mode == "add" else []
        return Selection(self._ordered(chosen), unknown, mode, True, removed)

    def _ordered(self, codes: set[str]) -> list[str]:
        return [code for code in self.codes if code in codes]

    # One method for each kind of token.

    def _item(self, token: Token) -> None:
        # 3到7，5不要: one out of a run that was just named is spoken of by itself.
        within = bool(self.pending) and set(token.codes) < set(self.pending[-1].codes)
        if self.pending and (within or self._breaks_before(token)):
            self._flush()
            if self.prefix == "negative":
                self.prefix = None
        self.pending.append(token)

    def _separator(self, token: Token) -> None:
        """Separators matter only to what follows them."""

    _break = _separator

    def _turn(self, token: Token) -> None:
        """A second thought: what was said stands, and what follows has a sign of its own."""
        self._flush()
        self.prefix = None

    def _every(self, token: Token) -> None:
        if self.pending and self.prefix in (None, "positive") and not self._broken():
            self._flush()
            return
        self._flush()
        self.every, self.prefix = True, None

    def _both(self, token: Token) -> None:
        """都要: the items before it; all, when there are none or others are excepted."""
        if self.prefix == "except" or self.others or not self.pending:
            self._flush()
            self.every = not self.within or self.others
        else:
            self.prefix = None if self.prefix == "negative" else self.prefix
            self._flush()
        self.prefix = None

    def _neither(self, token: Token) -> None:
        """都不要: the items before it; nothing, when there are none."""
        if self.prefix == "except":
            self.plain |= self._taken()
            self.only = True
        elif self.others:
            self._flush()
            self.only = True
        elif self.pending:
            self._negate(self._taken())
        else:
            self.nothing, self.every = True, False
        self.prefix = None

    def _except(self, token: Token) -> None:
        self._flush()
        # 1到5，除了3 leaves out of what was named before, not of everything.
        self.within = bool(self.plain) and not self.every
        self.prefix, self.excepted = "except", True

    def _outside(self, token: Token) -> None:
        """年金除外: the items before it are left out; after 除了 it says nothing new."""
        if self.pending and self.prefix != "except":
            self._negate(self._taken())
            self.prefix, self.excepted = None, True

    def _negative(self, token: Token) -> None:
        follows = self._follows(_ITEMS)
        if self.others and not self.pending:
            self.only, self.prefix = True, None
            self.nothing = not self.plain
        elif (
            self.pending
            and self.prefix in (None, "positive")
            and not (follows and (self._broken() or not self._then_positive()))
        ):
            self._negate(self._taken())
            self.prefix = None
        elif follows:
            self._flush()
            self.prefix = "negative"
        elif self.every and not self.pending:
            self.every, self.nothing = False, True
        else:
            self._flush()

    def _positive(self, token: Token) -> None:
        if self.others and not self.pending:
            self.every = True
        elif not self.pending or self._follows(_ITEMS) or self.prefix is not None:
            self._flush()
            self.prefix = "positive" if self.prefix != "add" or self.pending else "add"
        else:
            self._flush()

    def _add(self, token: Token) -> None:
        follows = self._follows(_ITEMS)
        if self.pending and self.prefix is None and not follows:
            self.added |= self._taken()
        else:
            self._flush()
            self.prefix = "add"

    def _only(self, token: Token) -> None:
        self._flush()
        self.only, self.others, self.nothing, self.prefix = True, False, False, "positive"

    def _others(self, token: Token) -> None:
        self._flush()
        self.others, self.prefix = True, None

    # Helpers.

    def _taken(self) -> set[str]:
        taken = {code for token in self.pending for code in token.codes}
        self.pending = []
        return taken

    def _flush(self) -> None:
        taken = self._taken()
        if self.prefix in ("negative", "except"):
            self._negate(taken)
        elif self.prefix == "add":
            self.added |= taken
        else:
            self.plain |= taken

    def _negate(self, codes: set[str]) -> None:
        self.negative_first = self.negative_first or not (self.plain or self.added or self.every)
        self.negative |= codes

    def _follows(self, kinds: Sequence[str]) -> bool:
        """True when the next token, separators aside, is of one of `kinds`, with no break between."""
        following = next((token for token in self.tokens[self.index + 1 :] if token.kind != "separator"), None)
        return following is not None and following.kind in kinds

    def _then_positive(self) -> bool:
        """True when the items that follow have a 要 of their own behind them."""
        rest = [token.kind for token in self.tokens[self.index + 1 :] if token.kind not in ("separator", "item")]
        return bool(rest) and rest[0] in ("positive", "both")

    def _broken(self) -> bool:
        """True when a comma stands right before the token."""
        return self.index > 0 and self.tokens[self.index - 1].kind == "break"

    def _breaks_before(self, token: Token) -> bool:
        """Does a comma end what was said before this item? 1，3，10 is one list; 落户，年金不要 is two sayings."""
        if not self._broken():
            return False
        if self.prefix == "negative":
            return self._then_positive()
        if self.prefix is not None and self.prefix != "positive":
            return False
        if not (token.numbered and self.pending[-1].numbered):
            return True
        first = self.tokens.index(self.pending[0])
        return any(before.kind == "separator" and before.mark for before in self.tokens[first : self.index])
