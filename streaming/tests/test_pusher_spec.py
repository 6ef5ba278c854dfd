"""What a pusher is told at its start: the camera's streams, its sound, and our settings."""

from __future__ import annotations

import pytest

from cameras.services import camera_update
from streaming.layers import BOTH
from streaming.lifecycle.source import pusher_spec, sub_source_of
from streaming.media.ports import GatewayPath, Ingest, MediaError, Secret
from tests.cast import make_camera

pytestmark = pytest.mark.django_db
INGEST = Ingest("cam-a", 3, "in-3", "http://sfu/whip", Secret("key"))
PATH = GatewayPath(Secret("rtsp://gateway/cam"))
WITH_SUB = GatewayPath(Secret("rtsp://gateway/cam"), sub_rtsp_url=Secret("rtsp://gateway/cam_sub"))


def told(camera, path=PATH, **more):
    return pusher_spec(camera, 3, INGEST, path, **more).environment


def test_a_camera_with_one_stream_has_one_url_and_feeds_it(camera_a):
    spec = pusher_spec(camera_a, 3, INGEST, PATH)
    assert set(spec.secrets) == {"RTSP_URL", "STREAM_KEY"}
    assert spec.environment["LAYERS"] == "high"


def test_a_sub_stream_is_a_secret_beside_the_main_one(camera_a):
    spec = pusher_spec(camera_a, 3, INGEST, WITH_SUB, BOTH)
    assert spec.secrets["SUB_RTSP_URL"].reveal() == "rtsp://gateway/cam_sub"
    assert spec.environment["LAYERS"] == "high,low"
    assert "gateway" not in "".join(spec.environment.values())


def test_sound_is_off_until_the_camera_may_be_heard(camera_a):
    assert told(camera_a)["AUDIO"] == "off"
    assert told(camera_update(camera=camera_a, audio=True))["AUDIO"] == "on"


@pytest.mark.parametrize(
    ("sfu", "ingest", "codecs"),
    [
        ("livekit", "ingress", "opus,pcma"),
        ("livekit", "whip", "opus,pcma,pcmu"),
        ("janus", "ingress", "opus,pcma,pcmu"),
    ],
)
def test_the_sound_is_in_a_codec_that_the_sfu_takes(camera_a, settings, sfu, ingest, codecs):
    settings.SFU, settings.LIVEKIT_INGEST = sfu, ingest
    assert told(camera_a)["AUDIO_CODECS"] == codecs


def test_settings_of_the_encoder_and_of_the_watchdogs_are_handed_on(camera_a, settings):
    settings.TRANSCODE_PROFILE, settings.PUSHER_ENCODER_SPEED, settings.PUSHER_ENCODER_THREADS = "360p", "veryfast", 2
    settings.PUSHER_MAX_GOP_SECONDS, settings.PUSHER_MAX_BITRATE_KBPS, settings.PUSHER_RECONNECT_SECONDS = 2.5, 900, 7
    assert {
        "PROFILE": "360p", "ENCODER_SPEED": "veryfast", "ENCODER_THREADS": "2", "MAX_GOP_SECONDS": "2.5",
        "MAX_BITRATE_KBPS": "900", "RECONNECT_SECONDS": "7",
    }.items() <= told(camera_a).items()  # fmt: skip


def test_the_sub_stream_is_read_with_the_cameras_own_login(agency_a):
    camera = make_camera("cam-s", agency_a, sub_url="rtsp://cam/sub", username="admin", password="p@ss")
    found = sub_source_of(camera)
    assert found is not None
    assert found.reveal() == "rtsp://admin:p%40ss@cam/sub"
    assert sub_source_of(make_camera("cam-t", agency_a)) is None


def test_a_sub_stream_that_is_no_rtsp_url_is_a_coded_error(agency_a):
    with pytest.raises(MediaError, match="camera_not_configured"):
        sub_source_of(make_camera("cam-s", agency_a, sub_url="nonsense"))
