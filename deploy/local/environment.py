"""Every variable that cctv.settings needs for one local stack; secrets by NAME_FILE."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping

from deploy.local import postgres
from deploy.local.choice import Choice
from deploy.local.layout import REPO, Layout
from deploy.local.media_servers import KEY, LOOPBACK
from deploy.local.ports import Ports
from deploy.local.secret_files import SECRETS, secret_path

# What whoever starts the stack may set otherwise; the rest describes our own servers.
OPEN = {"ALLOWED_HOSTS", "PUBLIC_BASE_URL", "PUSHER_PYTHON"}
PASSED = ("PATH", "HOME", "LANG", "TZ", "TMPDIR", "VIRTUAL_ENV")


EMBEDDED = Choice()


def environment(
    layout: Layout, ports: Ports, outer: Mapping[str, str] = os.environ, *, plane: Choice = EMBEDDED
) -> dict[str, str]:
    """The variables, none of them secret. `outer` may change those in OPEN."""
    own = {**_servers(layout, ports), **_site(layout, ports), **plane.variables(), **_product(ports, plane)}
    own |= {f"{name}_FILE": str(secret_path(layout, name)) for name in SECRETS}
    return own | {name: outer[name] for name in OPEN if outer.get(name)}


def _servers(layout: Layout, ports: Ports) -> dict[str, str]:
    redis = f"redis://127.0.0.1:{ports.redis}"
    return {
        "DATABASE_URL": f"postgresql://{postgres.ROLE}@127.0.0.1:{ports.postgres}/{postgres.DATABASE}",
        "BROKER_URL": f"{redis}/0",
        "CHANNELS_URL": f"{redis}/1",
        "CACHE_URL": f"{redis}/3",
        "JANUS_URL": f"http://127.0.0.1:{ports.janus}/janus",
        "JANUS_ADMIN_URL": f"http://127.0.0.1:{ports.janus_admin}/admin",
        "SUPERVISOR_SOCKET": str(layout.socket),
        "SUPERVISOR_PROGRAMS_DIR": str(layout.pushers),
        "PUSHER_LOG_DIR": str(layout.log / "pushers"),
        "LOG_DIR": str(layout.log),
    }


def _site(layout: Layout, ports: Ports) -> dict[str, str]:
    return {
        "DJANGO_SETTINGS_MODULE": "cctv.settings",
        "HLS_DIR": str(layout.hls),
        "STATIC_ROOT": str(layout.static),
        "PUBLIC_BASE_URL": f"http://localhost:{ports.web}",
        "INTERNAL_BASE_URL": f"http://127.0.0.1:{ports.web}",
        "ALLOWED_HOSTS": "localhost,127.0.0.1,[::1]",
        "HTTPS": "no",
        "PUSHER_PYTHON": "/usr/bin/python3",
        "DEMO_CAMERAS_PORT": str(ports.cameras),
    }


def _product(ports: Ports, plane: Choice) -> dict[str, str]:
    """Where the product's media servers are: each URL for its own reader, all of them on loopback."""
    here = f"http://{LOOPBACK}"
    found = {}
    if plane.sfu == "livekit":
        found = {
            "LIVEKIT_API_URL": f"{here}:{ports.livekit}",
            **_signalling(ports, plane),
            "LIVEKIT_API_KEY": KEY,
            "LIVEKIT_WHIP_URL": f"{here}:{ports.livekit}",
            "INGRESS_WHIP_BASE_URL": f"{here}:{ports.ingress}",
            "PUSHER_ICE_ADDRESSES": LOOPBACK,
        }
    if plane.gateway == "mediamtx":
        found |= {
            "MEDIAMTX_API_URL": f"{here}:{ports.mediamtx}",
            "MEDIAMTX_HLS_URL": f"{here}:{ports.mediamtx_hls}",
            "GATEWAY_RTSP_BASE_URL": f"rtsp://{LOOPBACK}:{ports.mediamtx_rtsp}",
        }
    return found


def _signalling(ports: Ports, plane: Choice) -> dict[str, str]:
    """Through the front where there is one, else another origin than the page's."""
    if "front" in plane.servers:
        return {"LIVEKIT_PUBLIC_URL": f"ws://localhost:{ports.web}"}
    url = f"ws://{LOOPBACK}:{ports.livekit}"
    return {"LIVEKIT_PUBLIC_URL": url, "CSP_CONNECT": f"{url},{url.replace('ws', 'http', 1)}"}


def for_programs(
    layout: Layout, ports: Ports, outer: Mapping[str, str] = os.environ, *, plane: Choice = EMBEDDED
) -> dict[str, str]:
    """The same, with every setting that `outer` changes: `DRAIN_SECONDS=1 make demo` works.

    It is written into each program, not inherited from supervisord: pushers must not see it.
    """
    own = environment(layout, ports, outer, plane=plane)
    changed = {name: outer[name] for name in _known_settings() if name in outer and f"{name}_FILE" not in own}
    system = {name: outer[name] for name in PASSED if name in outer}
    return {**system, **changed, **own}


def _known_settings() -> set[str]:
    """The names that cctv.settings reads."""
    text = (REPO / "cctv" / "settings.py").read_text()
    return set(re.findall(r'env\.\w+\(\s*"([A-Z][A-Z0-9_]*)"', text))
