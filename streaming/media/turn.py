"""TURN credentials of one reservation, as coturn's `use-auth-secret` checks them.

The scheme is draft-uberti-behave-turn-rest-00 §2.2: the user name begins with the second its credential ends, the
password is the base64 of HMAC-SHA1 over the user name. After that second coturn makes no new allocation for it.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
from datetime import timedelta

from django.conf import settings

from cctv import clock


def ice_servers(reservation_id: str) -> list[dict[str, object]]:
    """`[{"urls": [...], "username": ..., "credential": ...}]`, an RTCIceServer; [] where TURN_URLS is empty."""
    if not settings.TURN_URLS:
        return []
    ends = clock.now() + timedelta(seconds=settings.TURN_CREDENTIAL_SECONDS)
    username = f"{int(ends.timestamp())}:{reservation_id}"
    return [{"urls": settings.TURN_URLS, "username": username, "credential": credential(username)}]


def credential(username: str) -> str:
    """What coturn computes from `username` and the shared secret."""
    digest = hmac.new(settings.TURN_SHARED_SECRET.encode(), username.encode(), hashlib.sha1)
    return base64.b64encode(digest.digest()).decode()
