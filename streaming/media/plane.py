"""The adapters behind the three ports, chosen by settings. One set per process."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import cast

from django.conf import settings
from django.utils.module_loading import import_string

from streaming.media.ports import Gateway, PusherRunner, Sfu, Signalling

SFUS = {"livekit": "streaming.media.livekit_sfu.LiveKitSfu", "janus": "streaming.media.janus_sfu.JanusSfu"}
GATEWAYS = {
    "mediamtx": "streaming.media.mediamtx_gateway.MediaMtxGateway",
    "direct": "streaming.media.direct_gateway.DirectGateway",
}
RUNNERS = {
    "docker": "streaming.media.docker_pushers.DockerPushers",
    "swarm": "streaming.media.swarm_pushers.SwarmPushers",
    "forward": "streaming.media.forward_pushers.ForwardPushers",
    "auto": "streaming.media.auto_pushers.AutoPushers",
    "supervisor": "streaming.media.supervisor_pushers.SupervisorPushers",
}


@dataclass(frozen=True, slots=True)
class Plane:
    sfu: Sfu
    gateway: Gateway
    runner: PusherRunner


@cache
def plane() -> Plane:
    return Plane(
        sfu=cast(Sfu, import_string(SFUS[settings.SFU])()),
        gateway=cast(Gateway, import_string(GATEWAYS[settings.GATEWAY])()),
        runner=cast(PusherRunner, import_string(RUNNERS[settings.PUSHER_RUNNER])()),
    )


def signalling() -> Signalling | None:
    """The SFU's signalling where the viewer's SDP passes through us, else None."""
    sfu = plane().sfu
    return cast(Signalling, sfu) if sfu.kind == "janus" else None
