"""PusherRunner that forwards what it can (no container) and starts a container for the rest.

The rest: what must be transcoded, cameras with a sub-stream (a forward is of one stream), and those whose sound nobody
may hear (a forward carries it).

At most one pusher per camera holds over both: whatever is of an older generation is stopped in both before the one
that is chosen starts. Where one of them cannot be asked nothing is started, lest there be two.
"""

from __future__ import annotations

from dataclasses import replace
from functools import cached_property
from typing import cast

from django.utils.module_loading import import_string

from streaming.media.forward_pushers import ForwardPushers
from streaming.media.passthrough import has_sound, passes_through
from streaming.media.plane import RUNNERS
from streaming.media.ports import Layering, MediaError, PusherRunner, PusherSpec, PusherStatus, PusherUsage
from streaming.media.rtsp_probe import describe


class AutoPushers:
    layering: Layering = "told"

    @cached_property
    def _runners(self) -> tuple[PusherRunner, PusherRunner]:
        """Forwards, containers."""
        return ForwardPushers(), cast(PusherRunner, import_string(RUNNERS["docker"])())

    def start(self, spec: PusherSpec) -> PusherStatus:
        """Asks the source by one DESCRIBE through the gateway, which brings it up for whoever reads it next."""
        there = self.inspect(spec.camera_id)
        if there is not None and there.generation > spec.generation:
            raise MediaError("superseded")
        if there is not None and there.generation == spec.generation:
            return there
        self.stop(spec.camera_id, up_to=spec.generation - 1)
        sdp = describe(spec.secrets["RTSP_URL"])
        passes = passes_through(sdp)
        forwards, containers = self._runners
        if passes and not _kept_apart(spec, sdp):
            return forwards.start(spec)
        # Where the SDP leaves it open the container's pusher looks at the frames themselves.
        return containers.start(replace(spec, transcodes=spec.transcodes if passes is None else not passes))

    def stop(self, camera_id: str, *, up_to: int) -> None:
        for runner in self._runners:
            runner.stop(camera_id, up_to=up_to)

    def set_layers(self, camera_id: str, *, generation: int, layers: frozenset[str]) -> None:
        """A camera with layers is in a container."""
        self._runners[1].set_layers(camera_id, generation=generation, layers=layers)

    def inspect(self, camera_id: str) -> PusherStatus | None:
        """The newest, where a crash left two: the reconciler removes the other."""
        found = [status for runner in self._runners if (status := runner.inspect(camera_id)) is not None]
        return max(found, key=lambda status: status.generation, default=None)

    def list(self) -> list[PusherStatus]:
        return [status for runner in self._runners for status in runner.list()]

    def usage(self) -> dict[str, PusherUsage]:
        forwards, containers = self._runners
        return forwards.usage() | containers.usage()


def _kept_apart(spec: PusherSpec, sdp: str) -> bool:
    """Streams that a forward would leave out, or let out."""
    return "SUB_RTSP_URL" in spec.secrets or (has_sound(sdp) and spec.environment.get("AUDIO") != "on")
