"""What is read out of the answers of engines and of this machine's own tables."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
from collections.abc import Iterator

import pytest

from streaming.media.docker_usage import usage_in
from streaming.media.ports import PusherUsage
from streaming.media.process_usage import usage_below

SENT = 300_000
TAKES = "import socket,sys; s=socket.create_connection(('127.0.0.1', int(sys.argv[1])))\nwhile s.recv(65536): pass"


def told(**more: object) -> dict[str, object]:
    memory = {"usage": 50_000_000, "stats": {"inactive_file": 20_000_000}}
    return {"cpu_stats": {"cpu_usage": {"total_usage": 1_500_000_000}}, "memory_stats": memory, **more}


def test_a_container_on_a_network_of_its_own_has_its_bytes_counted():
    networks = {"eth0": {"rx_bytes": 700, "tx_bytes": 600}, "eth1": {"rx_bytes": 1, "tx_bytes": 2}}
    assert usage_in(told(networks=networks)) == PusherUsage(1.5, 30_000_000, 701, 602)


def test_on_the_host_s_network_the_bytes_are_unknown_and_not_none_at_all():
    assert usage_in(told()) == PusherUsage(1.5, 30_000_000, None, None)


def test_memory_of_an_older_kernel_s_groups_is_told_without_its_cache():
    old = {"usage": 9_000_000, "stats": {"total_inactive_file": 4_000_000}}
    assert usage_in(told(memory_stats=old)).memory_bytes == 5_000_000


@pytest.fixture
def taker() -> Iterator[int]:
    """The pid of a process that has taken SENT bytes over a TCP connection."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.settimeout(10)
        process = subprocess.Popen([sys.executable, "-c", TAKES, str(server.getsockname()[1])])
        connection, _ = server.accept()
        with connection:
            connection.sendall(b"x" * SENT)
            yield process.pid
            process.kill()
            process.wait(10)


def test_bytes_of_tcp_connections_are_those_of_the_process_that_holds_them(taker: int):
    mine = usage_below({"cam-a": taker, "cam-b": os.getppid()}, timeout=5)
    assert SENT * 0.5 < (mine["cam-a"].received_bytes or 0) <= SENT
    assert mine["cam-a"].sent_bytes is None


def test_a_process_that_has_ended_is_left_out():
    process = subprocess.Popen(["/bin/true"])
    process.wait(10)
    assert usage_below({"cam-a": process.pid}, timeout=5) == {}
