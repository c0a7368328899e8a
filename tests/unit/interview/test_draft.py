"""A draft as data: what is put in, taken back, and stored."""

from __future__ import annotations

from backend.interview.draft import HISTORY_LENGTH, Draft


def test_a_draft_survives_being_stored() -> None:
    draft = Draft(pending="card_bank").put("card_bank", "abc").put("card_bank", "icbc")
    assert Draft.from_json(draft.to_json()) == draft


def test_undoing_brings_the_old_answer_back_and_then_none() -> None:
    draft = Draft().put("card_bank", "abc").put("card_bank", "icbc")
    draft, field = draft.undo()
    assert (field, draft.answers) == ("card_bank", {"card_bank": "abc"})
    draft, field = draft.undo()
    assert (field, draft.answers) == ("card_bank", {})
    assert draft.undo() == (draft, None)


def test_the_history_is_bounded() -> None:
    draft = Draft()
    for number in range(HISTORY_LENGTH + 5):
        draft = draft.put("name", str(number))
    assert len(draft.history) == HISTORY_LENGTH
