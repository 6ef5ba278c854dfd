"""Where a page may connect to besides ourselves. Pure: the settings use it."""

from __future__ import annotations

from urllib.parse import urlsplit

PLAIN, SECURE = ("http", "ws"), ("https", "wss")


def connect_sources(url: str) -> list[str]:
    """The CSP sources for `url`'s host by HTTP and by WebSocket, as livekit-client speaks both; [] for no such URL.

    A `connect-src` of https does not allow wss, nor the other way round (CSP Level 3, §6.7.2.8).
    """
    parts = urlsplit(url)
    schemes = next((pair for pair in (PLAIN, SECURE) if parts.scheme in pair), ())
    return [f"{scheme}://{parts.netloc.rpartition('@')[2]}" for scheme in schemes if parts.netloc]
