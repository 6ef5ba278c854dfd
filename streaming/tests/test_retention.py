"""The audit is kept for as many days as its setting says; what is still under way is never forgotten."""

from __future__ import annotations

from datetime import timedelta

import pytest

from cctv import clock
from streaming.lifecycle import retention
from streaming.lifecycle.housekeeping import housekeeping
from streaming.models import Stream, StreamEvent, StreamRequest
from streaming.tests.steps import watch

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("memory", "sent")]


@pytest.fixture
def long_ago(camera_a, operator_a, settings):
    """A stream that began eleven days ago and is still open, with its event and its request; ten days are kept."""
    settings.AUDIT_KEEP_DAYS = 10
    watch(operator_a)
    then = clock.now() - timedelta(days=11)
    StreamEvent.objects.update(at=then)
    StreamRequest.objects.update(at=then)


def test_old_requests_go_and_events_of_an_open_stream_stay(long_ago):
    housekeeping()
    assert (StreamRequest.objects.count(), StreamEvent.objects.count()) == (0, 1)


def test_events_of_an_ended_stream_go(long_ago):
    Stream.objects.update(state="STOPPED")
    housekeeping()
    assert (StreamEvent.objects.count(), Stream.objects.count()) == (0, 1)


@pytest.mark.parametrize("days", [0, 12])
def test_zero_keeps_everything_and_so_do_more_days(long_ago, settings, days):
    settings.AUDIT_KEEP_DAYS = days
    housekeeping()
    assert StreamRequest.objects.count() == 1


def test_what_is_more_than_a_batch_goes_in_several(long_ago, monkeypatch):
    monkeypatch.setattr(retention, "BATCH", 2)
    row = StreamRequest.objects.get()
    StreamRequest.objects.bulk_create(StreamRequest(at=row.at, action="release", camera_ref="x") for _ in range(4))
    new = StreamRequest.objects.create(at=clock.now(), action="release", camera_ref="x")
    housekeeping()
    assert list(StreamRequest.objects.all()) == [new]
