"""May this reader read from MediaMTX? Asked by its `authMethod: http`, while all of MediaMTX waits for our answer.

So: rows only, and nothing that could ask MediaMTX in turn. A pusher reads while its generation is the camera's open
stream's; a viewer of HLS while its lease is ACTIVE, whether the camera is live or not (a dead source is MediaMTX's to
notice). Nobody publishes, and nobody reads by another protocol.
"""

from __future__ import annotations

from collections.abc import Mapping

from cctv.errors import DomainError
from streaming.media import names
from streaming.media.mediamtx_credentials import hls_token, pusher_generation
from streaming.models import Stream
from streaming.services.transports import active_lease, admit_hls
from streaming.states import OPEN


def admit_reader(asked: Mapping[str, str]) -> None:
    """`asked`: MediaMTX's `{user, password, action, path, protocol, id, query}`. Raises DomainError for a no."""
    protocol = asked["protocol"] if asked["action"] == "read" else None
    if protocol == "rtsp":
        _admit_pusher(asked["path"], asked["user"], asked["password"])
    elif protocol == "hls" and asked["id"]:  # without: its own player page, which is for nobody
        _admit_viewer(asked["path"], asked["query"])
    else:
        raise DomainError("forbidden", 401)


def _admit_pusher(path: str, user: str, password: str) -> None:
    camera_id = names.camera_of_path(path) or names.camera_of_sub_path(path)
    generation = pusher_generation(camera_id, user, password) if camera_id else None
    if generation is None:
        raise DomainError("forbidden", 401)
    if not Stream.objects.filter(camera__camera_id=camera_id, generation=generation, state__in=OPEN).exists():
        raise DomainError("superseded", 401)


def _admit_viewer(path: str, query: str) -> None:
    """The token must be in the query: there the list of sessions shows whose each is."""
    admit_hls(active_lease(hls_token(query).reveal(), path))
