"""Viewers of MediaMTX's HLS lose their session with their lease: soon by a hint, by the reconciler in any case."""

from __future__ import annotations

import pytest

from streaming import tasks
from streaming.lifecycle.hls_sessions import kick_unless_active, token_of
from streaming.lifecycle.reconciling import reconcile
from streaming.media import names
from streaming.media.ports import HlsSession, MediaError, Secret
from streaming.models import Reservation
from streaming.services.callers import reservation_for
from streaming.services.releasing import release, revoke
from streaming.services.transports import admit_hls
from streaming.tests.steps import watch

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def playing(camera_a, operator_a, memory, work, settings):
    """A lease whose holder plays HLS from the gateway."""
    settings.GATEWAY = "mediamtx"
    lease = watch(operator_a)
    work()
    admit_hls(reservation_for(operator_a, lease.pk))
    memory.sessions["one"] = HlsSession("one", "cam-a", Secret(token_of(lease.pk)))
    return reservation_for(operator_a, lease.pk)


def do_hints(sent):
    """Only what the end of a lease asked for, without a tick."""
    for name, args in [job for job in sent if job[0] == "kick_hls"]:
        getattr(tasks, name)(*args)


def test_who_releases_is_kicked_at_once(playing, operator_a, memory, sent):
    release(caller=operator_a, reservation_id=playing.pk)
    do_hints(sent)
    assert memory.sessions == {}


def test_whose_lease_is_revoked_is_kicked_at_once(playing, site_admin, memory, sent):
    revoke(by=site_admin, reservation=playing)
    do_hints(sent)
    assert memory.sessions == {}


def test_who_was_not_heard_of_is_kicked(playing, memory, work, later):
    later(46)
    work()
    assert memory.sessions == {}


def test_others_go_on(playing, operator_a, viewer_a, memory, sent):
    other = watch(viewer_a)
    memory.sessions["two"] = HlsSession("two", "cam-a", Secret(token_of(other.pk)))
    memory.sessions["elsewhere"] = HlsSession("elsewhere", "cam-b", Secret("not ours to judge here"))
    release(caller=operator_a, reservation_id=playing.pk)
    do_hints(sent)
    assert sorted(memory.sessions) == ["elsewhere", "two"]


def test_the_end_of_a_webrtc_viewer_asks_nothing_of_the_gateway(camera_a, operator_a, memory, work, settings, sent):
    settings.GATEWAY = "mediamtx"
    lease = watch(operator_a)
    work()
    release(caller=operator_a, reservation_id=lease.pk)
    assert "kick_hls" not in [name for name, _ in sent]


def test_where_we_serve_hls_ourselves_nobody_is_kicked(playing, operator_a, settings, sent):
    settings.GATEWAY = "direct"
    release(caller=operator_a, reservation_id=playing.pk)
    assert "kick_hls" not in [name for name, _ in sent]


def test_a_kick_that_failed_is_made_good_by_the_reconciler(playing, operator_a, memory, sent):
    memory.fail["hls_sessions"] = MediaError("gateway_unreachable")
    release(caller=operator_a, reservation_id=playing.pk)
    do_hints(sent)
    assert "one" in memory.sessions
    reconcile()
    assert memory.sessions == {}


def test_a_session_that_shows_no_lease_of_ours_is_kicked(playing, memory):
    memory.sessions["stranger"] = HlsSession("stranger", "cam-a", Secret("nonsense"))
    memory.sessions["nobody"] = HlsSession("nobody", "cam-a", Secret(""))
    reconcile()
    assert list(memory.sessions) == ["one"]


def test_a_lease_that_came_after_the_listing_keeps_its_session(playing, memory):
    kick_unless_active("one", "cam-a", names.viewer(str(playing.pk)))
    assert list(memory.sessions) == ["one"]


def test_a_list_that_failed_kicks_nobody(playing, memory):
    Reservation.objects.update(state="RELEASED")
    memory.fail["hls_sessions"] = MediaError("gateway_unreachable")
    reconcile()
    assert list(memory.sessions) == ["one"]
