"""The real pusher, told by the rows: the main stream is pulled while somebody wants it, a lost camera found again."""

from __future__ import annotations

import json
import time

import pytest

from tests.e2e.site import eventually

CAMERA = "cam-004-taxi-airport"  # has a sub-stream
AWAY_SECONDS = 8


@pytest.fixture
def said(site):
    """`said(event, **fields)`: the pusher's lines of the camera's life of now, oldest first."""

    def lines(event, **fields):
        generation = str(site.stream(CAMERA)["generation"])
        text = (site.data / "log" / "pushers" / f"whip-pusher-{CAMERA}.log").read_text()
        known = [json.loads(line) for line in text.splitlines() if line.startswith("{")]
        ours = [line for line in known if str(line["generation"]) == generation and line["event"] == event]
        return [line for line in ours if fields.items() <= line.items()]

    return lines


def watch(site, **more):
    reservation = site.reserve(CAMERA, **more).json()
    site.wait_state(CAMERA, "LIVE", 30)
    return reservation


def beat(site, reservation, **report):
    assert site.api.post(f"/stream/heartbeat/{reservation['reservation_id']}", json=report).status_code == 200


def test_the_main_stream_is_pulled_only_while_somebody_wants_it(site, said):
    reservation = watch(site, quality="low")
    assert (reservation["layers"], reservation["quality_effective"]) == (["high", "low"], "low")
    eventually(lambda: said("playing", layer="low"), 10, "the sub-stream")
    time.sleep(2)
    assert said("first_packet", layer="high") == []
    beat(site, reservation, layers=["high", "low"])
    eventually(lambda: said("first_packet", layer="high"), 5, "the main stream, once somebody wants it")
    beat(site, reservation, layers=["low"])
    eventually(lambda: said("layers", wanted=["low"]), 5, "the main stream dropped")
    site.release(reservation)


def test_a_camera_that_comes_back_costs_no_new_generation(site, said):
    reservation = watch(site)
    generation = site.stream(CAMERA)["generation"]
    eventually(lambda: said("playing", layer="high"), 10, "the picture")
    site.supervisor("stop", "cameras")
    try:
        eventually(lambda: said("source_lost"), 10, "the pusher's word that its camera is gone")
        time.sleep(AWAY_SECONDS)
        assert site.stream(CAMERA)["state"] == "LIVE"
    finally:
        site.supervisor("start", "cameras")
    eventually(lambda: said("source_back"), 15, "the camera found again")
    assert (site.stream(CAMERA)["state"], site.stream(CAMERA)["generation"]) == ("LIVE", generation)
    eventually(lambda: site.api.get(f"/cameras/{CAMERA}").json()["state"] == "ONLINE", 20, "the camera seen again")
    site.release(reservation)
