"""GStreamer, initialised; the one place that knows its version and environment."""

from __future__ import annotations

import os
from typing import Any

# Spares a child process at each start; a registry that is missing is still built.
os.environ.setdefault("GST_REGISTRY_FORK", "no")

import gi

gi.require_version("Gst", "1.0")
gi.require_version("GstWebRTC", "1.0")
gi.require_version("GstSdp", "1.0")

from gi.repository import GLib, Gst, GstSdp, GstWebRTC  # noqa: E402

Gst.init(None)

NONE = int(Gst.CLOCK_TIME_NONE)

# PyGObject makes a class at its first use, and not for two threads at once: the second may find it without its members
# (11 of 40 processes in which four threads ask at once for BufferFlags.DELTA_UNIT). So what GStreamer threads use is
# made here, before there are any.
MADE = (
    *(Gst.BufferFlags.DELTA_UNIT, Gst.EventType.EOS, Gst.FlowReturn.OK, Gst.MessageType.ERROR, Gst.State.NULL),
    *(Gst.PadProbeReturn.OK, Gst.PadProbeType.BUFFER, Gst.Buffer, Gst.BufferList, Gst.Caps, Gst.Element, Gst.Event),
    *(Gst.GhostPad, Gst.Message, Gst.Pad, Gst.PadProbeInfo, Gst.Promise, Gst.Structure),
    *(GstSdp.SDPMedia, GstSdp.SDPMessage, GstWebRTC.WebRTCICEGatheringState.COMPLETE),
    *(GstWebRTC.WebRTCPeerConnectionState.CONNECTED, GstWebRTC.WebRTCSessionDescription),
)


class BuildError(Exception):
    """An element is missing or a description is wrong."""


def element(kind: str, name: str | None = None, **properties: Any) -> Any:
    """Make an element; raises `BuildError` where its plugin is missing."""
    made = Gst.ElementFactory.make(kind, name)
    if made is None:
        raise BuildError(f"GStreamer has no element {kind}")
    for key, value in properties.items():
        made.set_property(key.replace("_", "-"), value)
    return made


def parse_bin(description: str, *, ghost: bool = True) -> Any:
    """A bin, with `ghost` pads at its open ends; raises `BuildError`."""
    try:
        return Gst.parse_bin_from_description(description, ghost)
    except GLib.Error as error:
        raise BuildError(str(error.message)) from None


__all__ = ["NONE", "BuildError", "GLib", "Gst", "GstSdp", "GstWebRTC", "element", "parse_bin"]
