"""PusherRunner on a Swarm: a service of one task per camera, which no node starts again.

The service's labels say whose it is, its one task how it goes. The task outlives its end, with its exit code, until the
service is removed. Secrets are the Swarm's own and are removed by camera and generation, so that what a worker left
half-way goes with the next stop.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from datetime import datetime
from typing import Any, NoReturn, TypeVar

from django.conf import settings
from docker.errors import APIError, NotFound, NullResource

from streaming.media import docker_labels
from streaming.media.docker_engine import Race, engine
from streaming.media.docker_pushers import KILLED, NO_PROGRAM, RACES, network_absent
from streaming.media.docker_usage import usage_of_containers
from streaming.media.ports import Layering, MediaError, PusherSpec, PusherStatus, PusherUsage
from streaming.media.swarm_services import secret_file, secret_name, service_name, task_template

Engine = Any  # docker.APIClient, of which types-docker leaves the Swarm's calls untyped
Body = dict[str, Any]
T = TypeVar("T")
POLL = 0.1
SETTLE_SECONDS = 3  # that long a start waits to see its task run; a node that pulls the image first takes longer
ENDED = {"complete", "failed", "shutdown", "rejected", "orphaned", "remove"}


class SwarmPushers:
    layering: Layering = "all"  # a Swarm's task runs on any node: no file of it is within our reach

    def start(self, spec: PusherSpec) -> PusherStatus:
        return _unless_raced(lambda api: _settled(api, _started(api, spec)))

    def stop(self, camera_id: str, *, up_to: int) -> None:
        _unless_raced(lambda api: _stopped(api, camera_id, up_to))

    def set_layers(self, camera_id: str, *, generation: int, layers: frozenset[str]) -> None:
        """It feeds all that it has."""

    def inspect(self, camera_id: str) -> PusherStatus | None:
        with engine() as api:
            there = _inspect(api, service_name(camera_id))
            if not there or not docker_labels.found(_labels(there)):
                return None
            return _look(api, there)

    def list(self) -> list[PusherStatus]:
        """Two calls, however many there are."""
        with engine() as api:
            return sorted(_all(api), key=lambda status: status.name)

    def usage(self) -> dict[str, PusherUsage]:
        """Of the node that we talk to: a Swarm tells nothing of containers on the others."""
        return usage_of_containers()


def _unless_raced(act: Callable[[Engine], T]) -> T:
    """Looks again where another worker was at the same service or secret, so many times. Raises: MediaError."""
    for _ in range(RACES):
        with suppress(Race), engine() as api:
            return act(api)
        time.sleep(POLL)
    raise MediaError("runner_busy")


def _stopped(api: Engine, camera_id: str, up_to: int) -> None:
    for service in _of_camera(api.services, camera_id, up_to):  # whatever its name is
        _remove_service(api, service["ID"])
    _wait_until_ended(api, camera_id, up_to)
    _remove_secrets(api, camera_id, up_to)


def _all(api: Engine) -> Iterator[PusherStatus]:
    # Services first: one that is started in between is then missing, and not one without a task.
    services = [found for found in api.services(filters={"label": docker_labels.ours()}) if _ours(found)]
    tasks: dict[str, list[Body]] = {}
    for task in api.tasks(filters={"label": docker_labels.ours()}):
        tasks.setdefault(task["ServiceID"], []).append(task)
    for service in services:
        yield _status(api, service, _newest(tasks.get(service["ID"], [])))


def _look(api: Engine, service: Body) -> PusherStatus:
    return _status(api, service, _newest(api.tasks(filters={"service": service["ID"]})))


def _started(api: Engine, spec: PusherSpec) -> Body:
    """The service of this generation. Race: another worker was at it too.

    It takes the name while an older generation's task still ends, so that no other comes in between, and gets its task
    only then: two pushers never run at once.
    """
    there = _inspect(api, service_name(spec.camera_id))
    if there and docker_labels.held(_labels(there), spec) < spec.generation:
        _remove_service(api, there["ID"])
        there = None
    service = there or _create(api, spec)
    if service["Spec"]["Mode"]["Replicated"]["Replicas"]:
        return service
    older = spec.generation - 1
    _wait_until_ended(api, spec.camera_id, older)
    _remove_secrets(api, spec.camera_id, older)
    version, mode = service["Version"]["Index"], {"Replicated": {"Replicas": 1}}
    api.update_service(service["ID"], version, mode=mode, fetch_current_spec=True)
    return _inspect(api, service["ID"]) or _vanished()


def _vanished() -> NoReturn:
    raise Race


def _create(api: Engine, spec: PusherSpec) -> Body:
    """Refuses an absent network first: the Swarm would take the service and never place its task."""
    if network_absent(api):
        raise MediaError("runner_network_absent", network=settings.PUSHER_NETWORK)
    made: list[str] = []
    try:
        files = [_secret(api, spec, name, made) for name in spec.secrets]
        older = _living(api, spec.camera_id, spec.generation - 1)
        service = api.create_service(
            task_template(spec, files),
            name=service_name(spec.camera_id),
            labels=docker_labels.made(spec),
            mode={"Replicated": {"Replicas": 0 if older else 1}},
            endpoint_spec={"Mode": "dnsrr"},  # nobody calls a pusher: no virtual address
        )
    except APIError:
        for secret in made:
            with suppress(APIError):
                api.remove_secret(secret)
        raise
    return _inspect(api, service["ID"]) or _vanished()


def _secret(api: Engine, spec: PusherSpec, name: str, made: list[str]) -> Body:
    """The Swarm keeps it and gives it to the nodes that run the task; `made` grows, so that a failure can undo it."""
    full = secret_name(spec)
    secret = api.create_secret(full, spec.secrets[name].reveal().encode(), labels=docker_labels.made(spec))
    made.append(secret["ID"])
    return secret_file(secret["ID"], full, name)


def _settled(api: Engine, service: Body) -> PusherStatus:
    """Once the task runs or has ended; one that takes longer is told of as under way."""
    deadline = time.monotonic() + SETTLE_SECONDS
    while True:
        status = _look(api, service)
        if status.reason != "in_transition" or time.monotonic() >= deadline:
            return status
        time.sleep(POLL)


def _inspect(api: Engine, name: str) -> Body | None:
    try:
        found: Body = api.inspect_service(name)
    except NotFound:
        return None
    return found


def _remove_service(api: Engine, service: str) -> None:
    with suppress(NotFound):
        api.remove_service(service)


def _wait_until_ended(api: Engine, camera_id: str, up_to: int) -> None:
    """Until no task of such a generation runs on any node; a service that is gone has tasks for some seconds more."""
    deadline = time.monotonic() + settings.MEDIA_CALL_TIMEOUT
    while _living(api, camera_id, up_to):
        if time.monotonic() >= deadline:
            raise MediaError("pusher_not_gone")
        time.sleep(POLL)


def _living(api: Engine, camera_id: str, up_to: int) -> bool:
    return any(task["Status"]["State"] not in ENDED for task in _of_camera(api.tasks, camera_id, up_to))


def _remove_secrets(api: Engine, camera_id: str, up_to: int) -> None:
    for secret in _of_camera(api.secrets, camera_id, up_to):
        with suppress(NotFound):
            api.remove_secret(secret["ID"])


def _of_camera(listed: Callable[..., list[Body]], camera_id: str, up_to: int) -> list[Body]:
    """Services, tasks or secrets of ours, by their labels."""
    found = listed(filters={"label": docker_labels.of_camera(camera_id)})
    told = [(body, docker_labels.found(_labels(body))) for body in found]
    return [body for body, label in told if label and label.generation <= up_to]


def _labels(body: Body) -> dict[str, str]:
    """Of a service, a secret, or of the container that a task runs."""
    spec = body["Spec"]
    return spec.get("Labels") or spec.get("ContainerSpec", {}).get("Labels") or {}


def _ours(service: Body) -> bool:
    return docker_labels.found(_labels(service)) is not None


def _newest(tasks: list[Body]) -> Body | None:
    return max(tasks, key=lambda task: str(task["CreatedAt"]), default=None)


def _status(api: Engine, service: Body, task: Body | None) -> PusherStatus:
    label = docker_labels.found(_labels(service))
    assert label is not None
    running, code, reason = _judge(api, task)
    return PusherStatus(
        name=service["Spec"]["Name"],
        camera_id=label.camera_id,
        generation=label.generation,
        running=running,
        exit_code=code,
        started_at=datetime.fromisoformat(service["CreatedAt"]).replace(microsecond=0),
        reason=reason,
    )


def _judge(api: Engine, task: Body | None) -> tuple[bool, int | None, str | None]:
    """(running, exit code, reason). A task that no node may take is as good as ended: somebody has to be told."""
    told: Body = task["Status"] if task else {"State": "new"}
    state, error = told["State"], str(told.get("Err", ""))
    if state == "running":
        return True, None, None
    if state not in ENDED:
        return (False, None, "no_node_for_pusher") if "no suitable node" in error else (True, None, "in_transition")
    if state == "rejected":
        return False, None, "pusher_image_missing" if "o such image" in error else "not_startable"
    container = told.get("ContainerStatus") or {}
    # A task that a node gave up, drained or lost, has no exit code of its own.
    code = int(container["ExitCode"]) if state in {"complete", "failed"} and "ExitCode" in container else None
    return False, code, _reason(api, container, code)


def _reason(api: Engine, container: Body, code: int | None) -> str | None:
    if code is None:
        return "taken_off_node"
    if code in NO_PROGRAM:
        return "not_startable"
    if code <= KILLED:
        return None
    return "oom_killed" if _out_of_memory(api, container.get("ContainerID", "")) else "killed_by_signal"


def _out_of_memory(api: Engine, container: str) -> bool:
    """A Swarm does not tell; the engine that ran it does, where it is the one that we talk to."""
    try:
        return bool(api.inspect_container(container)["State"]["OOMKilled"])
    except (APIError, NullResource):
        return False
