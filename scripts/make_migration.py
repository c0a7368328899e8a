"""`make migration m="what it does"`: the next revision, from what the models have and the newest revision lacks."""

from __future__ import annotations

import asyncio
import subprocess
import sys
import tempfile
from pathlib import Path

from alembic import command
from sqlalchemy import Connection

from backend.db import migrate
from backend.db.engine import Database
from scripts.console import ROOT


async def write(message: str) -> Path | None:
    """Write the revision; None when models and migrations agree already."""
    with tempfile.TemporaryDirectory() as folder:
        db = Database(f"sqlite+aiosqlite:///{folder}/newest.db")
        await migrate.upgrade(db)

        def generate(connection: Connection) -> Path | None:
            if not migrate.differences(connection):
                return None
            number = len(list((migrate.MIGRATIONS / "versions").glob("*.py"))) + 1
            script = command.revision(migrate.make_config(connection), message, autogenerate=True, rev_id=f"{number:04d}")
            assert script is not None and not isinstance(script, list)
            return Path(script.path)

        try:
            async with db.engine.connect() as connection:
                return await connection.run_sync(generate)
        finally:
            await db.dispose()


def main() -> int:
    """Exit status 0 when written or not needed, 2 without a message."""
    message = " ".join(sys.argv[1:]).strip()
    if not message:
        print('Say what it does: make migration m="tasks know their carrier"', file=sys.stderr)
        return 2
    path = asyncio.run(write(message))
    if path is None:
        print("Models and migrations agree already: nothing to write.")
        return 0
    for ruff in (("format", "--quiet"), ("check", "--fix", "--quiet")):
        subprocess.run([sys.executable, "-m", "ruff", *ruff, str(path)], check=True)
    print(f"{path.relative_to(ROOT)}: read it before you keep it.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
