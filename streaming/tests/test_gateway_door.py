"""POST /webhook/mediamtx: whom MediaMTX may let read. Bodies as MediaMTX 1.20.1 sends them."""

from __future__ import annotations

import logging

import pytest
from django.test import Client

from quotas.models import SiteLimit
from streaming.lifecycle.hls_sessions import token_of
from streaming.media.mediamtx_credentials import rtsp_url
from streaming.models import Stream
from streaming.services.callers import reservation_for
from streaming.services.releasing import release
from streaming.states import Transport
from streaming.tests.steps import the_stream, watch
from tests.cast import api_client
from whip_pusher.exits import Exit

pytestmark = pytest.mark.django_db(transaction=True)
DOOR = "/webhook/mediamtx"
QUESTION = {
    "ip": "9.9.9.9",
    "user": "",
    "password": "",
    "token": "",
    "action": "read",
    "path": "camera_cam-a",
    "protocol": "hls",
    "id": "4dc6f460-1fac-4d20-8540-39aaca25bdba",
    "query": "",
    "userAgent": "curl/7.88.1",
}


def ask(**fields):
    return Client(enforce_csrf_checks=True).post(DOOR, QUESTION | fields, content_type="application/json").status_code


def ask_hls(lease, **fields):
    return ask(query=f"token={token_of(lease.pk)}", **fields)


def ask_rtsp(camera_id="cam-a", generation=1, **fields):
    user, password = rtsp_url(camera_id, generation).reveal().removeprefix("rtsp://").partition("@")[0].split(":")
    login = {"user": user, "password": password, "token": password}
    return ask(**({"protocol": "rtsp", "path": f"camera_{camera_id}"} | login | fields))


@pytest.fixture
def live(camera_a, operator_a, memory, work):
    lease = watch(operator_a)
    work()
    return reservation_for(operator_a, lease.pk)


def test_the_pusher_of_the_open_stream_may_read(live):
    assert ask_rtsp() == 204


def test_it_may_while_the_stream_is_starting(camera_a, operator_a, memory, sent):
    watch(operator_a)
    assert the_stream().state == "STARTING"
    assert ask_rtsp() == 204


def test_rtsp_without_credentials_is_asked_for_some(live):
    assert ask_rtsp(user="", password="", token="") == 401


@pytest.mark.parametrize("generation", [0, 2])
def test_a_pusher_of_another_generation_may_not(live, generation):
    assert ask_rtsp(generation=generation) == 401


def test_a_pusher_of_a_stream_that_ended_may_not(live):
    Stream.objects.update(state="STOPPING")
    assert ask_rtsp() == 401


def test_a_pushers_login_opens_no_other_camera(live):
    assert ask_rtsp(path="camera_cam-b") == 401
    assert ask_rtsp(path="camera_cam-a/../camera_cam-b") == 401


def test_the_same_login_reads_the_cameras_sub_stream_and_no_other(live):
    assert ask_rtsp(path="camera_cam-a_sub") == 204
    assert ask_rtsp(path="camera_cam-b_sub") == 401
    assert ask_rtsp(path="camera_cam-a_sub_sub") == 401
    assert ask_rtsp(generation=2, path="camera_cam-a_sub") == 401


def test_a_viewers_token_does_not_open_the_sub_stream(live):
    assert ask_hls(live, path="camera_cam-a_sub") == 401


def test_nobody_may_publish_or_ask_the_api(live):
    for action in ("publish", "playback", "api", "metrics", "pprof", ""):
        assert (ask_rtsp(action=action), ask_hls(live, action=action)) == (401, 401)


def test_nobody_may_read_by_another_protocol(live):
    for protocol in ("webrtc", "srt", "rtmp", "moq", ""):
        assert ask_hls(live, protocol=protocol) == 401


def test_an_hls_viewer_with_a_lease_may_read_and_counts_as_one(live):
    assert ask_hls(live) == 204
    live.refresh_from_db()
    assert live.transport == Transport.HLS


def test_an_hls_viewer_without_a_good_token_may_not(live):
    for query in ("", "token=", "token=nonsense", f"token={token_of(live.pk)}&token=x", f"tok={token_of(live.pk)}"):
        assert ask(query=query) == 401


def test_a_viewers_token_opens_no_other_camera(live):
    assert ask_hls(live, path="camera_cam-b") == 401


def test_the_page_that_mediamtx_has_itself_is_for_nobody(live):
    assert ask_hls(live, id=None) == 401


def test_after_the_release_a_viewer_may_not_come_back(live, operator_a):
    release(caller=operator_a, reservation_id=live.pk)
    assert ask_hls(live) == 401


def test_a_viewer_whose_membership_ended_may_not(live, operator_a):
    operator_a.memberships.all().delete()
    assert ask_hls(live) == 401


def test_a_camera_that_is_away_is_for_mediamtx_to_notice(live, memory, work):
    memory.exit("cam-a", Exit.SFU_GONE)
    work()
    assert the_stream().state == "RETRYING"
    assert ask_hls(live) == 204


def test_more_hls_viewers_than_the_camera_has_places_may_not(live, viewer_a):
    SiteLimit.objects.update_or_create(pk=1, defaults={"camera_hls": 1})
    second = watch(viewer_a)
    assert (ask_hls(live), ask_hls(second)) == (204, 401)


@pytest.mark.parametrize(
    "body", [b"", b"{}", b"[]", b"null", b'"x"', b"{", b"\xff", b"[" * 10_000, b'{"user": "\\ud800"}', b"7"]
)
def test_what_is_no_question_is_malformed(body):
    assert Client().post(DOOR, body, content_type="application/json").status_code == 400


@pytest.mark.parametrize("value", [7, [], {"a": 1}, "a\0b", "\ud800"])
def test_a_field_that_is_no_text_is_malformed(value):
    assert [ask(**{name: value}) for name in ("user", "password", "path", "query", "id")] == [400] * 5


def test_a_body_that_is_too_large_is_refused():
    assert ask(query="a" * 20_000) == 413
    assert ask(query="a" * 500_000) == 413


def test_it_only_listens_to_posts():
    assert Client().get(DOOR).status_code == 405


def test_a_no_has_no_body_and_a_password_is_in_no_log(live, caplog):
    caplog.set_level(logging.DEBUG)
    question = {**QUESTION, "protocol": "rtsp", "user": "pusher-1", "password": "pass-word-1", "query": "token=tok-1"}
    answer = api_client(live.user).post(DOOR, question, format="json")
    assert (answer.status_code, answer.content) == (401, b"")
    assert "pass-word-1" not in caplog.text
    assert "tok-1" not in caplog.text
