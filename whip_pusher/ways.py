"""Which stream of the camera a layer takes, and how it is carried; the ones to try, in their order. Pure."""

from __future__ import annotations

from dataclasses import dataclass

from whip_pusher.config import Config, RtspSource


@dataclass(frozen=True)
class Way:
    """A stream of the camera and how to carry it. `why`: the code word where it was not the first."""

    source: RtspSource
    mode: str
    stream: str
    why: str = ""


def ways(config: Config, layer: str) -> tuple[Way, ...]:
    """High: the main stream; one that is too heavy gives way to a sub-stream that is not, before it is transcoded.
    Low: the sub-stream; without it, the main one."""
    main = Way(config.source, config.mode, "main")
    if config.sub is None:
        return (main,)
    sub = Way(config.sub, config.mode, "sub")
    return (main, sub) if layer == "high" else (sub, main)
