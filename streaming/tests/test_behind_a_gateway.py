"""MediaMTX only times out: why a camera is dead the camera itself is asked; and what MediaMTX lost is added again."""

from __future__ import annotations

from dataclasses import dataclass, replace

import pytest

from cameras.models import Camera
from streaming.lifecycle.reconciling import _replay, reconcile
from streaming.lifecycle.world import rows_now, world_now
from streaming.media.ports import MediaError
from streaming.models import Reservation, Stream
from streaming.reconcile import plan
from streaming.tests.steps import state, the_stream, watch
from whip_pusher.exits import Exit

pytestmark = pytest.mark.django_db(transaction=True)


@dataclass
class CameraSays:
    error: MediaError | None = None
    asked: int = 0

    def describe(self, source):
        self.asked += 1
        if self.error:
            raise self.error
        return "v=0"


@pytest.fixture
def camera_says(monkeypatch, settings):
    """What the camera answers to our own DESCRIBE; None: it is well."""
    settings.GATEWAY = "mediamtx"
    camera = CameraSays()
    monkeypatch.setattr("streaming.lifecycle.source.describe", camera.describe)
    return camera


@pytest.fixture
def fails(camera_a, operator_a, memory, work):
    """`fails(code)`: a start whose pusher ends with that exit code."""
    memory.publishes = False
    watch(operator_a)

    def start(code):
        memory.before["inspect"] = lambda: memory.exit("cam-a", code)
        work()
        return state(), the_stream().code

    return start


@pytest.mark.parametrize("said", ["source_unauthorised", "source_not_video"])
def test_what_the_camera_says_for_good_ends_the_stream(fails, camera_says, said, work, later):
    camera_says.error = MediaError(said, permanent=True)
    fails(Exit.SOURCE_UNREACHABLE)
    later(1)
    work()
    assert (state(), the_stream().code) == ("FAILED", said)
    assert Reservation.objects.get().code == said


def test_a_camera_that_is_away_is_tried_again_and_shown_as_away(fails, camera_says):
    camera_says.error = MediaError("source_unreachable")
    assert fails(Exit.SOURCE_STALLED) == ("RETRYING", "source_unreachable")
    assert Camera.objects.get().state == "OFFLINE"


@pytest.mark.parametrize(
    ("pusher", "means"),
    [
        (Exit.SOURCE_UNREACHABLE, "gateway_unreachable"),
        (Exit.SOURCE_UNAUTHORISED, "gateway_refused"),
        (Exit.SOURCE_NOT_VIDEO, "gateway_refused"),
        (Exit.SOURCE_STALLED, "source_stalled"),
    ],
)
def test_where_the_camera_is_well_it_is_the_gateway_and_passes(fails, camera_says, pusher, means):
    assert fails(pusher) == ("RETRYING", means)


@pytest.mark.parametrize("pusher", [Exit.SFU_GONE, Exit.WHIP_UNAUTHORISED, -9])
def test_what_is_not_about_the_source_asks_no_camera(fails, camera_says, pusher):
    assert fails(pusher)[0] == "RETRYING"
    assert camera_says.asked == 0


def test_without_a_gateway_the_pushers_word_counts(fails, camera_says, settings):
    settings.GATEWAY = "direct"
    assert fails(Exit.SOURCE_UNREACHABLE) == ("RETRYING", "source_unreachable")
    assert camera_says.asked == 0


def test_a_start_without_an_exit_code_asks_too(camera_a, operator_a, memory, work, camera_says, settings):
    """A forward has none: its start only runs out of time."""
    camera_says.error = MediaError("source_unauthorised", permanent=True)
    settings.BRING_UP_SECONDS = 0.1
    memory.publishes = False
    watch(operator_a)
    work()
    assert the_stream().code == "source_unauthorised"


@pytest.fixture
def impatient(monkeypatch):
    monkeypatch.setattr("streaming.lifecycle.bring_up.SUSPICIOUS", 0)


def test_while_the_gateway_has_no_picture_the_camera_is_asked_at_once(
    camera_a, operator_a, memory, work, camera_says, impatient
):
    memory.publishes, memory.ready = False, False
    camera_says.error = MediaError("source_unauthorised", permanent=True)
    watch(operator_a)
    work()
    assert (the_stream().code, camera_says.asked) == ("source_unauthorised", 1)


def test_a_gateway_with_a_picture_asks_no_camera(camera_a, operator_a, memory, work, camera_says, impatient):
    memory.publishes = False
    camera_says.error = MediaError("source_unauthorised", permanent=True)
    watch(operator_a)
    memory.before["path_status"] = lambda: setattr(memory, "publishes", True)
    work()
    assert (state(), camera_says.asked) == ("LIVE", 0)


def test_a_live_stream_whose_pusher_lost_its_source_asks_too(camera_a, operator_a, memory, work, later, camera_says):
    watch(operator_a)
    work()
    camera_says.error = MediaError("source_unauthorised", permanent=True)
    memory.exit("cam-a", Exit.SOURCE_STALLED)
    work()
    assert the_stream().code == "source_unauthorised"


def test_a_path_that_the_gateway_lost_is_added_again_without_a_new_start(camera_a, operator_a, memory, work):
    watch(operator_a)
    work()
    memory.paths.clear()
    reconcile()
    assert (memory.paths, the_stream().generation, state()) == ({"cam-a"}, 1, "LIVE")


def test_a_path_whose_stream_ended_after_the_listing_is_not_added(camera_a, operator_a, memory, work):
    watch(operator_a)
    work()
    memory.paths.clear()
    memory.before["hls_sessions"] = lambda: Stream.objects.update(state="STOPPING")
    world, rows = world_now(), [replace(row, playing=True, ending=False) for row in rows_now()]
    (stream,) = plan(world, rows).paths
    _replay(stream)
    assert memory.paths == set()
