"""Bounded talk with a Docker engine (API 1.41 and later; docker SDK 7.2), and what its refusals mean for us.

The low-level client is used: the other one inspects every container of a list. An engine that is away, hangs or
breaks is `runner_unreachable`; a name that is taken, or a thing that vanished under our hands, is a `Race`.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from http import HTTPStatus
from typing import Any

import docker
import requests
from django.conf import settings
from docker.errors import APIError, DockerException, NotFound

from streaming.media.ports import MediaError

NO_SPACE = "no space left on device"
# What an engine says with 409, a Swarm's manager words like this, with 400 or 500 (swarmkit's controlapi).
RACED = ("is in use by the following", "update out of sequence", "secret not found", "secrets not found")
LEVEL_MEMORY = 1024 * 1024  # bytes in what settings call a MB
AWAY = {HTTPStatus.BAD_GATEWAY, HTTPStatus.SERVICE_UNAVAILABLE, HTTPStatus.GATEWAY_TIMEOUT}  # a proxy's, without engine
NANO = 1_000_000_000  # Docker's unit of a CPU


class Race(MediaError):
    """Somebody else was at the same thing (404, 409): look again."""

    def __init__(self) -> None:
        super().__init__("runner_busy")


@contextmanager
def engine(*, connections: int = 10) -> Iterator[docker.APIClient]:
    """One operation's connection, or so many at once. Raises MediaError only; `Race` is one."""
    timeout: Any = settings.MEDIA_CALL_TIMEOUT
    try:
        client = docker.APIClient(settings.DOCKER_HOST, version="auto", timeout=timeout, max_pool_size=connections)
    except (DockerException, requests.RequestException, OSError) as error:
        raise MediaError("runner_unreachable", detail=type(error).__name__) from None
    try:
        yield client
    except NotFound:
        raise Race from None
    except APIError as error:
        raise refusal(error) from None
    except (DockerException, requests.RequestException, OSError) as error:
        raise MediaError("runner_unreachable", detail=type(error).__name__) from None
    finally:
        client.close()


def refusal(error: APIError) -> MediaError:
    """An engine's text may quote an environment or a path of the host, so that it is looked at and not kept."""
    status = error.status_code or 500
    told = str(error.explanation).lower()
    if NO_SPACE in told:
        return MediaError("runner_disk_full")
    if status == HTTPStatus.CONFLICT or any(words in told for words in RACED):
        return Race()
    if status in AWAY:
        return MediaError("runner_unreachable", status=status)
    return MediaError("runner_refused", status=status)
