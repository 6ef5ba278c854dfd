"""Pushers of a local stack that run in containers: nobody is left to end them once the stack is down."""

from __future__ import annotations

import sys
from contextlib import closing

from deploy.local.choice import Choice

SECONDS = 10


def remove_pushers(plane: Choice) -> None:
    """All containers of this instance, with their secrets; an engine that does not answer is only told about."""
    if plane.runner not in {"docker", "auto"}:
        return
    import docker  # only here: it costs more to load than the rest of a stop
    from docker.errors import DockerException, NotFound

    try:
        with closing(docker.DockerClient(plane.docker_host, timeout=SECONDS)) as client:
            for container in client.containers.list(all=True, filters={"label": f"cctv.instance={plane.instance}"}):
                try:
                    container.remove(v=True, force=True)
                except NotFound:
                    continue
    except (DockerException, OSError) as error:
        print(f"Pushers may be left on {plane.docker_host}: {error}", file=sys.stderr)
