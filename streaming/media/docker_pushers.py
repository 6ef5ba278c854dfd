"""PusherRunner on a Docker engine: one container per camera, hardened, never restarted by the engine.

A container is created, given its secrets and started, in this order. Names are unique in an engine, so that of two
workers one creates, and the other finds. What came after "created" and never ran is taken up by the next start.
"""

from __future__ import annotations

import time
from contextlib import suppress
from datetime import UTC, datetime
from http import HTTPStatus
from typing import Any

import docker
from django.conf import settings
from docker.errors import APIError, NotFound
from docker.types import LogConfig

from streaming.media import docker_labels, docker_secrets, names, pusher_control
from streaming.media.docker_engine import LEVEL_MEMORY, NANO, Race, engine
from streaming.media.docker_usage import usage_of_containers
from streaming.media.ports import Layering, MediaError, PusherSpec, PusherStatus, PusherUsage

Container = dict[str, Any]
STOP_SECONDS = 2  # the pusher ends its WHIP session within that; then SIGKILL
POLL = 0.05
KILLED = 128  # an exit code above: ended by the signal of that number less 128
NO_PROGRAM = {126, 127}  # the container's init found nothing that it could run
PIDS = 256
LOG_LIMITS = {"max-size": "10m", "max-file": "2"}  # of the json-file driver
OWN_SHARE = 0.9  # of its memory limit, at which a pusher ends by itself and says why: the kernel only kills it
RACES = 5  # changes by other workers that one start puts up with


class DockerPushers:
    layering: Layering = "told"

    def start(self, spec: PusherSpec) -> PusherStatus:
        name = names.pusher(spec.camera_id)
        for _ in range(RACES):
            with suppress(Race), engine() as api:
                return _status(_started(api, name, spec))
            time.sleep(POLL)
        raise MediaError("runner_busy")

    def stop(self, camera_id: str, *, up_to: int) -> None:
        """By its labels, as it is listed: one that was started by hand may have any name."""
        with engine() as api:
            for there in api.containers(all=True, filters={"label": docker_labels.of_camera(camera_id)}):
                label = docker_labels.found(_labels(there))
                if label and label.generation <= up_to:
                    _remove(api, there["Id"])

    def set_layers(self, camera_id: str, *, generation: int, layers: frozenset[str]) -> None:
        """By the volume of its secrets; a container that ends meanwhile has nothing to be told any more."""
        with engine() as api:
            there = _inspect(api, names.pusher(camera_id))
            label = docker_labels.found(_labels(there)) if there else None
            if there and label and (label.camera_id, label.generation) == (camera_id, generation):
                with suppress(NotFound):
                    api.put_archive(there["Id"], docker_secrets.FOLDER, docker_secrets.control(layers))

    def inspect(self, camera_id: str) -> PusherStatus | None:
        with engine() as api:
            there = _inspect(api, names.pusher(camera_id))
        return _status(there) if there and docker_labels.found(_labels(there)) else None

    def list(self) -> list[PusherStatus]:
        """One call for those that run; one more for each that has ended, because only inspect knows exit codes."""
        with engine() as api:
            found = api.containers(all=True, filters={"label": docker_labels.ours()})
            seen = [_listed(c) if c["State"] == "running" else _inspect(api, c["Id"]) for c in found]
        return sorted((_status(c) for c in seen if c and docker_labels.found(_labels(c))), key=lambda s: s.name)

    def usage(self) -> dict[str, PusherUsage]:
        return usage_of_containers()


def _started(api: docker.APIClient, name: str, spec: PusherSpec) -> Container:
    """The container of this generation, running or ended. Race: another worker was at it too."""
    there = _inspect(api, name)
    if there and docker_labels.held(_labels(there), spec) < spec.generation:
        _remove(api, there["Id"])
        there = None
    if there and there["State"]["Status"] != "created":
        return there
    container = there["Id"] if there else _create(api, name, spec)
    api.put_archive(container, docker_secrets.FOLDER, docker_secrets.archive(spec.secrets))
    _run(api, container)
    started: Container = api.inspect_container(container)
    return started


def _create(api: docker.APIClient, name: str, spec: PusherSpec) -> str:
    try:
        made = api.create_container(
            settings.PUSHER_IMAGE,
            name=name,
            user=f"{docker_secrets.USER}:{docker_secrets.USER}",
            environment=_environment(spec),
            labels=docker_labels.made(spec),
            volumes=[docker_secrets.FOLDER],
            host_config=_host_config(api, spec),
        )
    except NotFound:
        raise MediaError("pusher_image_missing", image=settings.PUSHER_IMAGE) from None
    return str(made["Id"])


def _environment(spec: PusherSpec) -> dict[str, str]:
    control = {"CONTROL_FILE": f"{docker_secrets.FOLDER}/{docker_secrets.CONTROL}"}
    # On the host's own network all pushers would share one port, open to whoever reaches the host.
    closed = {"HTTP_PORT": "0"} if settings.PUSHER_NETWORK == "host" else {}
    told = control if pusher_control.is_controlled(spec) else {}
    return docker_secrets.environment(spec) | own_limit(spec) | closed | told


def _host_config(api: docker.APIClient, spec: PusherSpec) -> dict[str, Any]:
    memory, cpus = limits(spec)
    config: dict[str, Any] = api.create_host_config(
        network_mode=settings.PUSHER_NETWORK,
        mem_limit=memory,
        memswap_limit=memory,  # no swap: a pusher that swaps is late for ever
        nano_cpus=cpus,
        pids_limit=PIDS,
        init=True,
        restart_policy={"Name": "no"},
        read_only=True,
        tmpfs={"/tmp": "rw,noexec,nosuid,size=16m"},  # noqa: S108 - inside the container
        cap_drop=["ALL"],
        security_opt=["no-new-privileges:true"],
        log_config=LogConfig(type=LogConfig.types.JSON, config=LOG_LIMITS),
    )
    return config


def limits(spec: PusherSpec) -> tuple[int, int]:
    """Bytes of memory and billionths of a CPU; the larger ones until it is known that this camera passes through."""
    passes = spec.transcodes is False
    memory = settings.PUSHER_MEMORY_MB if passes else settings.PUSHER_TRANSCODE_MEMORY_MB
    cpus = settings.PUSHER_CPUS if passes else settings.PUSHER_TRANSCODE_CPUS
    return memory * LEVEL_MEMORY, int(cpus * NANO)


def own_limit(spec: PusherSpec) -> dict[str, str]:
    memory, _ = limits(spec)
    return {"MEMORY_LIMIT_MB": str(int(memory / LEVEL_MEMORY * OWN_SHARE))}


def _run(api: docker.APIClient, container: str) -> None:
    """Raises MediaError where the engine cannot run it; then it is removed, so that the next start begins anew."""
    try:
        api.start(container)
    except APIError as error:
        if not _there(api, container):
            raise Race from None
        _remove(api, container)
        if network_absent(api):
            raise MediaError("runner_network_absent", network=settings.PUSHER_NETWORK) from None
        raise MediaError("pusher_not_startable", status=error.status_code) from None


def network_absent(api: docker.APIClient) -> bool:
    try:
        api.inspect_network(settings.PUSHER_NETWORK)
    except NotFound:
        return True
    return False


def _inspect(api: docker.APIClient, container: str) -> Container | None:
    try:
        found: Container = api.inspect_container(container)
    except NotFound:
        return None
    return found


def _there(api: docker.APIClient, container: str) -> bool:
    return _inspect(api, container) is not None


def _remove(api: docker.APIClient, container: str) -> None:
    """Ended and removed with its volume, verified. MediaError where the engine does not manage it in time."""
    deadline = time.monotonic() + settings.MEDIA_CALL_TIMEOUT
    try:
        api.stop(container, timeout=STOP_SECONDS)
        while True:
            try:
                api.remove_container(container, v=True, force=True)
            except APIError as error:
                # Another worker removes it just now.
                if error.status_code != HTTPStatus.CONFLICT:
                    raise
            if not _there(api, container):
                return
            if time.monotonic() >= deadline:
                raise MediaError("pusher_not_gone")
            time.sleep(POLL)
    except NotFound:
        return


def _labels(container: Container) -> dict[str, str]:
    config = container.get("Config") or container
    return config.get("Labels") or {}


def _listed(row: Container) -> Container:
    """A running one from the list, in the shape of inspect. Its health is only in what the list says to people."""
    health = {"Status": "unhealthy"} if "(unhealthy)" in row.get("Status", "") else {}
    return {**row, "Name": row["Names"][0], "State": {"Status": "running", "Health": health}}


def _status(container: Container) -> PusherStatus:
    label, state = docker_labels.found(_labels(container)), container["State"]
    assert label is not None
    running, ended = state["Status"] in {"running", "restarting", "paused"}, state["Status"] in {"exited", "dead"}
    code = int(state["ExitCode"]) if ended else None
    return PusherStatus(
        name=str(container["Name"]).removeprefix("/"),
        camera_id=label.camera_id,
        generation=label.generation,
        running=running,
        exit_code=code,
        started_at=_created(container["Created"]),
        reason=_reason(state, code),
    )


def _reason(state: dict[str, Any], code: int | None) -> str | None:
    if state.get("OOMKilled"):
        return "oom_killed"
    if state["Status"] == "created":
        return "never_started"
    if code in NO_PROGRAM:
        return "not_startable"
    if code is None:
        return "unhealthy" if (state.get("Health") or {}).get("Status") == "unhealthy" else None
    return "killed_by_signal" if code > KILLED else None


def _created(told: str | int) -> datetime:
    """Lists tell seconds since 1970, inspect a text with nanoseconds: to the second, they say the same."""
    if isinstance(told, int):
        return datetime.fromtimestamp(told, UTC)
    return datetime.fromisoformat(told).replace(microsecond=0)
