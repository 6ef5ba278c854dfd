"""HAProxy before a local stack's web server: MediaMTX' HLS and LiveKit's signalling at the page's own origin.

It runs deploy/haproxy.cfg, without TLS: browsers take localhost for as safe as https.
"""

from __future__ import annotations

from deploy.local.errors import StackError
from deploy.local.layout import REPO, Layout
from deploy.local.media_servers import LOOPBACK, program
from deploy.local.ports import Ports
from deploy.local.secret_files import write_private
from deploy.local.supervisord_conf import Program

CONNECTIONS = 2000
TLS = ' ssl crt "${SITE_PEM-/run/secrets/site_pem}" alpn h2,http/1.1'


def front(layout: Layout, ports: Ports, *, host: str) -> Program:
    committed = (REPO / "deploy" / "haproxy.cfg").read_text()
    if committed.count(TLS) != 1:
        raise StackError("deploy/haproxy.cfg binds its site otherwise than deploy/local/front.py knows.")
    path = layout.run / "haproxy.cfg"
    write_private(path, committed.replace(TLS, ""))
    # The committed limit asks for more open files than an ordinary user may have.
    command = [program("front"), "-db", "-n", str(CONNECTIONS), "-f", str(path)]
    return Program(name="front", command=command, priority=40, environment=_addresses(layout, ports, host))


def _addresses(layout: Layout, ports: Ports, host: str) -> dict[str, str]:
    """What nobody asks for here, the redirect to https and the statistics, is bound to names instead of ports."""
    return {
        "HTTPS_BIND": f"{host}:{ports.web}",
        "HTTP_BIND": f"abns@cctv-{layout.key}-plain",
        "STATS_BIND": f"abns@cctv-{layout.key}-stats",
        "ERRORS": str(REPO / "deploy" / "errors"),
        "MEDIAMTX": f"{LOOPBACK}:{ports.mediamtx_hls}",
        "LIVEKIT": f"{LOOPBACK}:{ports.livekit}",
        "WEB": f"{LOOPBACK}:{ports.site}",
    }
