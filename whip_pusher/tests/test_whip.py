"""RFC 9725 against a real HTTP server."""

from __future__ import annotations

import http.server
import threading
from collections.abc import Iterator
from typing import Any

import pytest

from whip_pusher import whip
from whip_pusher.exits import Exit

ANSWER = "v=0\r\ns=-\r\nm=video 9 UDP/TLS/RTP/SAVPF 96\r\n"


class Endpoint:
    """Answers every request with `reply`: status, headers, body."""

    def __init__(self) -> None:
        self.requests: list[tuple[str, str, dict[str, str], str]] = []
        self.reply: dict[str, tuple[int, dict[str, str], str]] = {}
        outer = self

        class Handler(http.server.BaseHTTPRequestHandler):
            def handle_any(self) -> None:
                body = self.rfile.read(int(self.headers.get("Content-Length", 0))).decode()
                outer.requests.append((self.command, self.path, dict(self.headers), body))
                status, headers, text = outer.reply.get(self.path, (200, {}, ""))
                self.send_response(status)
                for name, value in {**headers, "Content-Length": str(len(text))}.items():
                    self.send_header(name, value)
                self.end_headers()
                self.wfile.write(text.encode())

            do_POST = do_DELETE = handle_any

            def log_message(self, *_: Any) -> None:
                pass

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.base = f"http://127.0.0.1:{self.server.server_port}"
        threading.Thread(target=self.server.serve_forever, args=(0.02,), daemon=True).start()


@pytest.fixture
def endpoint() -> Iterator[Endpoint]:
    made = Endpoint()
    yield made
    made.server.shutdown()
    made.server.server_close()


def publish(endpoint: Endpoint) -> whip.Published:
    return whip.publish(f"{endpoint.base}/whip?x=1", "the-key", "v=0 offer", timeout=2)


def refused(endpoint: Endpoint, status: int, headers: dict[str, str], body: str) -> Exit:
    endpoint.reply["/whip?x=1"] = (status, headers, body)
    with pytest.raises(whip.WhipError) as caught:
        publish(endpoint)
    return caught.value.exit


def test_the_offer_is_posted_with_the_key_as_bearer(endpoint: Endpoint) -> None:
    endpoint.reply["/whip?x=1"] = (201, {"Location": "/whip/7"}, ANSWER)
    assert publish(endpoint) == whip.Published(ANSWER, f"{endpoint.base}/whip/7")
    method, path, headers, body = endpoint.requests[0]
    assert (method, path, body) == ("POST", "/whip?x=1", "v=0 offer")
    assert (headers["Authorization"], headers["Content-Type"]) == ("Bearer the-key", "application/sdp")


@pytest.mark.parametrize(("location", "wanted"), [("s/7", "/s/7"), ("/s/7", "/s/7")])
def test_a_relative_location_is_made_absolute(endpoint: Endpoint, location: str, wanted: str) -> None:
    endpoint.reply["/whip?x=1"] = (201, {"Location": location}, ANSWER)
    assert publish(endpoint).location == endpoint.base + wanted


def test_an_absolute_location_stays(endpoint: Endpoint) -> None:
    endpoint.reply["/whip?x=1"] = (201, {"Location": "https://other/s/7"}, ANSWER)
    assert publish(endpoint).location == "https://other/s/7"


def test_redirects_keep_method_and_body(endpoint: Endpoint) -> None:
    endpoint.reply["/whip?x=1"] = (307, {"Location": "/elsewhere"}, "")
    endpoint.reply["/elsewhere"] = (201, {"Location": "9"}, ANSWER)
    assert publish(endpoint).location == f"{endpoint.base}/9"
    assert endpoint.requests[1][0] == "POST"
    assert endpoint.requests[1][3] == "v=0 offer"


def test_redirects_without_end_are_a_lost_sfu(endpoint: Endpoint) -> None:
    assert refused(endpoint, 307, {"Location": "/whip?x=1"}, "") == Exit.SFU_GONE


@pytest.mark.parametrize(
    ("status", "code"),
    [
        (400, Exit.WHIP_REFUSED),
        (401, Exit.WHIP_UNAUTHORISED),
        (403, Exit.WHIP_UNAUTHORISED),
        (404, Exit.WHIP_UNAUTHORISED),
        (409, Exit.WHIP_UNAUTHORISED),
        (415, Exit.WHIP_REFUSED),
        (429, Exit.SFU_GONE),
        (500, Exit.SFU_GONE),
        (503, Exit.SFU_GONE),
        (200, Exit.SFU_GONE),
    ],
)
def test_each_status_has_its_meaning(endpoint: Endpoint, status: int, code: Exit) -> None:
    assert refused(endpoint, status, {}, "nonsense") == code


def test_an_answer_that_is_no_sdp_ends_what_it_began(endpoint: Endpoint) -> None:
    assert refused(endpoint, 201, {"Location": "/s/1"}, "<html>") == Exit.SFU_GONE
    assert endpoint.requests[-1][:2] == ("DELETE", "/s/1")


def test_an_answer_without_location_is_a_lost_sfu(endpoint: Endpoint) -> None:
    assert refused(endpoint, 201, {}, ANSWER) == Exit.SFU_GONE


@pytest.mark.parametrize("location", ["http://[::1/s", "http://sfu:port/s", "http://sfu:99999/s", "ftp://sfu/s"])
@pytest.mark.parametrize("status", [201, 307])
def test_a_location_that_is_no_url_is_a_lost_sfu(endpoint: Endpoint, status: int, location: str) -> None:
    assert refused(endpoint, status, {"Location": location}, ANSWER) == Exit.SFU_GONE


def test_a_declined_track_is_a_refusal(endpoint: Endpoint) -> None:
    assert refused(endpoint, 201, {"Location": "/s/1"}, ANSWER.replace("video 9", "video 0")) == Exit.WHIP_REFUSED


def test_one_of_two_tracks_may_be_declined(endpoint: Endpoint) -> None:
    both = ANSWER + "m=video 0 UDP/TLS/RTP/SAVPF 96\r\n"
    endpoint.reply["/whip?x=1"] = (201, {"Location": "/s/1"}, both)
    assert publish(endpoint).answer == both
    assert refused(endpoint, 201, {"Location": "/s/1"}, both.replace("video 9", "video 0")) == Exit.WHIP_REFUSED


def test_nobody_listening_is_a_lost_sfu() -> None:
    with pytest.raises(whip.WhipError) as caught:
        whip.publish("http://127.0.0.1:1/whip", "key", "v=0", timeout=2)
    assert caught.value.exit == Exit.SFU_GONE
