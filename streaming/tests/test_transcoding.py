"""What a life of a stream teaches about its camera's source, for the limits of the next container."""

from __future__ import annotations

import pytest

from cameras.models import Camera
from streaming.lifecycle.transcoding import transcodes
from streaming.services.releasing import release
from streaming.tests.steps import watch
from whip_pusher.exits import Exit

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def life(operator_a, memory, work, later):
    """One whole life of camera A's stream, whose gateway carries this codec."""

    def live(codec: str | None) -> None:
        memory.codec = codec
        lease = watch(operator_a)
        work()
        release(caller=operator_a, reservation_id=lease.pk)
        later(6)
        work()

    return live


def test_of_a_camera_never_seen_nobody_knows(camera_a, life, memory):
    life(None)
    assert [spec.transcodes for spec in memory.specs] == [None]


@pytest.mark.parametrize(("codec", "needs"), [("H264", False), ("H265", True), ("MJPEG", True)])
def test_the_next_life_knows_what_the_gateway_carried(camera_a, life, memory, codec, needs):
    life(codec)
    life(codec)
    assert [spec.transcodes for spec in memory.specs] == [None, needs]


@pytest.mark.parametrize(("code", "reason"), [(Exit.OVER_MEMORY, None), (137, "oom_killed")])
def test_a_pusher_that_outgrew_its_memory_gets_the_larger_limit_for_good(
    camera_a, operator_a, life, memory, work, later, code, reason
):
    life("H264")
    watch(operator_a)
    work()
    memory.exit("cam-a", code, reason)
    work()
    later(2)
    work()
    assert [spec.transcodes for spec in memory.specs] == [None, False, True]
    assert transcodes(camera_a) is True


def test_a_new_source_is_unknown_again(camera_a, life):
    life("H264")
    assert transcodes(camera_a) is False
    Camera.objects.filter(pk=camera_a.pk).update(source_revision=camera_a.source_revision + 1)
    assert transcodes(Camera.objects.get(pk=camera_a.pk)) is None
