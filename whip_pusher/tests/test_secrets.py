"""No password and no key in output, arguments or files."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from whip_pusher.exits import Exit
from whip_pusher.tests.conftest import LOOPBACK
from whip_pusher.tests.programs import Program

pytestmark = pytest.mark.slow
LOGIN = "demo:p%40ss%3Aw%2F%C3%B6%20rd%2541@"
FORMS = ("p@ss", "p%40ss", "rd%41", "rd%2541")


def test_a_whole_life_shows_none(
    push: Callable[..., Program], rtsp: str, receiver: Program, receiver_url: str, tmp_path: Path
) -> None:
    (tmp_path / "url").write_text(rtsp.replace("rtsp://", f"rtsp://{LOGIN}") + "/cam-004-taxi-airport\n")
    (tmp_path / "key").write_text("stream-key-0123456789\n")
    files = {"RTSP_URL_FILE": str(tmp_path / "url"), "STREAM_KEY_FILE": str(tmp_path / "key")}
    program = push("", receiver_url, "", **files, **LOOPBACK)
    program.wait_for("playing")
    process = Path(f"/proc/{program.process.pid}")
    seen = (process / "cmdline").read_text() + (process / "environ").read_text()
    program.terminate()
    program.ended()
    receiver.wait_for("deleted")
    seen += "".join(program.output)
    assert not [form for form in (*FORMS, "stream-key-0123456789") if form in seen]


@pytest.mark.parametrize("name", ["RTSP_URL", "WHIP_ENDPOINT", "STREAM_KEY"])
def test_a_missing_variable_is_named_in_the_last_line(name: str) -> None:
    values = {"RTSP_URL": f"rtsp://{LOGIN}camera/", "WHIP_ENDPOINT": "http://sfu/whip", "STREAM_KEY": "the-key"}
    program = Program("-m", "whip_pusher", env={**values, name: ""})
    line = program.ended()
    assert line["exit_code"] == Exit[f"{name}_MISSING"]
    assert name in line["detail"]
    assert not [form for form in (*FORMS, "the-key") if form in "".join(program.output)]
