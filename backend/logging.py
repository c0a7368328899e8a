"""Logs of every process: one line an event, JSON or for a terminal, and never a run of nine or more digits.

Identity, card and telephone numbers must not reach a log by any way: not in a message, a value, an exception's text, nor
from a library. So the finished line is searched, whatever it came from.
"""

from __future__ import annotations

import json
import logging
import os
import re
import sys
from typing import Any

import structlog
from structlog.typing import EventDict, Processor, WrappedLogger

#: \d knows full-width digits too. The last character of an identity number may be X.
LONG_NUMBER = re.compile(r"\d{9,}[Xx]?")
MASK = "‹number›"
HANDLER = "guitu"
#: Chatty at INFO, and what they say is in our own lines already.
QUIET = (
    "sanic.access",
    "sanic.root",
    "sanic.server",
    "httpx",
    "httpcore",
    "aiosqlite",
    "asyncio",
    "alembic",
    "sqlalchemy.engine",
)


def hide_numbers(text: str) -> str:
    """`text` with every run of nine or more digits replaced."""
    return LONG_NUMBER.sub(MASK, text)


def _hide_in_line(_logger: WrappedLogger, _name: str, line: EventDict | str) -> str:
    return hide_numbers(str(line))


def _dumps(value: Any, **options: Any) -> str:
    return json.dumps(value, ensure_ascii=False, **options)


def configure_logging(style: str | None = None, level: int = logging.INFO) -> None:
    """Send structlog's and the standard library's records to stderr. `style`: "json" or "console"; GUITU_LOG, else console."""
    style = style or os.environ.get("GUITU_LOG", "console")
    shared: list[Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.stdlib.ExtraAdder(),
        structlog.processors.TimeStamper(fmt="iso", utc=True),
    ]
    finish: list[Processor]
    if style == "json":
        finish = [structlog.processors.dict_tracebacks, structlog.processors.JSONRenderer(serializer=_dumps)]
    else:
        plain = structlog.dev.plain_traceback
        finish = [structlog.dev.ConsoleRenderer(colors=sys.stderr.isatty(), exception_formatter=plain)]
    formatter = structlog.stdlib.ProcessorFormatter(
        foreign_pre_chain=shared,
        processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, *finish, _hide_in_line],
    )
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(formatter)
    handler.set_name(HANDLER)
    root = logging.getLogger()
    for old in [each for each in root.handlers if each.get_name() == HANDLER]:
        root.removeHandler(old)
    root.addHandler(handler)
    root.setLevel(level)
    for name in QUIET:
        logging.getLogger(name).setLevel(logging.WARNING)
    structlog.configure(
        processors=[structlog.stdlib.filter_by_level, *shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=True,
    )
