"""SFU, gateway and runner: each asked for a listing, with the time it took."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sized

from django.conf import settings

from cctv import reasons
from streaming.diagnosis.verdicts import FAIL, OK, WARN, Verdict
from streaming.media import plane as media
from streaming.media.ports import MediaError

SLOW = 0.5  # of MEDIA_CALL_TIMEOUT
WHERE = {
    "livekit": "LiveKit and Ingress (`docker compose ps livekit ingress`); LIVEKIT_API_URL, LIVEKIT_API_SECRET",
    "janus": "Janus (`make demo-status`, log/janus.log)",
    "mediamtx": "MediaMTX (`docker compose ps mediamtx`, its log); MEDIAMTX_API_URL",
    "docker": "the Docker engine (`docker compose ps docker-proxy`); DOCKER_HOST",
    "swarm": "the Swarm's manager (`docker node ls`); DOCKER_HOST",
    "auto": "MediaMTX and the Docker engine; MEDIAMTX_API_URL, DOCKER_HOST",
    "forward": "MediaMTX (`docker compose ps mediamtx`, its log); MEDIAMTX_API_URL",
    "supervisor": "Supervisor (`make demo-status`, log/supervisord.log); SUPERVISOR_SOCKET",
}


def sfu() -> Iterator[Verdict]:
    port = media.plane().sfu
    yield _listed(f"SFU {settings.SFU}", "rooms", port.list_rooms, settings.SFU)
    yield _listed("ingests", "ingests", port.list_ingests, settings.SFU)


def gateway() -> Iterator[Verdict]:
    name = settings.GATEWAY
    yield _listed(f"gateway {name}", "paths", media.plane().gateway.list_paths, name)


def runner() -> Iterator[Verdict]:
    name = settings.PUSHER_RUNNER
    yield _listed(f"runner {name}", "pushers", media.plane().runner.list, name)


def _listed(name: str, things: str, listing: Callable[[], Sized], where: str) -> Verdict:
    start, mend = time.monotonic(), f"look at {WHERE.get(where, 'HLS_DIR')}; docs/operate/runbook.md"
    try:
        count = len(listing())
    except MediaError as error:
        took = time.monotonic() - start
        return Verdict(name, FAIL, f"{error.code}: {reasons.text(error.code, error.params)}", mend, took)
    took = time.monotonic() - start
    seen = f"{count} {things} listed in {took * 1000:.1f} ms"
    slow = took > settings.MEDIA_CALL_TIMEOUT * SLOW
    return Verdict(name, WARN, seen, f"slow: {mend}", took) if slow else Verdict(name, OK, seen, seconds=took)
