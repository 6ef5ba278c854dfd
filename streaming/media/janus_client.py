"""Bounded HTTP talk with Janus: one kept connection and one deadline for all calls of an operation.

Protocol: https://janus.conf.meetecho.com/docs/rest.html and …/admin.html, tried with Janus 1.1.2. A request to a
plugin answers at once (`success`) or with an `ack`, and then with an event on the session's long poll that carries the
same transaction. Raises MediaError("sfu_unreachable") where Janus is away, slow or talks nonsense, and JanusRefused
(code "sfu_refused") where it says no.
"""

from __future__ import annotations

import json
import secrets
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

from streaming.media.bounded_http import BoundedHttp
from streaming.media.ports import MediaError

Json = dict[str, Any]
PLUGIN = "janus.plugin.videoroom"
LARGEST_ANSWER = 4 * 1024 * 1024  # bytes; a listing of all sessions stays far below

UNAUTHORIZED = 403
SESSION_GONE, HANDLE_GONE = 458, 459
BAD_JSEP = frozenset({464, 465, 469})
NO_SUCH_ROOM, ROOM_EXISTS, NO_SUCH_FEED, PUBLISHERS_FULL, ROOM_NOT_OURS, ID_EXISTS, BAD_SDP = (
    426, 427, 428, 432, 433, 436, 437,
)  # fmt: skip


class JanusRefused(MediaError):
    """Janus or its VideoRoom said no. `number`: its error code (janus-gateway src/apierror.h, janus_videoroom.c)."""

    def __init__(self, number: int, reason: str) -> None:
        super().__init__("sfu_refused", permanent=number == UNAUTHORIZED, janus=number, reason=reason)
        self.number = number


class JanusHttp(BoundedHttp):
    """One API of Janus. Not for several threads, nor for longer than one operation."""

    def __init__(self, url: str, secret: Mapping[str, str], deadline: float) -> None:
        """`deadline`: of time.monotonic(), for all calls together."""
        super().__init__(url, away="sfu_unreachable", deadline=deadline, largest=LARGEST_ANSWER)
        self._secret = dict(secret)

    def post(self, path: str, body: Json) -> Json:
        body = {**body, **self._secret, "transaction": body.get("transaction") or secrets.token_hex(8)}
        return self._checked(self.exchange_json("POST", path, json.dumps(body))[1])

    def get(self, path: str, **query: str) -> Json:
        # The long poll takes the secret only in its query; that is why both APIs listen on loopback only.
        url = f"{path}?{urlencode({**self._secret, **query})}"
        return self._checked(self.exchange_json("GET", url, None)[1])

    @staticmethod
    def _checked(answer: Json) -> Json:
        if answer.get("janus") == "error":
            _refuse(answer.get("error"), "code", "reason")
        data = (answer.get("plugindata") or {}).get("data") or {}
        if "error_code" in data:
            _refuse(data, "error_code", "error")
        return answer


def _refuse(error: Any, number: str, reason: str) -> None:
    error = error if isinstance(error, dict) else {}
    raise JanusRefused(int(error.get(number, 0)), str(error.get(reason, ""))[:200])


class Handle:
    """One attachment to the VideoRoom within one session."""

    def __init__(self, http_api: JanusHttp, session_id: int, handle_id: int) -> None:
        self._http = http_api
        self.session_id = session_id
        self.handle_id = handle_id

    def request(self, **body: Any) -> Json:
        """A synchronous request (create, destroy, list…): the plugin's data."""
        return _data(self._send(body, None))

    def tell(self, body: Json) -> None:
        """An asynchronous request whose event nobody awaits: polling for it could take another's event away."""
        self._send(body, None)

    def message(self, body: Json, jsep: Json | None = None) -> tuple[Json, str]:
        """An asynchronous request (join, publish, start): the plugin's data and its SDP, "" if it sent none."""
        transaction = secrets.token_hex(8)
        answer = self._send(body, jsep, transaction)
        while answer.get("janus") != "event" or answer.get("transaction") != transaction:
            answer = self._http.get(f"/{self.session_id}", maxev="1")
        return _data(answer), str((answer.get("jsep") or {}).get("sdp", ""))

    def _send(self, body: Json, jsep: Json | None, transaction: str = "") -> Json:
        message: Json = {"janus": "message", "transaction": transaction, "body": body}
        if jsep is not None:
            message["jsep"] = jsep
        return self._http.post(f"/{self.session_id}/{self.handle_id}", message)


def _data(answer: Json) -> Json:
    data = (answer.get("plugindata") or {}).get("data")
    return data if isinstance(data, dict) else {}


def open_handle(http_api: JanusHttp, session_id: int, opaque_id: str) -> Handle:
    """A new session under our own id, attached to the VideoRoom. `opaque_id` says in the admin API whose it is."""
    http_api.post("", {"janus": "create", "id": session_id})
    answer = http_api.post(f"/{session_id}", {"janus": "attach", "plugin": PLUGIN, "opaque_id": opaque_id})
    return Handle(http_api, session_id, int(answer["data"]["id"]))


def destroy_session(http_api: JanusHttp, session_id: int) -> None:
    """Ends it with all its handles and peers; it is gone when this returns. Gone already is fine."""
    try:
        http_api.post(f"/{session_id}", {"janus": "destroy"})
    except JanusRefused as error:
        if error.number != SESSION_GONE:
            raise
