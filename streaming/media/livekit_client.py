"""LiveKit's API: bounded calls by Twirp (POST /twirp/livekit.<Service>/<Method>, protobuf in and out; errors are JSON).

Messages and tokens are livekit-api's. Its client is not used: it belongs to one event loop, while our callers are
threads of Celery and of the ASGI server, and it repeats what failed, while we have one deadline for an operation.
Tried with LiveKit 1.11.0. Raises MediaError("sfu_unreachable") where LiveKit is away, slow, broken or not LiveKit,
"sfu_unauthorised" where it does not take our key, and LiveKitRefused where it says no.
"""

from __future__ import annotations

import json
import time
from http import HTTPStatus
from typing import TypeVar

from django.conf import settings
from google.protobuf.message import DecodeError, Message

from streaming.media import livekit_tokens
from streaming.media.bounded_http import BoundedHttp
from streaming.media.ports import MediaError

A = TypeVar("A", bound=Message)
LARGEST_ANSWER = 16 * 1024 * 1024  # bytes; 500 rooms or ingests are below 1 MB
GONE = "not_found"


class LiveKitRefused(MediaError):
    """LiveKit said no. `twirp`: its code (twitchtv.github.io/twirp/docs/errors.html)."""

    def __init__(self, twirp: str, reason: str) -> None:
        super().__init__("sfu_refused", twirp=twirp, reason=reason[:200])
        self.twirp = twirp


class LiveKit(BoundedHttp):
    """All calls of one operation: one kept connection, one deadline. Not for several threads."""

    def __init__(self, seconds: float | None = None) -> None:
        """`seconds` for all of them together, else MEDIA_CALL_TIMEOUT."""
        deadline = time.monotonic() + (settings.MEDIA_CALL_TIMEOUT if seconds is None else seconds)
        super().__init__(settings.LIVEKIT_API_URL, away="sfu_unreachable", deadline=deadline, largest=LARGEST_ANSWER)

    def room(self, method: str, request: Message, answer: type[A], room: str = "") -> A:
        """`room`: the one that is looked at or changed from within; without it, rooms are made, listed, deleted."""
        return self._call(f"RoomService/{method}", request, answer, livekit_tokens.api(room=room))

    def ingress(self, method: str, request: Message, answer: type[A]) -> A:
        return self._call(f"Ingress/{method}", request, answer, livekit_tokens.api(ingress=True))

    def _call(self, path: str, request: Message, answer: type[A], token: str) -> A:
        headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/protobuf"}
        status, body = self.exchange("POST", f"/twirp/livekit.{path}", request.SerializeToString(), headers)
        if status != HTTPStatus.OK:
            raise _refusal(status, body)
        try:
            return answer.FromString(body)
        except DecodeError as error:
            raise MediaError("sfu_unreachable", reason="no protobuf") from error


def _refusal(status: int, body: bytes) -> MediaError:
    """A 404 is "gone" only in LiveKit's own words: a proxy before it answers 404 too."""
    twirp, reason = _words(body)
    if status == HTTPStatus.UNAUTHORIZED or twirp in {"unauthenticated", "permission_denied"}:
        return MediaError("sfu_unauthorised")
    if status >= HTTPStatus.INTERNAL_SERVER_ERROR or twirp in {"", "bad_route", "deadline_exceeded", "canceled"}:
        return MediaError("sfu_unreachable", reason=f"{status} {twirp}".strip())
    return LiveKitRefused(twirp, reason)


def _words(body: bytes) -> tuple[str, str]:
    """Code and message of a Twirp error; empty for anything else."""
    try:
        said = json.loads(body)
    except ValueError:
        return "", ""
    return (str(said.get("code", "")), str(said.get("msg", ""))) if isinstance(said, dict) else ("", "")
