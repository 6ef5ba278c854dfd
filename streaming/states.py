"""States of streams and reservations, the sets we ask for, and the allowed moves (DESIGN §3)."""

from __future__ import annotations

from enum import StrEnum


class StreamState(StrEnum):
    STARTING = "STARTING"
    RETRYING = "RETRYING"
    LIVE = "LIVE"
    DRAINING = "DRAINING"
    STOPPING = "STOPPING"
    STOPPED = "STOPPED"
    FAILED = "FAILED"


class ReservationState(StrEnum):
    ACTIVE = "ACTIVE"
    RELEASED = "RELEASED"
    EXPIRED = "EXPIRED"
    REVOKED = "REVOKED"
    FAILED = "FAILED"


class Transport(StrEnum):
    AUTO = "auto"
    WEBRTC = "webrtc"
    HLS = "hls"


class Quality(StrEnum):
    AUTO = "auto"
    HIGH = "high"
    MEDIUM = "medium"
    LOW = "low"


class Layer(StrEnum):
    HIGH = "high"
    LOW = "low"


S = StreamState
OPEN = frozenset({S.STARTING, S.RETRYING, S.LIVE, S.DRAINING})
PLAYING = frozenset({S.LIVE, S.DRAINING})
ENDED = frozenset({S.STOPPED, S.FAILED})
UNFINISHED = OPEN | {S.STOPPING}

STREAM_MOVES: dict[StreamState, frozenset[StreamState]] = {
    S.STARTING: frozenset({S.RETRYING, S.LIVE, S.STOPPING}),
    S.RETRYING: frozenset({S.STARTING, S.STOPPING}),
    S.LIVE: frozenset({S.DRAINING, S.RETRYING, S.STOPPING}),
    S.DRAINING: frozenset({S.LIVE, S.STOPPING}),
    S.STOPPING: frozenset({S.STOPPED, S.FAILED}),
    S.STOPPED: frozenset(),
    S.FAILED: frozenset(),
}

R = ReservationState
RESERVATION_MOVES: dict[ReservationState, frozenset[ReservationState]] = {
    R.ACTIVE: frozenset({R.RELEASED, R.EXPIRED, R.REVOKED, R.FAILED}),
    R.EXPIRED: frozenset({R.ACTIVE, R.RELEASED}),
    R.RELEASED: frozenset(),
    R.REVOKED: frozenset(),
    R.FAILED: frozenset(),
}
