"""Sources that cannot be shown: a coded reason in player and events, nothing left running, no password anywhere."""

from __future__ import annotations

import socket
import subprocess
from collections.abc import Iterator
from urllib.parse import urlsplit

import pytest

from tests.e2e.site import Site, eventually

PASSWORD = "pa55-never-shown"
CASES = {
    "bad-password": ("source_unauthorised", "FAILED"),
    "not-rtsp": ("source_not_video", "FAILED"),
    "nobody-there": ("source_unreachable", "RETRYING"),
    "never-answers": ("source_unreachable", "RETRYING"),
}


@pytest.fixture(scope="module")
def urls(demo: Site) -> Iterator[dict[str, str]]:
    silent = socket.create_server(("127.0.0.1", 0))
    closed = socket.create_server(("127.0.0.1", 0))
    nobody = closed.getsockname()[1]
    closed.close()
    cameras = demo.environment()["DEMO_CAMERAS_PORT"]
    yield {
        "bad-password": f"rtsp://127.0.0.1:{cameras}/cam-004-taxi-airport",
        "not-rtsp": f"rtsp://127.0.0.1:{urlsplit(demo.url).port}/",
        "nobody-there": f"rtsp://127.0.0.1:{nobody}/x",
        "never-answers": f"rtsp://127.0.0.1:{silent.getsockname()[1]}/x",
    }
    silent.close()


@pytest.mark.parametrize("name", CASES)
def test_a_bad_source_is_named_and_leaves_nothing(site, urls, operator, name):
    code, state = CASES[name]
    camera_id = f"bad-{name}"
    made = site.api.post(
        "/cameras",
        json={
            "camera_id": camera_id,
            "agency": "METRO",
            "name_en": name,
            "main_url": urls[name],
            "username": "demo",
            "password": PASSWORD,
        },
    )
    assert made.status_code == 201, made.text
    page = operator().watch(camera_id)
    eventually(lambda: _last(site, camera_id) == code, 30, f"{code} as the reason")
    eventually(lambda: state in _states(site, camera_id), 5, f"{state} among the events")
    eventually(lambda: page.inner_text("camera-player").strip(), 5, "words in the player")
    page.goto("/stats")
    site.wait_empty(20)
    assert site.world()["pushers"] == []
    assert site.api.delete(f"/cameras/{camera_id}").status_code == 204


def _last(site: Site, camera_id: str) -> str:
    rows = site.api.get("/events", params={"camera_id": camera_id}).json()["results"]
    return next((row["code"] for row in rows if row["new"] in {"RETRYING", "STOPPING"}), "")


def _states(site: Site, camera_id: str) -> set[str]:
    return {row["new"] for row in site.api.get("/events", params={"camera_id": camera_id}).json()["results"]}


def test_no_password_is_in_any_log_or_process(site, urls):
    found = subprocess.run(
        ["grep", "-rl", "-e", PASSWORD, "-e", site.password, str(site.data / "log")],
        capture_output=True,
        text=True,
        check=False,
    )
    assert found.stdout == ""
