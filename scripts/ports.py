"""Whether a port is free, and who has it if not."""

from __future__ import annotations

import errno
import socket
from collections.abc import Mapping
from pathlib import Path

from scripts.console import SetupError
from scripts.processes import HOST, Part

LISTEN_STATE = "0A"


def need_free(part: Part, environ: Mapping[str, str]) -> None:
    """Raise SetupError with the port, its holder if known, and the way out, unless `part` can listen on its port."""
    port = int(environ[part.port_name])
    try:
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind((HOST, port))
    except OSError as error:
        if error.errno == errno.EACCES:
            raise SetupError(
                f"Port {port} ({part.title}) may not be used by this account: choose one above 1023 by {part.port_name}."
            ) from None
        if error.errno != errno.EADDRINUSE:
            raise
        who = holder(port)
        taken = f"Port {port} ({part.title}) is taken{f' by {who}' if who else ''}."
        raise SetupError(f"{taken} Stop it, or choose another port: {part.port_name}={port + 100} make run") from None


def holder(port: int) -> str:
    """`name (pid N)` of who listens on `port`, or "" where that cannot be known (another system, another account)."""
    inodes = set(_listening(port))
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            if any(link.readlink().name in inodes for link in (folder / "fd").iterdir()):
                return f"{(folder / 'comm').read_text('utf-8').strip()} (pid {folder.name})"
        except OSError:
            # Gone meanwhile, or another account's: not known, and the caller says so by leaving it out.
            continue
    return ""


def _listening(port: int) -> list[str]:
    found = []
    for table in ("/proc/net/tcp", "/proc/net/tcp6"):
        if Path(table).exists():
            rows = [line.split() for line in Path(table).read_text("ascii").splitlines()[1:]]
            found += [
                f"socket:[{row[9]}]" for row in rows if row[3] == LISTEN_STATE and int(row[1].rpartition(":")[2], 16) == port
            ]
    return found
