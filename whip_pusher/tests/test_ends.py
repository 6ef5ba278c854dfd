"""Asked to end, or without anybody who reads: the exit code is right whenever that comes."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from whip_pusher.exits import Exit
from whip_pusher.settings import READ_SECONDS
from whip_pusher.tests.programs import PYTHON, ROOT, Program

pytestmark = pytest.mark.slow
STARTS_WITHIN, ENDS_WITHIN = 5.0, 5.0


@pytest.fixture
def silent() -> Iterator[dict[str, str]]:
    """The settings of a pusher whose camera takes the connection and says nothing."""
    with socket.create_server(("127.0.0.1", 0)) as camera:
        at = f"127.0.0.1:{camera.getsockname()[1]}"
        yield {"RTSP_URL": f"rtsp://{at}/x", "WHIP_ENDPOINT": f"http://{at}/whip", "STREAM_KEY": "secret-key"}


def wait_until_heeded(process: subprocess.Popen[str]) -> None:
    """Until SIGTERM no longer kills: what comes before Python runs the program is the kernel's to answer."""
    until = time.monotonic() + STARTS_WITHIN
    while not any(heeds(process.pid, mask) for mask in ("SigBlk", "SigCgt")):
        assert time.monotonic() < until, "it never heeded SIGTERM"
        time.sleep(0.0005)


def heeds(pid: int, mask: str) -> bool:
    status = Path(f"/proc/{pid}/status").read_text()
    signals = int(next(line.split()[1] for line in status.splitlines() if line.startswith(f"{mask}:")), 16)
    return bool(signals >> (signal.SIGTERM - 1) & 1)


@pytest.mark.parametrize("delay", [0.0, 0.05, 0.1, 0.15, 0.2, 0.3, 0.5])
def test_asked_to_end_while_it_starts_it_ends_in_order(silent: dict[str, str], delay: float) -> None:
    program = Program("-m", "whip_pusher", env=silent)
    try:
        wait_until_heeded(program.process)
        time.sleep(delay)
        program.process.terminate()
        line = program.ended(ENDS_WITHIN)
    finally:
        program.stop()
    assert (line["code"], line["exit_code"], line["detail"]) == ("ok", 0, "SIGTERM")


def test_more_memory_than_it_may_have_is_an_end_of_its_own(silent: dict[str, str]) -> None:
    program = Program("-m", "whip_pusher", env={**silent, "MEMORY_LIMIT_MB": "16"})
    try:
        line = program.ended(ENDS_WITHIN)
    finally:
        program.stop()
    assert (line["code"], line["exit_code"], line["detail"]) == ("over_memory", 71, "memory above 16 MB")


def test_the_url_may_come_by_stdin_and_is_not_waited_for_without_end(silent: dict[str, str]) -> None:
    """What writes it may hold the pipe open."""
    url = silent.pop("RTSP_URL")
    env = {"PATH": os.environ["PATH"], "HOME": os.environ.get("HOME", "/"), "RTSP_URL_FILE": "/dev/stdin", **silent}
    for line, wanted in ((f"{url}\n", "source_unreachable"), ("", "bad_setting")):
        command = [PYTHON, "-m", "whip_pusher"]
        asked = {**env, "CONNECT_TIMEOUT": "1"}
        with subprocess.Popen(
            command, cwd=ROOT, env=asked, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        ) as process:
            assert process.stdin
            assert process.stdout
            process.stdin.write(line)
            process.stdin.flush()
            process.wait(READ_SECONDS + 5)
            assert f'"code": "{wanted}"' in process.stdout.read()


def end_of(*redirection: str, **env: str) -> int:
    """The exit code of a pusher that a shell starts so."""
    command = ["sh", "-c", f'exec "$0" -m whip_pusher {" ".join(redirection)}', PYTHON]
    base = {"PATH": os.environ["PATH"], "HOME": os.environ.get("HOME", "/")}
    done = subprocess.run(command, cwd=ROOT, env={**base, **env}, capture_output=True, text=True, timeout=20)
    assert "Traceback" not in done.stderr
    return done.returncode


def test_a_stdout_that_was_never_there_changes_no_exit_code() -> None:
    assert end_of(">&-") == Exit.RTSP_URL_MISSING


def test_a_stdout_that_is_full_changes_no_exit_code() -> None:
    assert end_of(">/dev/full") == Exit.RTSP_URL_MISSING


def test_a_reader_that_went_away_changes_no_exit_code() -> None:
    reader, writer = os.pipe()
    os.close(reader)
    env = {"PATH": os.environ["PATH"], "HOME": os.environ.get("HOME", "/")}
    try:
        done = subprocess.run(
            [PYTHON, "-m", "whip_pusher"], cwd=ROOT, env=env, stdout=writer, stderr=subprocess.PIPE, timeout=20
        )
    finally:
        os.close(writer)
    assert (done.returncode, done.stderr) == (Exit.RTSP_URL_MISSING, b"")
