"""What a viewer reports with its heartbeat, read without DRF where it is plainly right."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from streaming.states import Layer, Quality

MOST_BYTES = 4096
MOST_COUNT = 2**62
COUNTS = ("frames_decoded", "packets_lost")
AMOUNTS = {"bitrate": 1e12, "latency_ms": 1e9, "rtt_ms": 1e9}
QUALITIES = frozenset(quality.value for quality in Quality)
LAYERS = frozenset(layer.value for layer in Layer)


def plain_report(body: bytes) -> dict[str, Any] | None:
    """The report as HeartbeatRequest would give it; None for whatever is not certain to pass there."""
    if len(body) > MOST_BYTES:
        return None
    try:
        said = json.loads(body.decode())
    except (ValueError, RecursionError):
        return None
    return _read(said) if isinstance(said, dict) else None


def _read(said: Mapping[str, Any]) -> dict[str, Any] | None:
    paused, quality = said.get("paused", False), said.get("quality", "auto")
    good = isinstance(paused, bool) and isinstance(quality, str) and quality in QUALITIES
    good = good and ("layers" not in said or _are_layers(said["layers"]))
    if not good or not all(_is_count(said.get(name)) for name in COUNTS):
        return None
    if not all(_is_amount(said.get(name), most) for name, most in AMOUNTS.items()):
        return None
    floats = {name: float(said[name]) for name in AMOUNTS if said.get(name) is not None}
    return {**said, **floats, "paused": paused}


def _are_layers(value: Any) -> bool:
    some = isinstance(value, list) and 0 < len(value) <= len(LAYERS)
    return some and all(isinstance(layer, str) and layer in LAYERS for layer in value)


def _is_count(value: Any) -> bool:
    return value is None or (type(value) is int and 0 <= value <= MOST_COUNT)


def _is_amount(value: Any, most: float) -> bool:
    """Neither true nor NaN is one."""
    return value is None or (type(value) in {int, float} and 0 <= value <= most)
