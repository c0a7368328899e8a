"""Every table of the service, by importing each room's model.py."""

from __future__ import annotations

import importlib
from pathlib import Path

from sqlalchemy import MetaData

from backend.db.base import Base

_BACKEND = Path(__file__).resolve().parent.parent


def all_tables() -> MetaData:
    """The metadata with the tables of backend/*/model.py and backend/*/*/model.py."""
    for file in sorted([*_BACKEND.glob("*/model.py"), *_BACKEND.glob("*/*/model.py")]):
        importlib.import_module(".".join(("backend", *file.relative_to(_BACKEND).with_suffix("").parts)))
    return Base.metadata
