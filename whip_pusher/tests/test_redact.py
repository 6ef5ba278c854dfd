"""No secret survives in what is printed."""

from __future__ import annotations

import io
import json

import pytest

from whip_pusher.events import Reporter
from whip_pusher.exits import Exit
from whip_pusher.redact import Redactor, Secret

SECRET = "p@ss:w/ö rd%41"


@pytest.mark.parametrize(
    "text",
    [
        f"cannot open rtsp://demo:{SECRET}@camera/x",
        "cannot open rtsp://demo:p%40ss%3Aw%2F%C3%B6%20rd%2541@camera/x",
        "rtspsrc location=rtsp://someone:else@camera:554/",
        f"Authorization: Bearer {SECRET}",
        "Authorization: Digest username=x, response=else",
        f"it was {SECRET} that failed",
    ],
)
def test_secrets_are_masked_in_every_form(text: str) -> None:
    cleaned = Redactor([Secret(SECRET)]).clean(text)
    assert "***" in cleaned
    assert not any(part in cleaned for part in (SECRET, "p%40ss", "else", "rd%2541"))


def test_text_without_secrets_stays() -> None:
    text = "Could not open rtsp://camera:554/stream (Connection refused)"
    assert Redactor([Secret(""), Secret("ab")]).clean(text) == text


def test_a_secret_prints_as_stars() -> None:
    assert f"{Secret(SECRET)} {Secret(SECRET)!r}" == "*** ***"


def test_events_are_redacted_json_lines() -> None:
    stream = io.StringIO()
    Reporter({"camera_id": "cam-1"}, Redactor([Secret(SECRET)]), stream).exit(Exit.SFU_GONE, f"key {SECRET}")
    line = json.loads(stream.getvalue())
    assert (line["event"], line["camera_id"], line["code"], line["exit_code"]) == ("exit", "cam-1", "sfu_gone", 22)
    assert line["detail"] == "key ***"


def test_a_reader_that_went_away_is_no_error() -> None:
    stream = io.StringIO()
    stream.close()
    Reporter({}, Redactor([]), stream).emit("stats")
