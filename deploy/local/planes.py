"""Planes by name, for whoever runs several one after another: the end-to-end tests and the bench."""

from __future__ import annotations

import os
from contextlib import closing, suppress
from dataclasses import dataclass

from deploy.local import media_servers
from deploy.local.choice import Choice

EMBEDDED = "janus"
INGESTS = ("ingress", "whip")
RUNNERS = ("supervisor", "docker", "forward")
SECONDS = 5


@dataclass(frozen=True)
class Plane:
    name: str
    choice: Choice

    @property
    def missing(self) -> list[str]:
        """What this machine would need to run it."""
        found = [*media_servers.missing(self.choice.servers)]
        return [*found, *(_without_docker(self.choice) if self.choice.runner == "docker" else [])]


def known() -> dict[str, Plane]:
    """`janus`, and the product's as `livekit-<ingest>-<runner>`; DOCKER_HOST and PUSHER_IMAGE count."""
    # Ingress refuses what MediaMTX forwards (streaming.checks).
    pairs = [(ingest, runner) for ingest in INGESTS for runner in RUNNERS if (ingest, runner) != ("ingress", "forward")]
    product = [_product(ingest, runner) for ingest, runner in pairs]
    return {plane.name: plane for plane in [Plane(EMBEDDED, Choice()), *product]}


def _product(ingest: str, runner: str) -> Plane:
    given = (("docker_host", "DOCKER_HOST"), ("image", "PUSHER_IMAGE"))
    more = {field: os.environ[name] for field, name in given if os.environ.get(name)}
    choice = Choice(sfu="livekit", gateway="mediamtx", runner=runner, ingest=ingest, **more)
    return Plane(f"livekit-{ingest}-{runner}", choice)


def _without_docker(choice: Choice) -> list[str]:
    import docker  # only here: it costs more to load than all the rest
    from docker.errors import DockerException

    with (
        suppress(DockerException, OSError),
        closing(docker.DockerClient(choice.docker_host, timeout=SECONDS)) as client,
    ):
        return [] if client.images.list(choice.image) else [f"image {choice.image}"]
    return ["a Docker engine"]
