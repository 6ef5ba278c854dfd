"""The numeric rules of admission (DESIGN §4), in its order, from numbers handed in. No Django, no I/O."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

from cctv.errors import DomainError

# Others come and go: after this many seconds asking again makes sense.
RETRY_SECONDS = 10


@dataclass(frozen=True, slots=True)
class Limits:
    """Allowed at once: cameras of the agency, of the system, of one viewer; viewers of one camera per transport."""

    agency: int
    system: int
    camera_webrtc: int
    camera_hls: int
    viewer_cameras: int


@dataclass(frozen=True, slots=True)
class ViewerUsage:
    """What is in use before this reservation, itself never counted (a renewal leaves itself out)."""

    hls: bool  # the transport asked for; everything else is WebRTC
    camera_viewers: int  # ACTIVE reservations of this camera over that transport
    viewer_cameras: int  # distinct *other* cameras this viewer watches


@dataclass(frozen=True, slots=True)
class SlotUsage:
    """Distinct *other* cameras with at least one ACTIVE reservation, counted under the locks."""

    agency: int
    system: int


@dataclass(frozen=True, slots=True)
class Allowed:
    pass


@dataclass(frozen=True, slots=True)
class Refused:
    code: str
    http_status: int
    limit: int
    used: int
    retry_after: int | None = None  # seconds; None: waiting does not help, the viewer has to close something

    def error(self, **params: object) -> DomainError:
        """As an exception; `params` (the agency's name, say) go beside `limit` and `used`."""
        params = {"limit": self.limit, "used": self.used, **params}
        return DomainError(self.code, self.http_status, retry_after=self.retry_after, **params)


Decision: TypeAlias = Allowed | Refused


def decide_capacity(limits: Limits, *, hls: bool, camera_viewers: int) -> Decision:
    """Does the camera take one more viewer over that transport?"""
    capacity = limits.camera_hls if hls else limits.camera_webrtc
    if camera_viewers >= capacity:
        return Refused("stream_at_capacity", 503, capacity, camera_viewers, RETRY_SECONDS)
    return Allowed()


def decide_viewer(limits: Limits, usage: ViewerUsage) -> Decision:
    """May this viewer join this camera? Asked of every reservation."""
    capacity = decide_capacity(limits, hls=usage.hls, camera_viewers=usage.camera_viewers)
    if isinstance(capacity, Refused):
        return capacity
    if usage.viewer_cameras >= limits.viewer_cameras:
        return Refused("viewer_limit_reached", 429, limits.viewer_cameras, usage.viewer_cameras)
    return Allowed()


def decide_slot(limits: Limits, usage: SlotUsage) -> Decision:
    """May this camera count? Asked only when the reservation makes it count, after locking agency and system."""
    if usage.agency >= limits.agency:
        return Refused("agency_limit_reached", 429, limits.agency, usage.agency, RETRY_SECONDS)
    if usage.system >= limits.system:
        return Refused("system_limit_reached", 429, limits.system, usage.system, RETRY_SECONDS)
    return Allowed()


def enforce(decision: Decision, **params: object) -> None:
    """Raises a refusal as a DomainError with `limit`, `used` and `params`."""
    if isinstance(decision, Refused):
        raise decision.error(**params)
