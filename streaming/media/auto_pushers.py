"""PusherRunner that forwards what it can (no container) and starts a container for what must be transcoded.

At most one pusher per camera holds over both: whatever is of an older generation is stopped in both before the one
that is chosen starts. Where one of them cannot be asked nothing is started, lest there be two.
"""

from __future__ import annotations

from dataclasses import replace
from functools import cached_property
from typing import cast

from django.utils.module_loading import import_string

from streaming.media.forward_pushers import ForwardPushers
from streaming.media.passthrough import passes_through
from streaming.media.plane import RUNNERS
from streaming.media.ports import MediaError, PusherRunner, PusherSpec, PusherStatus, PusherUsage
from streaming.media.rtsp_probe import describe


class AutoPushers:
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
        passes = passes_through(describe(spec.secrets["RTSP_URL"]))
        forwards, containers = self._runners
        # Where the SDP leaves it open the container's pusher looks at the frames themselves.
        return forwards.start(spec) if passes else containers.start(replace(spec, transcodes=_transcodes(spec, passes)))

    def stop(self, camera_id: str, *, up_to: int) -> None:
        for runner in self._runners:
            runner.stop(camera_id, up_to=up_to)

    def inspect(self, camera_id: str) -> PusherStatus | None:
        """The newest, where a crash left two: the reconciler removes the other."""
        found = [status for runner in self._runners if (status := runner.inspect(camera_id)) is not None]
        return max(found, key=lambda status: status.generation, default=None)

    def list(self) -> list[PusherStatus]:
        return [status for runner in self._runners for status in runner.list()]

    def usage(self) -> dict[str, PusherUsage]:
        forwards, containers = self._runners
        return forwards.usage() | containers.usage()


def _transcodes(spec: PusherSpec, passes: bool | None) -> bool | None:
    return spec.transcodes if passes is None else True
