"""What a Swarm is told to run for one pusher: the body of `POST /services/create`, and its secrets (API 1.41)."""

from __future__ import annotations

import hashlib
import secrets
from typing import Any

from django.conf import settings

from streaming.media import docker_labels, docker_secrets, names
from streaming.media.docker_pushers import LOG_LIMITS, PIDS, STOP_SECONDS, limits, own_limit
from streaming.media.ports import PusherSpec

MOST_NAME = 63  # characters of a service's name; a secret's may have one more
SECOND = 1_000_000_000  # Docker's unit of time is a nanosecond


def service_name(camera_id: str) -> str:
    """The pusher's name; one that is too long for a Swarm keeps its beginning and ends in its digest."""
    name = names.pusher(camera_id)
    if len(name) <= MOST_NAME:
        return name
    return f"{name[: MOST_NAME - 9]}-{hashlib.sha256(name.encode()).hexdigest()[:8]}"


def secret_name(spec: PusherSpec) -> str:
    """Used once, so that two workers never share one; whose it is, its labels say."""
    return f"{service_name(spec.camera_id)[:40]}-{spec.generation}-{secrets.token_hex(6)}"


def secret_file(secret_id: str, secret_name: str, file_name: str) -> dict[str, Any]:
    user = str(docker_secrets.USER)
    file = {"Name": file_name, "UID": user, "GID": user, "Mode": 0o400}
    return {"SecretID": secret_id, "SecretName": secret_name, "File": file}


def task_template(spec: PusherSpec, files: list[dict[str, Any]]) -> dict[str, Any]:
    """A pusher that ends is never started again, here or on another node: generations are ours."""
    memory, cpus = limits(spec)
    return {
        "ContainerSpec": _container(spec, files),
        "RestartPolicy": {"Condition": "none"},
        "Resources": {"Limits": {"MemoryBytes": memory, "NanoCPUs": cpus, "Pids": PIDS}},
        "Placement": {"Constraints": settings.PUSHER_CONSTRAINTS},
        "Networks": [{"Target": settings.PUSHER_NETWORK}],
        "LogDriver": {"Name": "json-file", "Options": LOG_LIMITS},
    }


def _container(spec: PusherSpec, files: list[dict[str, Any]]) -> dict[str, Any]:
    shown = docker_secrets.environment(spec) | own_limit(spec)
    return {
        "Image": settings.PUSHER_IMAGE,
        "Labels": docker_labels.made(spec),
        "Env": [f"{name}={value}" for name, value in shown.items()],
        "User": f"{docker_secrets.USER}:{docker_secrets.USER}",
        "Init": True,
        "ReadOnly": True,
        "CapabilityDrop": ["ALL"],
        # Engines before API 1.46 leave it out; without capabilities and set-uid programs it is a second lock.
        "Privileges": {"NoNewPrivileges": True},
        "Mounts": [{"Type": "tmpfs", "Target": "/tmp", "TmpfsOptions": {"SizeBytes": 16 * 1024 * 1024}}],  # noqa: S108
        "StopGracePeriod": STOP_SECONDS * SECOND,
        "Secrets": files,
    }
