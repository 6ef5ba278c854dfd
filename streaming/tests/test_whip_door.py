"""POST /whip/<room>: a pusher that comes back to an SFU that forgot its room."""

from __future__ import annotations

import pytest
from django.test import Client

from streaming.media.ports import MediaError

pytestmark = pytest.mark.django_db


@pytest.fixture
def sfu(memory, monkeypatch):
    """Takes whoever finds a room."""

    class Rooms:
        def whip_publish(self, camera_id, key, sdp):
            if key != "good":
                raise MediaError("whip_unauthorised", permanent=True)
            if camera_id not in memory.rooms:
                raise MediaError("room_gone")
            return "resource", "v=0\r\n"

    monkeypatch.setattr("streaming.signalling.signalling", Rooms)
    return memory


def publish(key="good"):
    bearer = {"Authorization": f"Bearer {key}"}
    return Client().post("/whip/camera_cam-a", b"v=0\r\n", content_type="application/sdp", headers=bearer)


def test_a_pusher_gets_its_room_again(sfu):
    assert (publish().status_code, sfu.rooms) == (201, {"cam-a"})


def test_a_key_that_is_not_good_makes_no_room(sfu):
    assert (publish("bad").status_code, sfu.rooms) == (401, set())


def test_a_room_that_cannot_be_made_is_the_sfus_trouble(sfu):
    sfu.fail["ensure_room"] = MediaError("sfu_unreachable")
    assert publish().status_code == 503
