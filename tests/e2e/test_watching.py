"""Each camera plays over WebRTC, and it is the right one."""

from __future__ import annotations

import pytest

from deploy.demo.clock_strip import camera_number
from tests.e2e.browser import attribute, strip, wait_live
from tests.e2e.conftest import LIVE
from tests.e2e.site import eventually


@pytest.mark.smoke
@pytest.mark.parametrize("camera_id", LIVE)
def test_a_camera_plays_over_webrtc_and_its_picture_is_its_own(operator, camera_id):
    someone = operator()
    page = someone.watch(camera_id)
    wait_live(page)
    read = strip(page)
    assert read["camera"] == camera_number(camera_id)
    assert 0 <= read["now"] - read["ms"] < 1000
    assert someone.complaints == []


def test_an_operator_sees_only_the_cameras_of_his_agency(operator):
    page = operator(username="operator-metro").page
    page.goto("/")
    assert page.get_by_text("cam-002-metro-station").count() == 1
    assert page.get_by_text("cam-001-sheikh-zayed").count() == 0
    assert page.goto("/cameras/cam-001-sheikh-zayed").status == 404


def test_an_offline_camera_says_so_and_offers_a_retry(operator):
    page = operator().watch("cam-005-offline")
    eventually(lambda: "does not answer" in page.inner_text("camera-player"), 15, "the reason in words")
    assert attribute(page, "state") in {"connecting", "offline"}


def test_the_page_in_arabic_runs_from_right_to_left(operator):
    someone = operator()
    someone.page.goto("/")
    someone.page.click("button[name=language][value=ar]")
    page = someone.watch("cam-001-sheikh-zayed")
    assert page.evaluate("[document.dir, document.documentElement.lang]") == ["rtl", "ar"]
    wait_live(page)
    assert "شارع الشيخ زايد" in page.inner_text("h1")


@pytest.mark.smoke
def test_a_browser_without_webrtc_falls_back_to_hls(operator):
    someone = operator()
    someone.context.add_init_script("delete window.RTCPeerConnection; delete window.webkitRTCPeerConnection")
    page = someone.watch("cam-001-sheikh-zayed")
    wait_live(page, 45, transport="hls")
    assert strip(page)["camera"] == camera_number("cam-001-sheikh-zayed")


def test_live_numbers_show_a_viewer_within_a_second(operator, site):
    page = operator().page
    page.goto("/stats")
    page.wait_for_timeout(1000)
    reservation = site.reserve("cam-001-sheikh-zayed").json()
    watched = "[data-cameras]"
    eventually(lambda: "cam-001-sheikh-zayed" in page.inner_text(watched), 1.5, "the camera among the numbers")
    site.release(reservation)
    eventually(lambda: "cam-001-sheikh-zayed" not in page.inner_text(watched), 1.5, "the camera gone again")
