"""Which streams of a camera a viewer wants and a pusher feeds: `high`, its main stream, and `low`, its sub-stream.

Rows keep them as text ("high", "low", "high,low"). What is wished for a camera without a sub-stream counts as `high`.
"""

from __future__ import annotations

from collections.abc import Iterable

from streaming.states import Layer, Quality, Transport

Layers = frozenset[Layer]
HIGH: Layers = frozenset({Layer.HIGH})
LOW: Layers = frozenset({Layer.LOW})
BOTH = HIGH | LOW


def as_text(layers: Iterable[str]) -> str:
    return ",".join(sorted(set(layers)))


def from_text(text: str) -> Layers:
    return frozenset(Layer(word) for word in text.split(",") if word)


def of_quality(quality: str) -> Layers:
    return LOW if quality == Quality.LOW else HIGH


def given(wish: str, transport: str, there: Layers) -> Layers:
    """What a viewer gets of its wish, where the camera has `there`. HLS is made of the main stream only."""
    if transport == Transport.HLS:
        return HIGH
    return from_text(wish) & there or HIGH


def union(wishes: Iterable[tuple[str, str]], there: Layers) -> Layers:
    """Of all that is wished, as (layers, transport): empty where nobody wishes anything."""
    return frozenset(layer for wish, transport in wishes for layer in given(wish, transport, there))
