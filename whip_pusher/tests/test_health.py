"""/healthz and /metrics on a real socket: the truth for who asks, and no harm by who asks badly."""

from __future__ import annotations

import http.client
import json
import socket
import threading
import time
from collections.abc import Mapping

import pytest

from whip_pusher import health
from whip_pusher.health import MOST_CLIENTS, judge, serve
from whip_pusher.tests.janus_sfu import free_port

PLAYING = {"state": "playing", "healthy": True, "camera_id": "cam-1", "generation": "3", "fps": 25.0}


class Door:
    """A served snapshot that a test may change; `None` makes it raise."""

    def __init__(self) -> None:
        self.port, self.told = free_port(), dict[str, object](PLAYING)
        assert serve(self.port, "127.0.0.1", self._snapshot) is None

    def _snapshot(self) -> Mapping[str, object]:
        if not self.told:
            raise RuntimeError("nothing to tell")
        return self.told

    def ask(self, path: str = "/healthz", method: str = "GET") -> tuple[int, str]:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=5)
        connection.request(method, path)
        answer = connection.getresponse()
        body = answer.read().decode()
        connection.close()
        return answer.status, body

    def connect(self) -> socket.socket:
        return socket.create_connection(("127.0.0.1", self.port), timeout=5)


@pytest.fixture(scope="module")
def served() -> Door:
    return Door()


@pytest.fixture
def door(served: Door) -> Door:
    served.told = dict(PLAYING)
    return served


def test_a_healthy_run_answers_200_with_its_state_and_name(door: Door) -> None:
    status, body = door.ask()
    assert (status, json.loads(body)) == (200, {"state": "playing", "camera_id": "cam-1", "generation": "3"})


def test_a_run_that_the_watchdog_condemns_answers_503(door: Door) -> None:
    door.told |= {"state": "waiting", "healthy": False, "reason": "source_stalled"}
    status, body = door.ask()
    told = json.loads(body)
    assert (status, told["state"], told["reason"]) == (503, "waiting", "source_stalled")


def test_a_main_loop_that_turns_no_more_is_stuck() -> None:
    assert judge({**PLAYING, "tick": 100.0}, 104.9) == (True, "playing")
    assert judge({**PLAYING, "tick": 100.0}, 105.1) == (False, "stuck")


def test_a_run_that_can_tell_nothing_is_not_healthy(door: Door) -> None:
    door.told = {}
    assert door.ask() == (503, '{"state": "unknown"}')
    assert door.ask("/metrics")[0] == 503


def test_metrics_are_a_page_of_figures(door: Door) -> None:
    status, body = door.ask("/metrics?now")
    assert status == 200
    assert 'whip_pusher_frames_per_second{camera_id="cam-1"} 25\n' in body
    assert 'whip_pusher_healthy{camera_id="cam-1"} 1\n' in body


@pytest.mark.parametrize(
    ("request_bytes", "status"),
    [
        (b"POST /healthz HTTP/1.1\r\n\r\n", 405),
        (b"GET /other HTTP/1.1\r\n\r\n", 404),
        (b"GET /healthz\r\n\r\n", 400),
        (b"\x16\x03\x01 \x00 \xff\r\n\r\n", 400),
        (b"A" * 5000, 400),
    ],
)
def test_garbage_is_refused_and_the_next_is_served(door: Door, request_bytes: bytes, status: int) -> None:
    with door.connect() as client:
        client.sendall(request_bytes)
        assert client.recv(4096).startswith(f"HTTP/1.1 {status} ".encode())
    assert door.ask()[0] == 200


def test_a_head_has_no_body(door: Door) -> None:
    assert door.ask(method="HEAD") == (200, "")


def test_slow_clients_keep_nobody_waiting_and_are_let_go(door: Door) -> None:
    slow = [door.connect() for _ in range(3)]
    for client in slow:
        client.sendall(b"GET /hea")
    began = time.monotonic()
    assert door.ask()[0] == 200
    assert time.monotonic() - began < 0.5
    for client in slow:
        assert client.recv(1) == b""
        client.close()
    assert time.monotonic() - began < health.CLIENT_SECONDS + 1


def test_a_crowd_costs_the_oldest_its_place(door: Door) -> None:
    crowd = [door.connect() for _ in range(MOST_CLIENTS * 4)]
    assert door.ask()[0] == 200
    assert crowd[0].recv(1) == b""
    for client in crowd:
        client.close()


def test_a_client_that_resets_does_no_harm(door: Door) -> None:
    for _ in range(20):
        client = door.connect()
        client.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")
        client.sendall(b"GET /metrics HTTP/1.1\r\n\r\n")
        client.close()
    assert door.ask()[0] == 200


def test_a_port_that_is_taken_is_a_code_and_no_error(door: Door) -> None:
    threads = threading.active_count()
    assert serve(door.port, "127.0.0.1", dict) == "http_port_taken"
    assert serve(door.port, "203.0.113.1", dict) == "http_unavailable"
    assert threading.active_count() == threads


def test_it_sleeps_while_nobody_asks(door: Door) -> None:
    door.ask()
    before = time.process_time()
    time.sleep(0.5)
    assert time.process_time() - before < 0.02
