"""/hls: only against a live lease; the token on the playlist, then a cookie."""

from __future__ import annotations

import pytest
from django.test import Client

from cctv.errors import DomainError
from quotas.models import SiteLimit
from streaming import tasks
from streaming.models import Reservation
from streaming.services.answers import hls_url
from streaming.services.callers import reservation_for
from streaming.services.releasing import release
from streaming.services.transports import admit_webrtc, count_as
from streaming.states import Transport
from streaming.tests.steps import watch
from tests.cast import api_client
from whip_pusher.exits import Exit

pytestmark = pytest.mark.django_db(transaction=True)
FOLDER = "/hls/camera_cam-a"


@pytest.fixture
def live(camera_a, operator_a, memory, work, settings, tmp_path):
    """A lease on a live stream whose pusher has written one segment."""
    settings.HLS_DIR = str(tmp_path)
    lease = watch(operator_a)
    work()
    folder = tmp_path / "camera_cam-a" / "1"
    folder.mkdir(parents=True)
    (folder / "index.m3u8").write_text("#EXTM3U\n#EXTINF:1,\nsegment00001.ts\n")
    (folder / "segment00001.ts").write_bytes(b"media")
    (tmp_path / "secret").write_text("not yours")
    return reservation_for(operator_a, lease.pk)


def test_the_token_opens_the_playlist_and_its_cookie_the_segments(live, client):
    playlist = client.get(hls_url(live))
    assert (playlist.status_code, playlist["Content-Type"]) == (200, "application/vnd.apple.mpegurl")
    cookie = playlist.cookies["hls"]
    assert (cookie["httponly"], cookie["path"]) == (True, f"{FOLDER}/")
    segment = client.get(f"{FOLDER}/segment00001.ts")
    assert (segment.status_code, segment.content) == (200, b"media")


@pytest.mark.parametrize("query", ["", "?token=", "?token=nonsense", "?token=x:y:z"])
def test_without_a_good_token_nothing(live, query):
    answer = Client().get(f"{FOLDER}/index.m3u8{query}")
    assert (answer.status_code, answer.json()["code"]) == (401, "token_invalid")
    assert Client().get(f"{FOLDER}/segment00001.ts{query}").status_code == 401


def test_a_token_of_another_camera_is_worth_nothing(live, client):
    token = hls_url(live).partition("?")[2]
    assert client.get(f"/hls/camera_cam-b/index.m3u8?{token}").status_code == 401


def test_after_the_release_playlist_and_segments_are_gone(live, client, operator_a):
    client.get(hls_url(live))
    release(caller=operator_a, reservation_id=live.pk)
    for url in (hls_url(live), f"{FOLDER}/segment00001.ts"):
        answer = client.get(url)
        assert (answer.status_code, answer.json()["code"]) == (410, "released")


@pytest.mark.parametrize("file", ["../secret", "..%2f..%2fsecret", "secret", "index.m3u8.bak", "%2e%2e/secret"])
def test_no_way_out_of_the_folder(live, client, file):
    client.get(hls_url(live))
    assert client.get(f"{FOLDER}/{file}").status_code == 404


def test_before_the_first_segment_it_is_not_ready(live, client, tmp_path):
    (tmp_path / "camera_cam-a" / "1" / "index.m3u8").unlink()
    answer = client.get(hls_url(live))
    assert (answer.status_code, answer.json()["code"]) == (404, "hls_not_ready")


def test_a_lease_that_turns_to_hls_counts_as_an_hls_viewer(live, client, viewer_a):
    SiteLimit.objects.update_or_create(pk=1, defaults={"camera_hls": 1})
    assert client.get(hls_url(live)).status_code == 200
    live.refresh_from_db()
    assert live.transport == Transport.HLS
    second = reservation_for(viewer_a, watch(viewer_a).pk)
    refused = Client().get(hls_url(second))
    assert (refused.status_code, refused.json()["code"]) == (503, "stream_at_capacity")


def test_a_lease_that_two_requests_turn_to_hls_at_once_takes_one_place(live):
    """The second has read the row before the first wrote it."""
    SiteLimit.objects.update_or_create(pk=1, defaults={"camera_hls": 1})
    first, second = (Reservation.objects.select_related("stream").get(pk=live.pk) for _ in range(2))
    count_as(first, Transport.HLS)
    count_as(second, Transport.HLS)
    assert Reservation.objects.get().transport == Transport.HLS


def test_a_lease_that_ended_meanwhile_takes_no_place(live, operator_a):
    release(caller=operator_a, reservation_id=live.pk)
    with pytest.raises(DomainError, match="released"):
        count_as(live, Transport.HLS)
    assert Reservation.objects.get().transport == Transport.AUTO


def test_a_viewer_that_climbs_back_to_webrtc_gives_its_hls_place_back(live, client):
    client.get(hls_url(live))
    live.refresh_from_db()
    admit_webrtc(live)
    live.refresh_from_db()
    assert live.transport == Transport.AUTO


def test_who_asked_for_hls_gets_no_offer(camera_a, viewer_a, memory, work):
    lease = watch(viewer_a, transport=Transport.HLS)
    work()
    answer = api_client(viewer_a).post(f"/api/v1/stream/reservations/{lease.pk}/offer", {})
    assert (answer.status_code, answer.json()["code"]) == (409, "wrong_transport")


def test_while_the_camera_is_away_the_playlist_says_offline(live, client, memory, work, sent):
    memory.exit("cam-a", Exit.SOURCE_UNREACHABLE)
    tasks.pushers()
    answer = client.get(hls_url(live))
    assert (answer.status_code, answer.json()["code"]) == (404, "camera_offline")
