"""`guitu serve` refuses a taken port in one line, before it opens anything."""

from __future__ import annotations

import socket

import pytest

from backend import serve
from backend.errors import GuituError


def test_a_taken_port_is_refused_in_one_line() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(GuituError, match=rf"cannot listen on 127\.0\.0\.1:{port}: .* set GUITU_PORT to a free port"):
            serve._listen("127.0.0.1", port)


def test_a_free_port_is_taken_on_the_loopback_address_only() -> None:
    with serve._listen("127.0.0.1", 0) as listener:
        assert listener.getsockname()[0] == "127.0.0.1"
