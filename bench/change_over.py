"""Change-over: from the wish for the other layer to its first frame, the old picture kept meanwhile.

One viewer of a camera with a sub-stream. Nobody else wants the main one, so that low → high has the pusher pull it
first and wait for its keyframe (GOP 1 s), once the heartbeat has brought the wish; high → low finds the low one so.
"""

from __future__ import annotations

import time
from collections.abc import Iterator

from bench.browser import Browsers
from bench.cameras import LAYERED
from bench.figures import Row
from bench.local import Local

WIDTHS = {"high": 1280, "low": 640}
SETTLE_SECONDS = 3.0  # what is not wanted any more is no longer fed


def change_over(local: Local, chromium: Browsers, *, repeat: int) -> Iterator[Row]:
    """Not where MediaMTX forwards: it sends one stream."""
    if local.stack.plane.runner == "forward":
        return
    found: dict[str, list[dict[str, float]]] = {"high": [], "low": []}
    with chromium.viewer() as viewer:
        viewer.open(LAYERED)
        viewer.play(LAYERED)
        viewer.change_over("high", WIDTHS["high"])
        for number in range(repeat):
            for quality in ("low", "high"):
                time.sleep(SETTLE_SECONDS + number * 0.618 % 1)
                found[quality].append(viewer.change_over(quality, WIDTHS[quality]))
    yield _row("low → high", found["high"])
    yield _row("high → low", found["low"])
    local.wait_all_gone()


def _row(words: str, changes: list[dict[str, float]]) -> Row:
    longest = max(change["longest"] for change in changes)
    note = f"the old picture meanwhile: {longest:.0f} ms at most without a new frame"
    return Row(name=f"change-over, {words}", values=[c["after"] / 1000 for c in changes], unit="s", note=note)
