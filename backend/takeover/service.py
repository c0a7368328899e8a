"""What the endpoints and the console ask of taking over. Every answer is plain JSON."""

from __future__ import annotations

from backend.takeover.attending import (
    claim,
    close,
    give_back,
    note,
    reply,
    seen,
    take,
    transfer,
    typing,
    veteran_seen,
    veteran_typing,
)
from backend.takeover.canned.service import (
    add_default_canned,
    canned,
    canned_page,
    delete_canned,
    one_canned,
    save_canned,
)
from backend.takeover.desk import ROLES
from backend.takeover.files import file_to_paper, look_at_file, send_file, show_file
from backend.takeover.keeping import finish_task, left_lines, tasks
from backend.takeover.reading import closed, colleagues, measures, queue, search, search_in, show, transcript, waiting_lines
from backend.takeover.starting import start, where
from backend.takeover.waiting import call_off, expire_idle, leave, place_of, put_in_queue

__all__ = [
    "ROLES",
    "add_default_canned",
    "call_off",
    "canned",
    "canned_page",
    "claim",
    "close",
    "closed",
    "colleagues",
    "delete_canned",
    "expire_idle",
    "file_to_paper",
    "finish_task",
    "give_back",
    "leave",
    "left_lines",
    "look_at_file",
    "measures",
    "note",
    "one_canned",
    "place_of",
    "put_in_queue",
    "queue",
    "reply",
    "save_canned",
    "search",
    "search_in",
    "seen",
    "send_file",
    "show",
    "show_file",
    "start",
    "take",
    "tasks",
    "transcript",
    "transfer",
    "typing",
    "veteran_seen",
    "veteran_typing",
    "waiting_lines",
    "where",
]
