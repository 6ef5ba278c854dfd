"""Who may read from MediaMTX: a pusher of one generation, by an HMAC; a viewer of HLS, by the token of its lease.

`rtsp://pusher-<generation>:<hmac>@<gateway>/<path>`: nothing is stored, and a credential is worth nothing once its
generation is not the camera's open stream's (streaming.services.gateway_auth).
"""

from __future__ import annotations

import re
from urllib.parse import parse_qs, urlsplit

from django.conf import settings
from django.utils.crypto import constant_time_compare, salted_hmac

from streaming.media import names
from streaming.media.ports import Secret

SALT = "streaming.gateway.pusher"
USER = re.compile(r"pusher-([1-9][0-9]{0,17})")


def rtsp_url(camera_id: str, generation: int, *, sub: bool = False) -> Secret:
    """How the pusher of that generation reads the camera, or its sub-stream: by one login."""
    base, name = urlsplit(settings.GATEWAY_RTSP_BASE_URL), names.sub_path if sub else names.path
    login = f"pusher-{generation}:{_password(camera_id, generation)}"
    return Secret(f"{base.scheme}://{login}@{base.netloc}{base.path.rstrip('/')}/{name(camera_id)}")


def pusher_generation(camera_id: str, user: str, password: str) -> int | None:
    """The generation that this login is of; None for anybody else."""
    match = USER.fullmatch(user)
    if match is None:
        return None
    generation = int(match[1])
    return generation if constant_time_compare(password, _password(camera_id, generation)) else None


def hls_token(query: str) -> Secret:
    """The one `token` of a query; empty where there is none, or more than one: nobody shall choose among them."""
    try:
        found = parse_qs(query, max_num_fields=20).get("token", [])
    except ValueError:
        found = []
    return Secret(found[0] if len(found) == 1 else "")


def _password(camera_id: str, generation: int) -> str:
    said = f"{settings.INSTANCE_ID}:{camera_id}:{generation}"
    return salted_hmac(SALT, said, algorithm="sha256").hexdigest()
