"""A real HTTP server that answers the turn contract: what a test wants said, and a record of what it was asked."""

from __future__ import annotations

import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


class FakeBackend:
    """Answers every turn with one body that names step and intent. Set `closes`, `silent`, `failing` to change that."""

    def __init__(self, token: str) -> None:
        self.token = token
        self.asked: list[dict[str, Any]] = []
        self.closes = False
        self.silent = False
        self.failing = False
        backend = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = json.loads(self.rfile.read(int(self.headers["content-length"])))
                status, answer = backend.answer(self.path, self.headers.get("authorization", ""), body)
                data = json.dumps(answer).encode()
                self.send_response(status)
                self.send_header("content-type", "application/json")
                self.send_header("content-length", str(len(data)))
                self.end_headers()
                self.wfile.write(data)

            def log_message(self, *_: Any) -> None:
                """Tests speak for themselves."""

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def reset(self) -> None:
        """Forget what was asked, and be well again."""
        self.asked.clear()
        self.closes = self.silent = self.failing = False

    def answer(self, path: str, authorization: str, body: dict[str, Any]) -> tuple[int, dict[str, Any]]:
        """Status and JSON for one request."""
        if path != "/internal/turn" or authorization != f"Bearer {self.token}":
            return 401, {"error": "unauthorised"}
        self.asked.append(body)
        if self.failing:
            return 500, {"error": "internal"}
        said = {"text": f"{body['step']} {body['intent']['name']}", "choices": []}
        return 200, {"replies": [] if self.silent else [said], "form": "closed" if self.closes else "open"}

    def close(self) -> None:
        """Stop answering."""
        self.server.shutdown()
        self.server.server_close()
