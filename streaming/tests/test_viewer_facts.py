"""What a viewer has of the picture is a fact that anybody sees: playing, paused, stalled."""

from __future__ import annotations

import pytest
from django.test import Client

from streaming.services.numbers import stats
from streaming.services.renewing import heartbeat
from streaming.tests.steps import watch

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def lease(camera_a, operator_a, memory, work, later):
    """Watching, with frames."""
    made = watch(operator_a)
    work()
    later(1)
    heartbeat(caller=operator_a, reservation_id=made.pk, report={"frames_decoded": 25})
    return made


def facts(caller):
    row = stats(caller)["camera_stats"][0]
    return {name: row[name] for name in ("joined", "paused", "stalled")}


def beat(caller, lease, **report):
    heartbeat(caller=caller, reservation_id=lease.pk, report=report)


def test_a_viewer_whose_frames_grow_is_neither(lease, operator_a, later):
    later(15)
    beat(operator_a, lease, frames_decoded=400)
    assert facts(operator_a) == {"joined": 1, "paused": 0, "stalled": 0}


def test_a_viewer_without_new_frames_is_stalled_until_they_come(lease, operator_a, later):
    later(15)
    beat(operator_a, lease, frames_decoded=25)
    assert facts(operator_a) == {"joined": 1, "paused": 0, "stalled": 1}
    beat(operator_a, lease, frames_decoded=26)
    assert facts(operator_a)["stalled"] == 0


def test_a_rebuilt_player_counts_its_frames_anew_and_is_not_stalled(lease, operator_a, later):
    later(15)
    beat(operator_a, lease, frames_decoded=3)
    assert facts(operator_a)["stalled"] == 0


def test_a_hidden_player_is_paused_and_not_stalled(lease, operator_a, later):
    later(15)
    beat(operator_a, lease, frames_decoded=25, paused=True)
    assert facts(operator_a) == {"joined": 1, "paused": 1, "stalled": 0}


def test_a_caller_that_reports_no_frames_is_never_called_stalled(camera_a, operator_a, memory, work, later):
    made = watch(operator_a)
    work()
    later(40)
    beat(operator_a, made)
    assert facts(operator_a) == {"joined": 0, "paused": 0, "stalled": 0}


def test_metrics_and_the_admin_say_the_same(lease, operator_a, site_admin, later):
    later(15)
    beat(operator_a, lease, frames_decoded=25)
    client = Client()
    client.force_login(site_admin)
    assert 'cctv_stalled_viewers{agency="METRO"} 1.0' in client.get("/metrics").content.decode()
    assert "stalled" in client.get("/admin/streaming/reservation/").content.decode()


def test_metrics_tell_when_the_passes_of_the_beat_ran(camera_a, memory, work):
    work()
    text = Client().get("/metrics").content.decode()
    assert 'cctv_pass_seconds{pass="overdue"}' in text
    assert 'cctv_pass_ended_timestamp_seconds{pass="pushers"}' in text
