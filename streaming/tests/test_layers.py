"""Who wants which layer of a camera, and what its pusher and the SFU are told of it."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from cctv import clock
from streaming import tasks
from streaming.lifecycle.reconciling import reconcile
from streaming.media.ports import MediaError
from streaming.models import CameraWork, Reservation, Stream
from streaming.services.releasing import release
from streaming.services.renewing import heartbeat
from streaming.services.transports import count_as
from streaming.states import Quality, Transport
from streaming.tests.steps import state, the_stream, watch
from tests.cast import make_camera
from whip_pusher.exits import Exit

pytestmark = pytest.mark.django_db(transaction=True)
LOW, HIGH = Quality.LOW, Quality.HIGH


@pytest.fixture
def camera(agency_a):
    return make_camera("cam-a", agency_a, sub_url="rtsp://127.0.0.1:8554/cam-sub")


def beat(caller, lease, **report):
    return heartbeat(caller=caller, reservation_id=lease.pk, report=report)


def live(work, *viewers):
    """A LIVE stream with a lease of each (caller, quality)."""
    leases = [watch(caller, quality=quality) for caller, quality in viewers]
    work()
    assert state() == "LIVE"
    return leases


def fed(memory):
    """What the pusher really feeds, which the row must say, too."""
    assert memory.fed["cam-a"] == the_stream().layers
    return memory.fed["cam-a"]


@pytest.mark.parametrize(
    ("quality", "layers"), [("low", "low"), ("auto", "high"), ("medium", "high"), ("high", "high")]
)
def test_a_pusher_starts_with_what_its_first_viewer_wants(camera, operator_a, memory, work, quality, layers):
    (lease,) = live(work, (operator_a, Quality(quality)))
    assert (lease.layers, fed(memory), memory.told) == (layers, layers, [])
    (spec,) = memory.specs
    assert spec.secrets["SUB_RTSP_URL"].reveal() == "rtsp://127.0.0.1:8554/cam-sub"


def test_a_stream_wants_what_any_of_its_viewers_wants(camera, operator_a, viewer_a, memory, work):
    live(work, (operator_a, LOW), (viewer_a, HIGH))
    assert fed(memory) == "high,low"


def test_who_joins_is_fed_at_once(camera, operator_a, viewer_a, memory, work):
    live(work, (operator_a, LOW))
    watch(viewer_a, quality=HIGH)
    work()
    assert (fed(memory), memory.told) == ("high,low", [("cam-a", 1, "high,low")])


def test_a_heartbeat_changes_what_is_fed_and_shown(camera, operator_a, memory, work):
    (lease,) = live(work, (operator_a, LOW))
    beat(operator_a, lease, layers=["low", "high"])
    work()
    assert fed(memory) == "high,low"
    beat(operator_a, lease, layers=["high"], quality="low")
    work()
    assert fed(memory) == "high"
    assert memory.shown == [("cam-a", str(lease.pk), "high,low"), ("cam-a", str(lease.pk), "high")]


def test_without_layers_the_quality_of_a_heartbeat_counts(camera, operator_a, memory, work):
    (lease,) = live(work, (operator_a, HIGH))
    beat(operator_a, lease, quality="low")
    work()
    assert fed(memory) == "low"
    beat(operator_a, lease)
    work()
    assert fed(memory) == "low"


def test_a_heartbeat_that_changes_nothing_asks_nobody(camera, operator_a, memory, work, sent):
    (lease,) = live(work, (operator_a, LOW))
    beat(operator_a, lease, quality="low", layers=["low", "low"])
    assert sent == []


def test_a_paused_viewer_wants_nothing_until_it_goes_on(camera, operator_a, viewer_a, memory, work):
    big, _ = live(work, (operator_a, HIGH), (viewer_a, LOW))
    beat(operator_a, big, paused=True)
    work()
    assert fed(memory) == "low"
    beat(operator_a, big, paused=False)
    work()
    assert fed(memory) == "high,low"


def test_a_stream_of_paused_viewers_goes_on_as_it_is(camera, operator_a, memory, work):
    (lease,) = live(work, (operator_a, LOW))
    beat(operator_a, lease, paused=True)
    work()
    reconcile()
    assert (fed(memory), memory.told) == ("low", [])


@pytest.mark.parametrize("end", ["release", "expire"])
def test_when_the_last_who_wants_it_leaves_the_main_stream_is_dropped(
    camera, operator_a, viewer_a, memory, work, later, end
):
    big, small = live(work, (operator_a, HIGH), (viewer_a, LOW))
    if end == "release":
        release(caller=operator_a, reservation_id=big.pk)
    else:
        later(30)
        beat(viewer_a, small)
        later(20)
    work()
    assert (state(), fed(memory)) == ("LIVE", "low")


def test_a_renewed_viewer_is_fed_again(camera, operator_a, viewer_a, memory, work, later):
    big, small = live(work, (operator_a, HIGH), (viewer_a, LOW))
    later(30)
    beat(viewer_a, small)
    later(20)
    work()
    beat(operator_a, big)
    work()
    assert fed(memory) == "high,low"


def test_what_the_heartbeat_of_a_renewal_says_counts(camera, operator_a, viewer_a, memory, work, later):
    big, small = live(work, (operator_a, HIGH), (viewer_a, LOW))
    later(30)
    beat(viewer_a, small)
    later(20)
    work()
    beat(operator_a, big, layers=["low"])
    work()
    assert (Reservation.objects.get(pk=big.pk).layers, fed(memory)) == ("low", "low")


def test_a_viewer_of_hls_wants_the_main_stream(camera, operator_a, memory, work):
    (lease,) = live(work, (operator_a, LOW))
    count_as(Reservation.objects.select_related("stream").get(pk=lease.pk), Transport.HLS)
    work()
    assert fed(memory) == "high"


def test_a_camera_with_one_stream_leaves_no_choice(camera_a, operator_a, memory, work, sent):
    (lease,) = live(work, (operator_a, LOW))
    beat(operator_a, lease, layers=["high"], paused=True)
    assert sent == []
    reconcile()
    assert (fed(memory), memory.told, "SUB_RTSP_URL" in memory.specs[0].secrets) == ("high", [], False)


@pytest.mark.parametrize(("layering", "layers"), [("all", "high,low"), ("main", "high")])
def test_a_pusher_that_cannot_be_told_feeds_all_that_it_has(camera, operator_a, memory, work, layering, layers):
    memory.layering = layering
    (lease,) = live(work, (operator_a, LOW))
    beat(operator_a, lease, layers=["high"])
    work()
    reconcile()
    assert (fed(memory), memory.told) == (layers, [])


def test_a_lost_message_is_made_good_by_the_reconciler(camera, operator_a, memory, work, sent):
    (lease,) = live(work, (operator_a, LOW))
    beat(operator_a, lease, layers=["high"])
    sent.clear()
    assert reconcile().feed == (the_stream().pk,)
    assert (fed(memory), memory.shown) == ("high", [("cam-a", str(lease.pk), "high")])
    assert reconcile().feed == ()


def test_a_runner_that_fails_is_told_again_by_the_reconciler(camera, operator_a, memory, work):
    (lease,) = live(work, (operator_a, LOW))
    memory.fail["set_layers"] = MediaError("runner_unreachable")
    beat(operator_a, lease, layers=["high"])
    work()
    assert the_stream().layers == ""
    reconcile()
    assert fed(memory) == "high"


def test_a_worker_that_dies_after_telling_leaves_no_doubt_behind(camera, operator_a, memory, work):
    """The wish goes back to what it was, and the pusher does not."""
    (lease,) = live(work, (operator_a, LOW))
    memory.fail_after["set_layers"] = MediaError("runner_unreachable")
    beat(operator_a, lease, layers=["high"])
    work()
    assert memory.fed["cam-a"] == "high"
    beat(operator_a, lease, layers=["low"])
    work()
    assert fed(memory) == "low"


def test_who_acts_on_the_camera_is_not_disturbed(camera, operator_a, memory, work, settings, later):
    settings.MEDIA_CALL_TIMEOUT = 0.1
    (lease,) = live(work, (operator_a, LOW))
    later(0)
    until = clock.now() + timedelta(seconds=10)
    CameraWork.objects.update(token="00000000-0000-0000-0000-000000000001", until=until)
    beat(operator_a, lease, layers=["high"])
    work()
    assert memory.told == []
    CameraWork.objects.update(token=None, until=None)
    reconcile()
    assert fed(memory) == "high"


def test_a_pusher_of_another_generation_is_never_told(camera, operator_a, memory, work):
    (lease,) = live(work, (operator_a, LOW))
    memory.pushers["cam-a"] = replace(memory.pushers["cam-a"], generation=2)
    beat(operator_a, lease, layers=["high"])
    tasks.layers(the_stream().pk, str(lease.pk))
    assert (memory.told, memory.fed["cam-a"]) == ([], "low")


def test_what_was_told_to_a_generation_counts_for_that_one_only(camera, operator_a, memory, work):
    (lease,) = live(work, (operator_a, LOW))
    memory.before["set_layers"] = lambda: Stream.objects.update(generation=2) and None
    beat(operator_a, lease, layers=["high"])
    tasks.layers(the_stream().pk)
    assert (memory.told, the_stream().layers) == ([("cam-a", 1, "high")], "")


def test_a_new_generation_starts_with_what_is_wanted_by_then(camera, operator_a, viewer_a, memory, work, later):
    live(work, (operator_a, LOW))
    memory.exit("cam-a", Exit.SFU_GONE)
    tasks.pushers()
    watch(viewer_a, quality=HIGH)
    later(2)
    work()
    assert (state(), the_stream().generation, fed(memory)) == ("LIVE", 2, "high,low")


def test_what_changes_during_a_start_is_told_right_after_it(camera, operator_a, memory, work):
    lease = watch(operator_a, quality=LOW)
    memory.before["publisher"] = lambda: beat(operator_a, lease, layers=["high"]) and None
    work()
    assert (state(), fed(memory)) == ("LIVE", "high")


def test_a_start_taken_up_again_tells_the_pusher_that_it_finds(camera, operator_a, memory, work, later):
    lease = watch(operator_a, quality=LOW)
    memory.fail_after["start"] = RuntimeError("the worker was killed")
    memory.fail["inspect"] = MediaError("runner_unreachable")
    stream = the_stream()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("streaming.lifecycle.bring_up.trouble", lambda *_: None)
        tasks.bring_up(stream.pk)
    beat(operator_a, lease, layers=["high"])
    memory.fail.clear()
    work()
    tasks.bring_up(stream.pk)
    assert (state(), fed(memory)) == ("LIVE", "high")
