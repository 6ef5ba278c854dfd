"""The WHIP destination in a path's `forward`: whose and which generation's it is rides in its query.

WHIP endpoints ignore a query they don't know (tried: LiveKit 1.11.0 `/whip/v1`, LiveKit Ingress 1.5.0 `/w`).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit, urlunsplit

from django.conf import settings

from streaming.media.ports import Secret

Json = dict[str, Any]
SCHEMES = {"http": "whip", "https": "whips"}


@dataclass(frozen=True, slots=True)
class Forward:
    generation: int
    instance: str
    started_at: datetime


def made(endpoint: str, key: Secret, generation: int, now: datetime) -> Json:
    """One entry of `forward`. Raises ValueError for an endpoint that is not http(s)."""
    parts = urlsplit(endpoint)
    if parts.scheme not in SCHEMES or not parts.hostname:
        raise ValueError("not an http(s) URL")
    mine = {"generation": generation, "instance": settings.INSTANCE_ID, "started": f"{now.timestamp():.3f}"}
    query = "&".join(filter(None, (parts.query, urlencode(mine))))
    dest = urlunsplit((SCHEMES[parts.scheme], parts.netloc, parts.path, query, ""))
    return {"dest": dest, "whipBearerToken": key.reveal()}


def found_in(conf: Mapping[str, Any]) -> Forward | None:
    """The forward of a path's configuration; None where it does not forward."""
    entries = conf.get("forward") or []
    query = parse_qs(urlsplit(str(entries[0].get("dest"))).query) if entries else {}
    try:
        started = datetime.fromtimestamp(float(query["started"][0]), UTC)
        return Forward(int(query["generation"][0]), query["instance"][0], started)
    except (KeyError, ValueError):
        return Forward(0, "", datetime.fromtimestamp(0, UTC)) if entries else None


def generation_in(conf: Mapping[str, Any], *, default: int) -> int:
    forward = found_in(conf)
    return default if forward is None else forward.generation
