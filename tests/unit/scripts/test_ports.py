"""A port in use is refused in one line: which port, who has it, what to do."""

from __future__ import annotations

import os
import socket

import pytest

from scripts import ports, processes
from scripts.console import SetupError


def test_a_free_port_is_accepted() -> None:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        number = probe.getsockname()[1]
    ports.need_free(processes.BACKEND, {"GUITU_PORT": str(number)})


def test_a_taken_port_is_named_with_its_holder_and_the_way_out() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        number = taken.getsockname()[1]
        with pytest.raises(SetupError) as refused:
            ports.need_free(processes.BACKEND, {"GUITU_PORT": str(number)})
    line = str(refused.value)
    assert f"Port {number} (page and API) is taken by" in line
    assert f"(pid {os.getpid()})" in line
    assert f"Stop it, or choose another port: GUITU_PORT={number + 100} make run" in line


@pytest.mark.parametrize("value", ["", "http", "0", "65536", "-1", "80 "])
def test_a_port_that_is_no_port_is_refused_by_name(value: str) -> None:
    with pytest.raises(SetupError, match="GUITU_WORKER_PORT must be a port"):
        processes.environment({"GUITU_WORKER_PORT": value})


def test_another_port_moves_the_addresses_that_follow_from_it() -> None:
    environ = processes.environment({"GUITU_RASA_PORT": "15005", "GUITU_ACTIONS_PORT": "15055", "GUITU_PORT": "18000"})
    assert environ["GUITU_RASA_URL"] == "http://127.0.0.1:15005"
    assert environ["GUITU_ACTIONS_URL"] == "http://127.0.0.1:15055"
    assert environ["GUITU_BACKEND_URL"] == "http://127.0.0.1:18000"


def test_every_process_of_the_procfile_has_a_health_check_and_the_other_way_round() -> None:
    assert set(processes.commands()) == {part.name for part in processes.PARTS}


def test_rasa_keeps_its_tracker_in_the_same_postgresql() -> None:
    assert processes.tracker_url("postgresql+asyncpg://a@b/c") == "postgresql://a@b/c"
