"""What a player says: each state in words with its reason and a way on, the last picture with its age, who watches."""

from __future__ import annotations

import base64
import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from playwright.sync_api import Route

from tests.browser.player_page import HIDE, Desk, desk

__all__ = ["desk"]
# One pixel, grey.
JPEG = base64.b64decode(
    "/9j/4AAQSkZJRgABAQEASABIAAD/2wBDAAMCAgICAgMCAgIDAwMDBAYEBAQEBAgGBgUGCQgKCgkICQkKDA8MCgsOCwkJDRENDg8QEBEQCgwS"
    "ExIQEw8QEBD/yQALCAABAAEBAREA/8wABgAQEAX/2gAIAQEAAD8A0s8g/9k="
)
POSTER = "getComputedStyle(document.querySelector('.cp-poster')).display !== 'none'"


def taken(minutes: int) -> str:
    return f"{datetime.now(UTC) - timedelta(minutes=minutes):%a, %d %b %Y %H:%M:%S} GMT"


def refusing(desk: Desk, status: int, code: str, detail: str, **headers: str) -> list[int]:
    """Every reserve is refused; the list has one entry for each."""
    asked: list[int] = []

    def answer(route: Route) -> None:
        asked.append(status)
        body = {"code": code, "detail": detail, "status": status, "agency": "METRO", "limit": 3, "used": 3}
        route.fulfill(status=status, body=json.dumps(body), content_type="application/problem+json", headers=headers)

    desk.page.route("**/api/v1/stream/reserve", answer)
    return asked


def heard(desk: Desk) -> dict[str, Any]:
    said = desk.told("status")
    assert isinstance(said, dict)
    return said


def test_the_last_picture_is_shown_with_its_age_until_the_first_frame(desk: Desk) -> None:
    desk.door.poster = (JPEG, taken(3))
    desk.world.publish(False)
    desk.door.play()
    desk.viewer.until(POSTER)
    assert "3 minutes ago" in desk.page.inner_text(".cp-age")
    assert desk.page.is_enabled(".cp-save")
    desk.world.publish(True)
    desk.state("live")
    assert not desk.page.evaluate(POSTER)
    assert desk.page.is_hidden(".cp-age")


def test_a_camera_that_comes_again_begins_with_its_last_frame_and_asks_for_none(desk: Desk) -> None:
    desk.play()
    asked: list[str] = []
    desk.page.on("request", lambda request: asked.append(request.url) if "/poster" in request.url else None)
    desk.page.evaluate("document.querySelector('camera-player').remove()")
    desk.world.publish(False)
    desk.page.wait_for_timeout(300)
    desk.door.play()
    desk.viewer.until(f"{POSTER} && document.querySelector('.cp-poster').naturalWidth === 640")
    assert "seconds ago" in desk.page.inner_text(".cp-age") or "now" in desk.page.inner_text(".cp-age")
    assert asked == []


def test_another_camera_does_not_begin_with_its_frame(desk: Desk) -> None:
    desk.play()
    desk.world.publish(False)
    desk.page.evaluate("document.querySelector('camera-player').setAttribute('camera-id', 'other')")
    desk.page.wait_for_timeout(500)
    assert not desk.page.evaluate(POSTER)
    desk.page.evaluate("document.querySelector('camera-player').setAttribute('camera-id', 'cam')")
    desk.viewer.until(f"{POSTER} && document.querySelector('.cp-poster').naturalWidth === 640")


def test_a_poster_of_the_pages_own_is_used_instead(desk: Desk) -> None:
    desk.door.poster = (JPEG, taken(3))
    desk.world.publish(False)
    desk.door.play(poster="/static/img/favicon.svg")
    desk.viewer.until(POSTER)
    assert str(desk.page.get_attribute(".cp-poster", "src")).endswith("favicon.svg")


def test_no_poster_and_a_late_one_do_no_harm(desk: Desk) -> None:
    errors: list[str] = []
    desk.page.on("console", lambda said: errors.append(said.text) if said.type == "error" else None)
    desk.play()
    assert not desk.page.evaluate(POSTER)
    assert [each for each in errors if "WebSocket" not in each] == []


def test_a_refusal_tells_its_reason_what_it_is_about_and_when_it_is_tried_again(desk: Desk) -> None:
    sentence = "Metro watches 3 of its 3 cameras."
    asked = refusing(desk, 429, "agency_limit_reached", sentence, **{"Retry-After": "3"})
    desk.door.play()
    desk.state("refused")
    assert sentence in desk.page.inner_text(".cp-card")
    assert "Trying again in" in desk.page.inner_text(".cp-countdown")
    said = heard(desk)
    assert (said["code"], said["retryMs"], said["params"]["limit"]) == ("agency_limit_reached", 3000, 3)
    desk.page.click(".cp-retry")
    desk.viewer.until("document.querySelector('camera-player').state === 'refused'")
    assert len(asked) == 2


def test_a_final_refusal_offers_a_retry_by_hand(desk: Desk) -> None:
    asked = refusing(desk, 403, "watch_not_allowed", "You may not watch this camera.")
    desk.door.play()
    desk.state("refused")
    assert (heard(desk)["retryMs"], desk.page.is_hidden(".cp-countdown")) == (None, True)
    desk.page.focus(".cp-retry")
    desk.page.keyboard.press("Enter")
    desk.viewer.until("document.querySelector('camera-player').state === 'refused'")
    assert len(asked) == 2


def test_a_code_nobody_has_words_for_is_told_as_it_is(desk: Desk) -> None:
    refusing(desk, 409, "strange_thing", "")
    desk.door.play()
    desk.state("refused")
    assert "strange_thing" in desk.page.inner_text(".cp-text")


def test_a_paused_picture_says_why_and_from_when_it_is(desk: Desk) -> None:
    desk.play()
    desk.page.evaluate(HIDE, True)
    desk.state("paused")
    assert "as soon as this page is in front" in desk.page.inner_text(".cp-card")
    assert "Picture of" in desk.page.inner_text(".cp-age")


def test_where_the_server_wants_it_the_viewer_is_named_over_the_picture(desk: Desk) -> None:
    desk.door.watermark = "Mona Haddad"
    desk.play()
    line = desk.page.inner_text(".cp-mark span >> nth=0")
    assert line.startswith("Mona Haddad · 20")
    desk.until(f"player.querySelector('.cp-mark span').innerText !== '{line}'")
    assert desk.page.get_attribute(".cp-mark", "aria-hidden") == "true"
    assert not desk.page.is_visible(".cp-picture")


def test_a_poster_of_a_camera_that_is_refused_names_the_viewer_too(desk: Desk) -> None:
    desk.door.poster, desk.door.watermark = (JPEG, taken(3)), "Mona%20Haddad"
    refusing(desk, 409, "camera_offline", "The camera is offline.")
    desk.door.play()
    desk.viewer.until(POSTER)
    desk.until("player.querySelector('.cp-mark').innerText.includes('Mona Haddad')")


def test_the_watermark_is_in_the_saved_picture_too(desk: Desk) -> None:
    drawn = """() => { window.drawn = []; const { fillText } = CanvasRenderingContext2D.prototype;
      CanvasRenderingContext2D.prototype.fillText = function (...words) { drawn.push(words[0]);
      return fillText.apply(this, words); } }"""
    desk.page.evaluate(drawn)
    desk.play(watermark="Mona Haddad")
    with desk.page.expect_download():
        desk.page.click(".cp-save")
    said = desk.page.evaluate("drawn")
    assert len(said) == 6
    assert said[0].startswith("Mona Haddad · 20")


def test_without_the_policy_nobody_is_named(desk: Desk) -> None:
    desk.play()
    assert not desk.page.is_visible(".cp-mark")
    desk.page.evaluate("document.querySelector('camera-player').setAttribute('watermark', 'X')")
    assert desk.page.is_visible(".cp-mark")


IN_A_WINDOW = "document.pictureInPictureElement !== null"


def test_a_window_of_its_own_keeps_the_picture_while_the_page_is_hidden(desk: Desk) -> None:
    desk.play()
    desk.page.click(".cp-picture")
    desk.viewer.until(IN_A_WINDOW)
    desk.page.evaluate(HIDE, True)
    frames = desk.told("video.getVideoPlaybackQuality().totalVideoFrames")
    desk.until(f"player.video.getVideoPlaybackQuality().totalVideoFrames > {frames} + 25")
    assert heard(desk)["state"] == "live"
    desk.page.evaluate("document.exitPictureInPicture()")
    desk.state("paused")
    assert desk.told("video.disablePictureInPicture")  # the browser's own button stays away


def test_the_same_key_brings_the_picture_back_and_a_player_that_goes_takes_its_window_along(desk: Desk) -> None:
    desk.play()
    desk.page.focus(".cp-picture")
    for own in (True, False, True):
        desk.page.keyboard.press("p")
        desk.viewer.until(f"({IN_A_WINDOW}) === {str(own).lower()}")
        assert heard(desk)["state"] == "live"
    desk.page.evaluate("document.querySelector('camera-player').remove()")
    desk.viewer.until(f"!({IN_A_WINDOW})")


def test_a_browser_that_refuses_a_window_of_its_own_is_said_to_refuse_it(desk: Desk) -> None:
    desk.play()
    refuse = "({ video }) => { video.requestPictureInPicture = async () => { throw new Error('no'); }; }"
    desk.page.evaluate(f"({refuse})(document.querySelector('camera-player'))")
    desk.page.click(".cp-picture")
    desk.until("player.querySelector('.cp-note').innerText.includes('window of its own')")


STATES = {
    "idle": None, "connecting": "joining", "stalled": "stalled", "fallback": "ice_failed", "snapshot": None,
    "paused": "off_screen", "offline": None, "refused": None, "ended": None,
}  # fmt: skip
SHOW = """async ([states, size]) => {
  const { View } = await import("/static/js/player/view.js");
  const said = {};
  for (const [state, code] of Object.entries(states)) {
    const view = new View({ onRetry: () => null });
    const player = document.createElement("div");
    player.className = "stand-in";
    const [bar, card] = view.nodes;
    view.name = "Sheikh Zayed Road";
    view.show({ state, code, text: "", transport: "webrtc", retryMs: state === "refused" ? 5000 : null }, {});
    view.age(new Date());
    Object.assign(player.style, { position: "relative", inlineSize: `${size}px`, blockSize: `${(size * 9) / 16}px`,
      containerType: "inline-size", overflow: "hidden" });
    player.append(bar, card);
    document.body.append(player);
    const text = (name) => card.querySelector(name).innerText;
    said[state] = {
      title: text(".cp-title"), reason: text(".cp-text"), retry: !card.querySelector(".cp-retry").hidden,
      spills: card.scrollHeight > card.clientHeight + 1 || card.scrollWidth > card.clientWidth + 1,
    };
    view.close();
    player.remove();
  }
  return said;
}"""


@pytest.mark.parametrize("desk", ["en", "ar"], indirect=True)
@pytest.mark.parametrize("size", [210, 320, 640, 1280])
def test_each_state_has_words_and_a_reason_that_fit_the_tile(desk: Desk, size: int) -> None:
    said = desk.page.evaluate(SHOW, [STATES, size])
    assert [state for state, each in said.items() if not (each["title"] and each["reason"])] == []
    assert [state for state, each in said.items() if each["reason"].startswith("player.")] == []
    assert [state for state, each in said.items() if each["spills"]] == []
    with_retry = {state for state, each in said.items() if each["retry"]}
    assert with_retry == {"stalled", "fallback", "snapshot", "offline", "refused", "ended"}
