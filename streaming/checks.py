"""The chosen adapters must be there at all."""

from __future__ import annotations

from importlib.util import find_spec
from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, Tags, register

from streaming.media.plane import GATEWAYS, RUNNERS, SFUS


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
