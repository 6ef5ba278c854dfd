"""What GStreamer's error messages mean; the texts are those of rtspsrc 1.22."""

from __future__ import annotations

import pytest

from whip_pusher.exits import Exit
from whip_pusher.verdicts import of_head, of_source, wants_other_transport

RESOURCE, STREAM = "gst-resource-error-quark", "gst-stream-error-quark"


@pytest.mark.parametrize(
    ("domain", "text", "code"),
    [
        (RESOURCE, "Unauthorized", Exit.SOURCE_UNAUTHORISED),
        (RESOURCE, "Not authorized to access resource. Forbidden (403)", Exit.SOURCE_UNAUTHORISED),
        (RESOURCE, "Not found", Exit.SOURCE_UNREACHABLE),
        (RESOURCE, "Failed to connect. (Generic error)", Exit.SOURCE_UNREACHABLE),
        (RESOURCE, "Service Unavailable (503)", Exit.SOURCE_UNREACHABLE),
        (RESOURCE, "Could not receive message. (Parse error)", Exit.SOURCE_NOT_VIDEO),
        (STREAM, "No supported stream was found.", Exit.SOURCE_NOT_VIDEO),
        (STREAM, "streaming stopped, reason not-negotiated (-4)", Exit.INTERNAL),
    ],
)
def test_before_the_first_packet(domain: str, text: str, code: Exit) -> None:
    assert of_source(domain, text, played=False) == code


def test_after_it_every_error_of_the_source_is_a_stall() -> None:
    assert of_source(RESOURCE, "Could not read from resource.", played=True) == Exit.SOURCE_STALLED


def test_an_undecodable_stream_is_a_refused_codec() -> None:
    assert (of_head(STREAM), of_head("gst-core-error-quark")) == (Exit.CODEC_REFUSED, Exit.INTERNAL)


def test_a_transport_that_is_refused_is_no_missing_video() -> None:
    text = (
        "No supported stream was found. You might need to allow more transport protocols or may otherwise be missing …"
    )
    assert wants_other_transport(text)
    assert of_source(STREAM, text, played=False) == Exit.SOURCE_UNREACHABLE
    assert not wants_other_transport("No supported stream was found.")
