"""Glass to glass, from the clock in the picture.

The camera writes the time into the raw frame before it encodes it; the page reads it from every n-th frame it shows and
compares it with its own clock, which is the same one. Counted to `expectedDisplayTime`, when the compositor expects
the frame on the screen (a headless one is a timer of 60 Hz), or to the frame callback where that comes later, as it
does headless. Beside it: to `presentationTime`, when the decoded frame was handed to the compositor.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from bench.browser import Browsers
from bench.cameras import H264_720, H264_1080, H265, LAYERED
from bench.figures import Row, percentile
from bench.local import Local

LIMIT_MS, LIMIT_P95_MS = 60, 90
EVERY = 4
SETTLE_MS = 3000


def glass(local: Local, chromium: Browsers, *, seconds: float) -> Iterator[Row]:
    for words, camera_id, judged in (
        ("1080p25 passthrough", H264_1080, True),
        ("720p25 passthrough", H264_720, True),
        ("720p25 of a camera with two layers", LAYERED, False),
        ("H.265 360p15 transcoded", H265, False),
    ):
        if camera_id == H265 and not local.transcodes:
            continue
        yield _row(f"glass to glass, {words}", chromium, camera_id, judged, seconds)
        local.wait_all_gone()


def _row(name: str, chromium: Browsers, camera_id: str, judged: bool, seconds: float) -> Row:
    with chromium.viewer() as viewer:
        viewer.open(camera_id)
        viewer.play(camera_id)
        viewer.page.wait_for_timeout(SETTLE_MS)
        found = viewer.watch_clock(seconds=seconds, every=EVERY)
    return row_of(name, found, seconds, judged=judged)


def row_of(name: str, found: dict[str, Any], seconds: float, *, judged: bool, note: str = "") -> Row:
    """What `watchClock` of page.js found in so many seconds. RuntimeError where it read no clock."""
    if not found["drawn"]:
        raise RuntimeError(f"{name}: no clock could be read in {found['frames']} frames")
    submitted = found["submitted"]
    told = (
        f"to the compositor: p50 {percentile(submitted, 0.5):.0f}, p95 {percentile(submitted, 0.95):.0f} ms · "
        f"{found['frames'] / seconds:.1f} frames/s shown, each {EVERY}th read, {found['unread']} unreadable"
    )
    row = Row(name=name, values=found["drawn"], unit="ms", note=f"{note} · {told}" if note else told)
    return replace(row, limit=LIMIT_MS, limit_p95=LIMIT_P95_MS) if judged else row
