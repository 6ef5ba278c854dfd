"""Row 4: what pushers and Janus cost while one browser watches."""

from __future__ import annotations

from collections.abc import Iterator

from bench.browser import Browsers
from bench.cameras import H264_1080, H265
from bench.figures import Row
from bench.local import Local
from bench.usage import Usage, sample

CPU_LIMIT, PSS_LIMIT = 2.5, 35
SETTLE_MS = 4000


def cost(local: Local, chromium: Browsers, *, windows: int) -> Iterator[Row]:
    usage = _watched(local, chromium, H264_1080, windows)
    yield from _rows("pusher passthrough 1080p25, writing HLS", usage["pusher"], CPU_LIMIT, PSS_LIMIT)
    yield from _rows("Janus, one publisher and one viewer of it", usage["janus"])
    with local.without_hls():
        bare = _watched(local, chromium, H264_1080, windows)["pusher"]
        yield from _rows("pusher passthrough 1080p25, no HLS", bare, CPU_LIMIT, PSS_LIMIT)
    transcoding = _watched(local, chromium, H265, windows)["pusher"]
    yield from _rows("pusher H.265 360p15 → H.264, writing HLS", transcoding)


def _watched(local: Local, chromium: Browsers, camera_id: str, windows: int) -> dict[str, Usage]:
    """While one browser watches."""
    with chromium.viewer() as viewer:
        viewer.open(camera_id)
        viewer.play(camera_id)
        viewer.page.wait_for_timeout(SETTLE_MS)
        pids = local.pids()
        found = sample({"pusher": pids[f"whip-pusher-{camera_id}"], "janus": pids["janus"]}, windows=windows)
    local.wait_all_gone()
    return found


def _rows(name: str, usage: Usage, cpu: float | None = None, pss: float | None = None) -> Iterator[Row]:
    yield Row(name=f"{name}: of a core", values=usage.cpu, unit="%", limit=cpu)
    # Other pushers on this machine share libraries with it and so make its proportional part smaller.
    note = f"private: {max(usage.private):.0f} MB"
    yield Row(name=f"{name}: PSS", values=usage.pss, unit="MB", limit=pss, note=note)
