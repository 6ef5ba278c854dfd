"""deploy/stack.yml from docker-compose.yml: what `docker stack deploy` takes, with nothing written twice.

A stack file knows no project name, profiles, builds, long `depends_on` or restart policy of compose's kind; its
configs cannot be changed under their names, so each carries a digest of its content in its own.
"""

from __future__ import annotations

import hashlib
import re
from pathlib import Path
from typing import Any, cast

import yaml

ROOT = Path(__file__).resolve().parents[2]
HEAD = "# Made from docker-compose.yml by `make stack`; do not edit.\n"
# Of compose only: a Swarm restarts and orders services by itself, and would warn of the others.
NOT_IN_A_STACK = ("build", "profiles", "depends_on", "restart", "security_opt", "network_mode", "shm_size")
# Compose starts it to build its image; in a Swarm images come from a registry.
ONLY_BUILT = "pusher"
ONCE = ("migrate",)
# These hold what only one node has: data on its disk, published ports that firewalls know, a manager's socket.
PLACED = {
    "docker-proxy": "node.role == manager",
    "postgres": "node.labels.cctv.data == true",
    "prometheus": "node.labels.cctv.data == true",
    "grafana": "node.labels.cctv.data == true",
    "livekit": "node.labels.cctv.media == true",
    "coturn": "node.labels.cctv.media == true",
    "haproxy": "node.labels.cctv.door == true",
}
Part = dict[str, Any]


def load(root: Path = ROOT) -> Part:
    return cast(Part, yaml.safe_load((root / "docker-compose.yml").read_text()))


def stack_text(root: Path = ROOT) -> str:
    made = stack(load(root), root)
    return HEAD + yaml.dump(made, Dumper=_Plain, sort_keys=False, width=120)


def stack(compose: Part, root: Path) -> Part:
    services = {name: service(name, one) for name, one in compose["services"].items() if name != ONLY_BUILT}
    return {
        "services": services,
        "networks": {name: {"driver": "overlay", **(one or {})} for name, one in compose["networks"].items()},
        "volumes": {name: one or {} for name, one in compose["volumes"].items()},
        "secrets": {name: _beside(one) for name, one in compose["secrets"].items()},
        "configs": {name: _config(name, _beside(one), root) for name, one in compose["configs"].items()},
    }


def service(name: str, one: Part) -> Part:
    kept = {key: value for key, value in one.items() if key not in NOT_IN_A_STACK}
    deploy = dict(kept.pop("deploy", {}))
    deploy["restart_policy"] = {"condition": "none"} if name in ONCE else {"condition": "any", "delay": "2s"}
    if name in PLACED:
        deploy["placement"] = {"constraints": [PLACED[name]]}
    if "ports" in kept:
        kept["ports"] = [port for text in kept["ports"] for port in _ports(text)]
    if "environment" in kept:
        kept["environment"] = {key: _for_swarm(key, value) for key, value in kept["environment"].items()}
    return {**kept, "deploy": deploy}


def _for_swarm(name: str, value: str) -> str:
    """Pushers are services here, and the proxy lets through what that takes."""
    return {"SWARM": "yes", "PUSHER_RUNNER": "${PUSHER_RUNNER:-swarm}"}.get(name, value)


def _ports(text: str) -> list[Part]:
    """Published by the node itself: a Swarm's own balancer hides who is calling, and carries no UDP media well.

    A Swarm cannot publish on loopback only; what is meant to stay there is not published at all.
    """
    if text.startswith("127.0.0.1:"):
        return []
    found = re.fullmatch(r"([0-9]+)(?:-([0-9]+))?:([0-9]+)(?:-[0-9]+)?/(tcp|udp)", text)
    assert found, text
    first, last, target = int(found[1]), int(found[2] or found[1]), int(found[3])
    return [
        {"target": target + n, "published": first + n, "protocol": found[4], "mode": "host"}
        for n in range(last - first + 1)
    ]


def _beside(one: Part) -> Part:
    """Paths in a stack file are relative to itself."""
    path = one["file"].removeprefix("./")
    return {"file": path.removeprefix("deploy/") if path.startswith("deploy/") else f"../{path}"}


def _config(name: str, one: Part, root: Path) -> Part:
    digest = hashlib.sha256((root / "deploy" / one["file"]).read_bytes()).hexdigest()[:8]
    return {"name": f"cctv_{name}_{digest}", **one}


class _Plain(yaml.SafeDumper):
    """No anchors: the reader of a generated file should not have to look for them."""

    def ignore_aliases(self, data: object) -> bool:
        return True
