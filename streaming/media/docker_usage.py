"""What the pushers' containers on one engine use, asked of all at once.

`one-shot` (API 1.41) tells the counters of now; without it the engine waits a second to tell rates. Engine 20.10 looks
once a second all the same, at every container that somebody asks about then: so nobody waits for another's answer.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from concurrent.futures import Future, ThreadPoolExecutor, wait
from typing import Any

import docker
from django.conf import settings
from docker.errors import NotFound

from streaming.media import docker_labels
from streaming.media.docker_engine import NANO, engine
from streaming.media.ports import MediaError, PusherUsage

Json = dict[str, Any]
AT_ONCE = 100


def usage_of_containers() -> dict[str, PusherUsage]:
    """By camera, of those of this instance that run on this engine; what it has no answer for in time is left out."""
    with engine(connections=AT_ONCE) as api:
        running = api.containers(filters={"label": docker_labels.ours(), "status": "running"})
        cameras = {row["Id"]: label.camera_id for row in running if (label := docker_labels.found(row["Labels"]))}
        return {cameras[container]: usage_in(told) for container, told in _counters(api, cameras)}


def _counters(api: docker.APIClient, containers: Iterable[str]) -> Iterator[tuple[str, Json]]:
    """MediaError `runner_busy` where none was answered in time."""
    pool = ThreadPoolExecutor(AT_ONCE, thread_name_prefix="container-usage")
    asked: dict[Future[Json | None], str] = {pool.submit(_ask, api, container): container for container in containers}
    done, late = wait(asked, timeout=settings.MEDIA_CALL_TIMEOUT)
    pool.shutdown(wait=False, cancel_futures=True)
    if late and not done:
        raise MediaError("runner_busy")
    for future in done:
        if (told := future.result()) is not None:
            yield asked[future], told


def _ask(api: docker.APIClient, container: str) -> Json | None:
    """None where it has ended meanwhile: gone, or told of with nothing in it."""
    try:
        told: Json = api.stats(container, stream=False, one_shot=True)
    except NotFound:
        return None
    return told if told.get("memory_stats") else None


def usage_in(told: Mapping[str, Any]) -> PusherUsage:
    """The body of `GET /containers/<id>/stats`. On the host's network the engine counts no bytes."""
    networks = told.get("networks")
    received, sent = (
        sum(int(network[key]) for network in networks.values()) if networks else None
        for key in ("rx_bytes", "tx_bytes")
    )
    return PusherUsage(int(told["cpu_stats"]["cpu_usage"]["total_usage"]) / NANO, _memory(told), received, sent)


def _memory(told: Mapping[str, Any]) -> int:
    """Without what is merely cached of files, as `docker stats` shows it (cgroup v2, then v1)."""
    memory = told["memory_stats"]
    details = memory.get("stats") or {}
    cached = details.get("inactive_file", details.get("total_inactive_file", 0))
    return max(0, int(memory.get("usage", 0)) - int(cached))
