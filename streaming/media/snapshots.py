"""A JPEG of a source, by the pusher program in a process of its own (GStreamer never runs in ours)."""

from __future__ import annotations

import subprocess

from django.conf import settings

from streaming.media.ports import MediaError, Secret
from whip_pusher.exits import PERMANENT, Exit

DEADLINE = 12.0  # seconds; the program itself ends after 10


def jpeg_of(source: Secret, *, width: int = 640) -> bytes:
    """One keyframe as JPEG, `width` pixels wide. Raises MediaError with the program's exit word."""
    command = [settings.PUSHER_PYTHON, "-m", "whip_pusher", "snapshot", "--width", str(width)]
    try:
        done = subprocess.run(
            command, input=source.reveal().encode(), capture_output=True, timeout=DEADLINE, cwd=settings.BASE_DIR
        )
    except (subprocess.TimeoutExpired, OSError) as error:
        raise MediaError("source_unreachable", detail=type(error).__name__) from None
    if done.returncode != 0 or not done.stdout:
        raise _error(done.returncode)
    return done.stdout


def _error(returncode: int) -> MediaError:
    try:
        why = Exit(returncode)
    except ValueError:
        return MediaError("internal", exit_code=returncode)
    return MediaError(why.word, permanent=why in PERMANENT)
