"""Janus with a publisher of several tracks: all are offered, only the wanted layers flow, changed with no new offer."""

from __future__ import annotations

import re
import uuid

import pytest

from streaming.layers import as_text, of_quality
from streaming.media import names
from streaming.models import Reservation
from tests.contract.benches import janus as bench
from tests.contract.benches import janus_server
from tests.contract.sfu_bench import CAMERA, JanusBench, reservation, until

__all__ = ["bench", "janus_server"]
pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]
HIGH, LOW = 320, 160  # pixels of width
TRACKS = {"LOW": "160x120", "AUDIO": "opus"}


def lease(quality: str = "auto") -> str:
    found = reservation()
    Reservation.objects.filter(pk=found).update(quality=quality, layers=as_text(of_quality(quality)))
    return found


def test_a_viewer_is_told_which_track_is_which(bench: JanusBench) -> None:
    bench.publish(bench.sfu.create_ingest(CAMERA, 1), **TRACKS)
    offer = bench.sfu.viewer_offer(CAMERA, lease())
    assert offer.tracks == {"0": "high", "1": "low", "2": "audio"}
    assert re.findall(r"^m=(\w+) [^0]", offer.sdp, re.MULTILINE) == ["video", "video", "audio"]


def test_without_names_the_first_video_is_high_and_the_second_low(bench: JanusBench) -> None:
    bench.publish(bench.sfu.create_ingest(CAMERA, 1), **TRACKS, UNNAMED="1")
    assert bench.sfu.viewer_offer(CAMERA, lease()).tracks == {"0": "high", "1": "low", "2": "audio"}


@pytest.mark.parametrize(("quality", "width"), [("low", LOW), ("auto", HIGH), ("high", HIGH)])
def test_only_the_wanted_layer_flows(bench: JanusBench, quality: str, width: int) -> None:
    bench.publish(bench.sfu.create_ingest(CAMERA, 1), **TRACKS)
    viewer = bench.view(lease(quality))
    viewer.receives()
    assert viewer.widths() == {width}


def test_a_camera_of_one_layer_gives_it_to_whoever_wants_low(bench: JanusBench) -> None:
    bench.publish(bench.sfu.create_ingest(CAMERA, 1))
    viewer = bench.view(lease("low"))
    viewer.receives()
    assert viewer.widths() == {HIGH}


def test_the_layers_change_without_another_offer(bench: JanusBench) -> None:
    bench.publish(bench.sfu.create_ingest(CAMERA, 1), **TRACKS)
    held = lease("low")
    viewer = bench.view(held)
    viewer.receives()
    for layers, widths in (({"high", "low"}, {HIGH, LOW}), ({"high"}, {HIGH}), ({"low"}, {LOW})):
        bench.sfu.set_viewer_layers(CAMERA, held, frozenset(layers))
        until(lambda widths=widths: viewer.widths() == widths)  # type: ignore[misc]


def test_another_viewers_layers_stay(bench: JanusBench) -> None:
    bench.publish(bench.sfu.create_ingest(CAMERA, 1), **TRACKS)
    first, second = lease("low"), lease("low")
    stays = bench.view(first)
    bench.view(second).receives()
    bench.sfu.set_viewer_layers(CAMERA, second, frozenset({"high"}))
    stays.receives()
    assert stays.widths() == {LOW}


def test_sound_comes_with_whatever_layer(bench: JanusBench) -> None:
    bench.publish(bench.sfu.create_ingest(CAMERA, 1), **TRACKS)
    viewer = bench.view(lease("low"))
    until(lambda: any("sounds" in said for said in viewer.said))


@pytest.mark.parametrize("codec", ["pcma", "pcmu"])
def test_what_cameras_speak_passes(bench: JanusBench, codec: str) -> None:
    bench.publish(bench.sfu.create_ingest(CAMERA, 1), AUDIO=codec)
    viewer = bench.view(lease())
    until(lambda: any("sounds" in said for said in viewer.said))


def test_the_sound_is_offered_in_a_stream_of_its_own(bench: JanusBench) -> None:
    bench.publish(bench.sfu.create_ingest(CAMERA, 1), **TRACKS)
    sdp = bench.sfu.viewer_offer(CAMERA, lease()).sdp
    streams = [line.split()[0] for line in sdp.splitlines() if line.startswith("a=msid:")]
    assert len(streams) == 3
    assert streams[0] == streams[1] != streams[2]


def test_layers_of_a_viewer_that_is_gone_are_no_trouble(bench: JanusBench) -> None:
    bench.sfu.set_viewer_layers(CAMERA, str(uuid.uuid4()), frozenset({"low"}))
    bench.publish(bench.sfu.create_ingest(CAMERA, 1), **TRACKS)
    held = lease()
    bench.view(held).receives()
    bench.sfu.remove_participant(CAMERA, names.viewer(held))
    bench.sfu.set_viewer_layers(CAMERA, held, frozenset({"low"}))
    bench.view(held).receives()
    bench.stop()
    bench.start()
    bench.sfu.set_viewer_layers(CAMERA, held, frozenset({"low"}))
