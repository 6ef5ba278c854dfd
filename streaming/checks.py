"""The chosen adapters must be there at all, and what they stand on."""

from __future__ import annotations

from importlib.util import find_spec
from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, Tags, Warning, register

from streaming.media.plane import GATEWAYS, RUNNERS, SFUS
from streaming.media.ports import MediaError

IN_CONTAINERS = {"docker", "swarm", "auto"}


@register(Tags.security)
def forwards(**_: Any) -> list[CheckMessage]:
    """Tried: MediaMTX 1.20 offers a silent PCMU track for a camera without sound, and LiveKit Ingress 1.5 says 406."""
    if settings.PUSHER_RUNNER not in {"forward", "auto"}:
        return []
    wrong = {
        "GATEWAY": settings.GATEWAY != "mediamtx",
        "LIVEKIT_INGEST": settings.SFU == "livekit" and settings.LIVEKIT_INGEST != "whip",
    }
    return [
        Error(
            f"{name}={getattr(settings, name)} does not go with PUSHER_RUNNER={settings.PUSHER_RUNNER}",
            hint="MediaMTX forwards cameras to the SFU's own WHIP endpoint: GATEWAY=mediamtx LIVEKIT_INGEST=whip.",
            id="streaming.E002",
        )
        for name, found in wrong.items()
        if found
    ]


@register(Tags.security)
def adapters(**_: Any) -> list[CheckMessage]:
    chosen = {"SFU": SFUS, "GATEWAY": GATEWAYS, "PUSHER_RUNNER": RUNNERS}
    return [
        Error(
            f"{port}={getattr(settings, port)}: its adapter is not part of this version",
            hint="The embedded plane is SFU=janus GATEWAY=direct PUSHER_RUNNER=supervisor.",
            id="streaming.E001",
        )
        for port, known in chosen.items()
        if find_spec(known[getattr(settings, port)].rpartition(".")[0]) is None
    ]


@register("media", deploy=True)
def pusher_network(**_: Any) -> list[CheckMessage]:
    """Asks the engine, so only where deployment checks are asked for; a start must not depend on who else is up.

    At run time an absent network is `runner_network_absent`, until it is there.
    """
    if settings.PUSHER_RUNNER not in IN_CONTAINERS:
        return []
    from streaming.media.docker_engine import engine  # only here: the SDK costs every other command its time
    from streaming.media.docker_pushers import network_absent

    try:
        with engine() as api:
            absent = network_absent(api)
    except MediaError as error:
        return [Warning(f"DOCKER_HOST={settings.DOCKER_HOST}: {error.code}", id="streaming.W001")]
    hint = f"docker network create --attachable {settings.PUSHER_NETWORK}, or docker compose up, which makes it"
    found = f"PUSHER_NETWORK={settings.PUSHER_NETWORK} is not there: no pusher can start"
    return [Error(found, hint=hint, id="streaming.E003")] if absent else []
