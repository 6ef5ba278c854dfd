"""What a runner writes for a running pusher: a small JSON file, named by CONTROL_FILE in its environment.

The pusher looks at it five times a second and leaves out what it cannot read: it need not be replaced at once.
"""

from __future__ import annotations

import json

from streaming.media.ports import PusherSpec


def is_controlled(spec: PusherSpec) -> bool:
    """Whether there will ever be something to tell it: a camera with one stream leaves no choice."""
    return "SUB_RTSP_URL" in spec.secrets


def layers(some: frozenset[str]) -> str:
    return json.dumps({"layers": sorted(some)})
