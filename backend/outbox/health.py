"""A loopback HTTP answer to “does the worker work?”, for whoever starts it and watches over it."""

from __future__ import annotations

import asyncio
import json

from backend.outbox.worker import Worker

HOST = "127.0.0.1"


async def serve_health(worker: Worker, port: int) -> asyncio.Server:
    """Answer every request on the loopback `port`: 200 while the worker is well, 503 otherwise. Port 0 takes a free one."""

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readline()
        body = json.dumps(
            {
                "status": "ok" if worker.healthy else "failing",
                "rounds": worker.rounds,
                "last_round_at": worker.last_round_at.isoformat() if worker.last_round_at else None,
                "failure": worker.failure,
                "mail": "on" if worker.house.mail is not None else "off",
            }
        )
        status = "200 OK" if worker.healthy else "503 Service Unavailable"
        head = (
            f"HTTP/1.1 {status}\r\nContent-Type: application/json\r\nContent-Length: {len(body)}\r\nConnection: close\r\n\r\n"
        )
        writer.write((head + body).encode())
        await writer.drain()
        writer.close()

    return await asyncio.start_server(answer, HOST, port)
