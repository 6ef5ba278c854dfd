"""What goes wrong outside: retried, or ended with the reason, and always cleaned up."""

from __future__ import annotations

import pytest

from cameras.models import Camera
from streaming.lifecycle.bring_up import bring_up
from streaming.media.ports import MediaError
from streaming.models import Reservation, Stream
from streaming.tests.steps import lease_state, state, the_stream, watch
from whip_pusher.exits import Exit

pytestmark = pytest.mark.django_db(transaction=True)


def test_a_killed_pusher_is_replaced_by_the_next_generation(camera_a, operator_a, memory, work, later):
    lease = watch(operator_a)
    work()
    memory.exit("cam-a", -9)
    later(2)
    work()
    assert (state(), the_stream().generation, lease_state(lease)) == ("LIVE", 2, "ACTIVE")
    assert memory.starts == [("cam-a", 1), ("cam-a", 2)]


def test_a_pusher_that_vanished_is_replaced_too(camera_a, operator_a, memory, work, later):
    watch(operator_a)
    work()
    memory.pushers.clear()
    later(2)
    work()
    assert the_stream().generation == 2


def test_a_runner_that_cannot_be_listed_ends_nothing(camera_a, operator_a, memory, work):
    watch(operator_a)
    work()
    memory.fail["list"] = MediaError("runner_unreachable")
    work()
    assert (state(), the_stream().generation) == ("LIVE", 1)


@pytest.mark.parametrize("why", [Exit.SOURCE_UNAUTHORISED, Exit.SOURCE_NOT_VIDEO, Exit.CODEC_REFUSED])
def test_a_permanent_error_ends_the_stream_and_its_leases_with_the_reason(
    camera_a, operator_a, memory, work, later, why
):
    memory.publishes = False
    lease = watch(operator_a)
    memory.before["inspect"] = lambda: memory.exit("cam-a", why)
    work()
    later(1)
    work()
    row = Reservation.objects.get(pk=lease.pk)
    assert (state(), the_stream().code) == ("FAILED", why.word)
    assert (row.state, row.code) == ("FAILED", why.word)
    assert memory.empty()


def test_a_camera_that_does_not_answer_is_tried_again_with_backoff(camera_a, operator_a, memory, work, later):
    memory.publishes = False
    watch(operator_a)
    for _ in range(3):
        memory.before["inspect"] = lambda: memory.exit("cam-a", Exit.SOURCE_UNREACHABLE)
        work()
        assert (state(), the_stream().code) == ("RETRYING", "source_unreachable")
        later(1.1)
    assert len(memory.starts) == 3
    assert Camera.objects.get().state == "OFFLINE"


def test_a_camera_away_for_ten_minutes_ends_its_stream(camera_a, operator_a, memory, work, later):
    memory.publishes = False
    lease = watch(operator_a)
    for _ in range(30):
        if state() == "STOPPED":
            break
        Reservation.objects.update(expires_at=Stream.objects.get().created_at.replace(year=2099))
        memory.before["inspect"] = lambda: memory.pushers and memory.exit("cam-a", Exit.SOURCE_UNREACHABLE)
        work()
        later(31)
    assert state() == "STOPPED"
    assert (lease_state(lease), Reservation.objects.get().code) == ("FAILED", "source_away")


@pytest.mark.parametrize("call", ["ensure_room", "create_ingest", "ensure_path", "start", "stop", "delete_ingests"])
def test_a_call_that_fails_at_bring_up_is_tried_again(camera_a, operator_a, memory, work, later, call):
    memory.fail[call] = MediaError("sfu_unreachable")
    watch(operator_a)
    work()
    assert state() == "RETRYING"
    later(1.1)
    work()
    assert state() == "LIVE"
    assert len(memory.pushers) == 1


@pytest.mark.parametrize("call", ["start", "create_ingest", "ensure_room"])
def test_a_call_that_fails_after_doing_it_leaves_nothing_doubled(camera_a, operator_a, memory, work, later, call):
    memory.fail_after[call] = MediaError("sfu_unreachable")
    watch(operator_a)
    work()
    later(1.1)
    work()
    assert state() == "LIVE"
    assert [generation for _, generation in memory.ingests] == [the_stream().generation]


@pytest.mark.parametrize("call", ["stop", "delete_ingests", "delete_room", "remove_path"])
def test_a_tear_down_that_fails_is_tried_until_everything_is_gone(camera_a, operator_a, memory, work, later, call):
    watch(operator_a)
    work()
    later(46)
    work()
    memory.fail[call] = MediaError("sfu_unreachable")
    later(5.1)
    work()
    assert state() == "STOPPING"
    later(3)
    work()
    assert (state(), memory.empty()) == ("STOPPED", True)


def test_a_start_whose_worker_died_is_taken_up_by_the_beat(camera_a, operator_a, memory, work, sent, later):
    watch(operator_a)
    sent.clear()
    later(3)
    work()
    assert state() == "LIVE"


def test_a_bring_up_taken_up_again_adopts_what_is_there(camera_a, operator_a, memory, work, sent):
    stream = watch(operator_a).stream
    memory.fail_after["start"] = KeyboardInterrupt()  # the worker dies here
    with pytest.raises(KeyboardInterrupt):
        bring_up(stream.pk)
    bring_up(stream.pk)
    assert (state(), memory.starts) == ("LIVE", [("cam-a", 1)])


def test_a_bring_up_without_media_ends_at_its_deadline(camera_a, operator_a, memory, work, later):
    memory.publishes = False
    watch(operator_a)
    memory.before["inspect"] = lambda: later(16)  # the worker has lost its work lease by then, too
    work()
    work()
    assert (state(), the_stream().code) == ("RETRYING", "bring_up_timeout")
