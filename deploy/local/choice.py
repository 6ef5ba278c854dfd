"""Which media plane a local stack runs: the embedded one, unless SFU, GATEWAY and PUSHER_RUNNER say otherwise."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from dataclasses import asdict, dataclass

from deploy.local.errors import StackError
from deploy.local.layout import Layout

VARIABLES = {
    "sfu": ("SFU", ("janus", "livekit")),
    "gateway": ("GATEWAY", ("direct", "mediamtx")),
    "runner": ("PUSHER_RUNNER", ("supervisor", "docker", "forward", "auto")),
    "ingest": ("LIVEKIT_INGEST", ("ingress", "whip")),
    "instance": ("INSTANCE_ID", None),
    "suffix": ("NAME_SUFFIX", None),
    "docker_host": ("DOCKER_HOST", None),
    "image": ("PUSHER_IMAGE", None),
    "network": ("PUSHER_NETWORK", None),
}


@dataclass(frozen=True, kw_only=True)
class Choice:
    """`network` is the host's, because every server of a local stack listens on loopback only."""

    sfu: str = "janus"
    gateway: str = "direct"
    runner: str = "supervisor"
    ingest: str = "ingress"
    instance: str = "cctv"
    suffix: str = ""
    docker_host: str = "unix:///var/run/docker.sock"
    image: str = "whip-pusher"
    network: str = "host"

    def variables(self) -> dict[str, str]:
        """Only what this plane needs: elsewhere DOCKER_HOST, say, is not for us to set."""
        without = {"ingest"} if self.sfu != "livekit" else set()
        without |= {"docker_host", "image", "network"} if self.runner not in {"docker", "auto"} else set()
        return {VARIABLES[field][0]: value for field, value in asdict(self).items() if field not in without}

    @property
    def servers(self) -> tuple[str, ...]:
        """The media servers, in the order in which they need each other; the front is what browsers come to."""
        return tuple(name for name, wanted in self._wanted().items() if wanted)

    def _wanted(self) -> dict[str, bool]:
        livekit, mediamtx = self.sfu == "livekit", self.gateway == "mediamtx"
        return {
            "janus": self.sfu == "janus",
            "livekit": livekit,
            "ingress": livekit and self.ingest == "ingress",
            "mediamtx": mediamtx,
            # MediaMTX' HLS comes from the page's own origin, or its cookies would be a stranger's.
            "front": mediamtx,
        }

    @property
    def services(self) -> tuple[str, ...]:
        return ("postgres", "redis", *self.servers)


def from_environment(env: Mapping[str, str] = os.environ) -> Choice:
    """Raises StackError for a value that this stack does not know, and for parts that do not fit together."""
    chosen = Choice(**{field: _value(env, *how) for field, how in VARIABLES.items() if env.get(how[0])})
    if chosen.runner in {"forward", "auto"} and chosen.gateway != "mediamtx":
        raise StackError(f"PUSHER_RUNNER={chosen.runner} needs GATEWAY=mediamtx: it is MediaMTX that forwards.")
    if chosen.runner in {"forward", "auto"} and chosen.sfu == "livekit" and chosen.ingest != "whip":
        raise StackError(
            f"PUSHER_RUNNER={chosen.runner} needs LIVEKIT_INGEST=whip: Ingress refuses what MediaMTX forwards."
        )
    return chosen


def _value(env: Mapping[str, str], name: str, known: tuple[str, ...] | None) -> str:
    if known and env[name] not in known:
        raise StackError(f"{name}={env[name]} is not one of {', '.join(known)}.")
    return env[name]


def saved(layout: Layout) -> Choice | None:
    """The plane this stack last ran."""
    try:
        return Choice(**json.loads((layout.run / "plane.json").read_text()))
    except (OSError, ValueError, TypeError):
        return None


def save(layout: Layout, choice: Choice) -> None:
    (layout.run / "plane.json").write_text(json.dumps(asdict(choice)) + "\n")
