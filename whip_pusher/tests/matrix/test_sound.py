"""The camera's sound, where it is on: as it is where browsers take it, else as Opus; never instead of the picture."""

from __future__ import annotations

import pytest

from deploy.demo.clock_strip import camera_number
from whip_pusher.tests.matrix.conftest import Play
from whip_pusher.tests.matrix.viewer import now_ms
from whip_pusher.tests.odd_camera_list import TONE_HZ

pytestmark = pytest.mark.slow


def kinds(play: Play, url: str, **env: str) -> list[str]:
    """The m-lines of an offer, once a picture has arrived."""
    viewer = play(url, **env)
    offered = [str(media["kind"]) for media in viewer.offer()]
    viewer.frame()
    return offered


@pytest.mark.parametrize(
    ("mount", "arrives_as"),
    [
        ("sound-pcma", "PCMA"),
        ("sound-pcmu", "PCMU"),
        ("sound-aac", "OPUS"),
        ("sound-opus", "OPUS"),
        ("sound-pcmu-16khz", "OPUS"),
        ("sound-first", "PCMA"),
    ],
)
def test_the_tone_of_the_camera_is_heard(play: Play, odd_url: str, mount: str, arrives_as: str) -> None:
    viewer = play(f"{odd_url}/{mount}", AUDIO="on")
    heard = viewer.sound()
    assert heard["codec"] == arrives_as
    assert heard["hz"] == pytest.approx(TONE_HZ, abs=20)
    viewer.frame(camera=camera_number(mount))


@pytest.mark.parametrize("mount", ["sound-pcma", "sound-pcmu"])
def test_what_the_sfu_does_not_take_becomes_opus(play: Play, odd_url: str, mount: str) -> None:
    viewer = play(f"{odd_url}/{mount}", AUDIO="on", AUDIO_CODECS="opus")
    heard = viewer.sound()
    assert (heard["codec"], heard["hz"]) == ("OPUS", pytest.approx(TONE_HZ, abs=20))


def test_the_tracks_are_named_and_in_order(play: Play, odd_url: str) -> None:
    viewer = play(f"{odd_url}/sound-first", AUDIO="on", CAMERA_ID="cam-9")
    video, audio = viewer.offer()
    assert (video["kind"], audio["kind"]) == ("video", "audio")
    assert (video["msid"].split()[0], audio["msid"].split()[0]) == ("cam-9", "cam-9")
    assert (video["msid"].split()[1], audio["msid"].split()[1]) == ("high", "audio")


@pytest.mark.parametrize(
    ("mount", "audio", "why"),
    [
        ("sound-pcma", "on", "accepted"),
        ("sound-aac", "on", "not_accepted"),
        ("sound-pcma", "off", "off"),
        ("baseline", "on", "absent"),
        ("sound-g726", "on", "not_supported"),
    ],
)
def test_the_line_of_the_source_says_what_becomes_of_the_sound_and_why(
    play: Play, odd_url: str, mount: str, audio: str, why: str
) -> None:
    assert play(f"{odd_url}/{mount}", AUDIO=audio).source()["audio"]["why"] == why


@pytest.mark.parametrize("mount", ["sound-pcma", "sound-first"])
def test_sound_that_is_off_is_not_even_offered(play: Play, odd_url: str, mount: str) -> None:
    assert kinds(play, f"{odd_url}/{mount}", AUDIO="off") == ["video"]


def test_sound_is_off_unless_it_is_asked_for(play: Play, odd_url: str) -> None:
    assert kinds(play, f"{odd_url}/sound-pcma") == ["video"]


@pytest.mark.parametrize("mount", ["baseline", "sound-metadata"])
def test_a_camera_without_sound_has_only_a_picture(play: Play, odd_url: str, mount: str) -> None:
    assert kinds(play, f"{odd_url}/{mount}", AUDIO="on") == ["video"]


@pytest.mark.parametrize("layers", ["high,low", "low"])
def test_a_silent_sub_stream_does_not_silence_the_camera(play: Play, odd_url: str, layers: str) -> None:
    viewer = play(f"{odd_url}/sound-pcma", SUB_RTSP_URL=f"{odd_url}/240p", AUDIO="on", LAYERS=layers)
    assert [str(media["kind"]) for media in viewer.offer()] == ["video", "video", "audio"]
    viewer.frame(line=1, camera=camera_number("240p"))


def test_a_main_stream_that_was_only_asked_for_sound_is_left_again(play: Play, odd_url: str) -> None:
    viewer = play(f"{odd_url}/sound-pcma", SUB_RTSP_URL=f"{odd_url}/240p", AUDIO="on", LAYERS="low")
    while any(frame["line"] == 0 for frame in viewer.frames(15)):
        pass


def test_g711_at_another_rate_becomes_the_offered_one_where_the_sfu_takes_no_opus(play: Play, odd_url: str) -> None:
    viewer = play(f"{odd_url}/sound-pcmu-16khz", AUDIO="on", AUDIO_CODECS="pcma,pcmu")
    heard = viewer.sound()
    assert (heard["codec"], heard["hz"]) == ("PCMA", pytest.approx(TONE_HZ, abs=20))


@pytest.mark.parametrize("mount", ["sound-g726", "sound-aac-no-config"])
def test_sound_that_cannot_be_played_does_not_cost_the_picture(play: Play, odd_url: str, mount: str) -> None:
    viewer = play(f"{odd_url}/{mount}", AUDIO="on")
    viewer.frame(camera=camera_number(mount))
    assert viewer.longest_gap(2) < 1


def test_sound_that_fails_in_the_middle_is_told_and_the_picture_goes_on(play: Play, odd_url: str) -> None:
    viewer = play(f"{odd_url}/sound-aac-no-config", AUDIO="on")
    viewer.frame()
    viewer.pusher.wait_for("sound_lost", 8)
    viewer.frame_after(now_ms())
