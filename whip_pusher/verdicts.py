"""What an error message of GStreamer means for us. Pure: names and texts in, exit code out."""

from __future__ import annotations

import re

from whip_pusher.exits import Exit

# A camera that refused TCP may not have forgotten that connection yet when UDP is tried (503).
TRIES_AFTER_REFUSAL, PAUSE_AFTER_REFUSAL = 5, 0.3  # seconds
_UNAUTHORISED = re.compile(r"\b(401|403)\b|unauthori[sz]ed|forbidden|not.authori[sz]ed", re.IGNORECASE)
_NOT_RTSP = re.compile(r"parse error|invalid rtsp|bad rtsp|not.*rtsp message", re.IGNORECASE)
_DOWNSTREAM = re.compile(r"reason (not-negotiated|not-linked|error)\b", re.IGNORECASE)
# RFC 2326 §11.3.13; and what rtspsrc says once every stream was refused so.
_OTHER_TRANSPORT = re.compile(r"\b461\b|more transport protocols", re.IGNORECASE)
_NO_STREAM = re.compile(r"no (supported )?stream|sdp contains no|wrong.?type", re.IGNORECASE)


def of_source(domain: str, text: str, *, played: bool) -> Exit:
    """The code for an error that `rtspsrc` posted; `played`: packets had already come."""
    if _DOWNSTREAM.search(text):
        return Exit.INTERNAL
    if played:
        return Exit.SOURCE_STALLED
    if _UNAUTHORISED.search(text):
        return Exit.SOURCE_UNAUTHORISED
    if wants_other_transport(text):
        return Exit.SOURCE_UNREACHABLE
    if _NOT_RTSP.search(text) or ("stream-error" in domain and _NO_STREAM.search(text)):
        return Exit.SOURCE_NOT_VIDEO
    return Exit.SOURCE_UNREACHABLE


def wants_other_transport(text: str) -> bool:
    """Whether the camera has the stream, but not over this transport."""
    return bool(_OTHER_TRANSPORT.search(text))


def of_head(domain: str) -> Exit:
    """The code for an error between depayloader and encoder."""
    return Exit.CODEC_REFUSED if "stream-error" in domain else Exit.INTERNAL
