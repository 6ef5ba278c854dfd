"""Parts die; viewers see video again without a click, and nothing is doubled."""

from __future__ import annotations

import os
import signal
import time

import pytest

from tests.e2e.browser import current_time, wait_live
from tests.e2e.site import eventually

CAMERA = "cam-001-sheikh-zayed"


def pusher_pid(site, camera_id):
    return site.pid(f"whip-pusher-{camera_id}")


def test_a_killed_pusher_is_back_on_the_screen_within_5_seconds(operator, site):
    page = operator().watch(CAMERA)
    wait_live(page)
    pid, generation = pusher_pid(site, CAMERA), site.stream(CAMERA)["generation"]
    os.kill(pid, signal.SIGKILL)
    killed = time.monotonic()
    eventually(lambda: site.stream(CAMERA)["generation"] > generation, 5, "the next generation")
    page.wait_for_function("document.querySelector('camera-player').getAttribute('state') === 'live'", timeout=5000)
    mark = current_time(page)
    eventually(lambda: current_time(page) > mark + 0.1, 5, "video again")
    assert time.monotonic() - killed < 5
    assert len(site.world()["pushers"]) == 1


def test_a_worker_killed_in_the_middle_of_a_bring_up_is_made_good(site):
    pid = site.pid("worker-media")
    reservation = site.reserve(CAMERA).json()
    eventually(lambda: site.stream(CAMERA)["state"] in {"STARTING", "LIVE"}, 2, "a start")
    os.kill(pid, signal.SIGKILL)
    row = site.wait_state(CAMERA, "LIVE", 30)
    assert [p[:2] for p in site.world()["pushers"]] == [[CAMERA, row["generation"]]]
    site.release(reservation)


def test_a_reserve_without_redis_is_taken_and_live_once_redis_is_back(site):
    pid = site.pid("redis")
    os.kill(pid, signal.SIGSTOP)
    try:
        asked = time.monotonic()
        answer = site.reserve(CAMERA)
        assert (answer.status_code, answer.json()["state"]) == (201, "STARTING")
        assert time.monotonic() - asked < 5
    finally:
        os.kill(pid, signal.SIGCONT)
    site.wait_state(CAMERA, "LIVE", 30)
    site.release(answer.json())


@pytest.mark.parametrize("program", ["web", "beat", "worker-tick", "janus"])
def test_a_program_killed_under_a_viewer_heals(operator, site, program):
    page = operator().watch(CAMERA)
    wait_live(page)
    os.kill(site.pid(program), signal.SIGKILL)
    eventually(lambda: _moves(page), 30, f"video after {program} was killed")
    assert site.stats()["total_viewers"] == 1


def _moves(page) -> bool:
    before = current_time(page)
    time.sleep(1)
    return current_time(page) > before + 0.3
