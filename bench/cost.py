"""What pushers and media servers cost while one browser watches."""

from __future__ import annotations

from collections.abc import Iterator

from bench.browser import Browsers
from bench.cameras import H264_1080, H265
from bench.figures import Row
from bench.local import Local
from bench.usage import Usage, sample
from deploy.local.stack import TITLES

HLS_CPU_LIMIT, HLS_PSS_LIMIT = 2.5, 35
CPU_LIMIT, PSS_LIMIT = 1.8, 26
SETTLE_MS = 4000
SERVERS = {"janus", "livekit", "ingress", "mediamtx"}


def cost(local: Local, chromium: Browsers, *, windows: int) -> Iterator[Row]:
    """On the embedded plane the pusher writes HLS too; elsewhere the gateway does, when somebody asks for it."""
    embedded = local.stack.plane.gateway == "direct"
    hls = ", writing HLS" if embedded else ""
    usage = _watched(local, chromium, H264_1080, windows)
    if "pusher" in usage:
        limits = (HLS_CPU_LIMIT, HLS_PSS_LIMIT) if embedded else (CPU_LIMIT, PSS_LIMIT)
        yield from _rows(f"pusher passthrough 1080p25{hls}", usage["pusher"], *limits)
    for name in [name for name in usage if name in SERVERS]:
        yield from _rows(f"{TITLES[name]}, one publisher and one viewer of it", usage[name])
    if embedded:
        with local.without_hls():
            bare = _watched(local, chromium, H264_1080, windows)["pusher"]
            yield from _rows("pusher passthrough 1080p25, no HLS", bare, CPU_LIMIT, PSS_LIMIT)
    if local.transcodes:
        transcoding = _watched(local, chromium, H265, windows)["pusher"]
        yield from _rows(f"pusher H.265 360p15 → H.264{hls}", transcoding)


def _watched(local: Local, chromium: Browsers, camera_id: str, windows: int) -> dict[str, Usage]:
    """While one browser watches."""
    with chromium.viewer() as viewer:
        viewer.open(camera_id)
        viewer.play(camera_id)
        viewer.page.wait_for_timeout(SETTLE_MS)
        servers = {name: local.server(name) for name in local.stack.plane.servers if name in SERVERS}
        pusher = {"pusher": pids} if (pids := local.pusher(camera_id)) else {}
        found = sample(pusher | servers, windows=windows)
    local.wait_all_gone()
    return found


def _rows(name: str, usage: Usage, cpu: float | None = None, pss: float | None = None) -> Iterator[Row]:
    yield Row(name=f"{name}: of a core", values=usage.cpu, unit="%", limit=cpu)
    # Other pushers on this machine share libraries with it and so make its proportional part smaller.
    note = f"private: {max(usage.private):.0f} MB"
    yield Row(name=f"{name}: PSS", values=usage.pss, unit="MB", limit=pss, note=note)
