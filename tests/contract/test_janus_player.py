"""The player on a real Janus in Chromium: another layer, sound; the picture never goes dark."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from streaming.models import Reservation
from tests.contract.benches import janus as bench
from tests.contract.benches import janus_server
from tests.contract.player_door import PlayerDoor, player_door
from tests.contract.sfu_bench import CAMERA, JanusBench, Peer, reservation, until

__all__ = ["bench", "janus_server"]
pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]
ROOT = Path(__file__).resolve().parents[2]
PUBLISHED = {"PATTERN": "smpte", "SIZE": "640x360", "LOW": "160x90", "RTSP_LIKE": "1"}
SLOWEST_MS = 2_500  # a keyframe each second, and a machine that does other things too
LONGEST_STILL_MS = 500  # 40 between frames, as a rule below 100 on two busy cores


def watched(bench: JanusBench, door: PlayerDoor, *qualities: str) -> list[dict[str, Any]]:
    """All the player said."""
    player: Peer = bench.peer("chromium_player.py", door.url, *qualities, PYTHONPATH=str(ROOT))
    until(lambda: player.process.poll() is not None, 20 + 12 * len(qualities))
    assert "done" in player.said[-1]
    assert [said for said in player.said if "complaint" in said] == []
    return player.said


def lease() -> str:
    found = reservation()
    Reservation.objects.filter(pk=found).update(quality="low", layers="low")
    return found


def test_the_picture_stays_until_the_other_layer_shows(bench: JanusBench) -> None:
    bench.publish(bench.sfu.create_ingest(CAMERA, 1), **PUBLISHED)
    with player_door(bench.sfu, CAMERA, lease()) as door:
        said = watched(bench, door, "low", "high", "low", "high")
    changes = [each for each in said if "quality" in each]
    assert [each["width"] for each in changes] == [640, 160, 640]
    assert all(each["ms"] is not None and each["ms"] < SLOWEST_MS for each in changes)
    assert [each["dark"] for each in changes] == [0, 0, 0]
    assert all(each["gap_ms"] < LONGEST_STILL_MS for each in changes)
    assert {each["videos"] for each in changes} == {1}


def test_a_layer_that_is_fed_only_while_wanted_comes_again_and_again(bench: JanusBench, tmp_path: Path) -> None:
    feed = tmp_path / "feed"
    feed.write_text("low")
    bench.publish(bench.sfu.create_ingest(CAMERA, 1), **PUBLISHED, FED=str(feed))
    with player_door(bench.sfu, CAMERA, lease()) as door:
        door.feed = feed
        changes = watched(bench, door, "low", "high", "low", "high", "low")[1:-1]
    assert [each["width"] for each in changes] == [640, 160, 640, 160]
    assert all(each["ms"] is not None and each["ms"] < SLOWEST_MS for each in changes)
    assert [each["dark"] for each in changes] == [0, 0, 0, 0]
    assert all(each["gap_ms"] < LONGEST_STILL_MS for each in changes)
    assert feed.read_text() == "low"


def test_heartbeats_ask_for_both_layers_and_then_give_up_the_old_one(bench: JanusBench) -> None:
    bench.publish(bench.sfu.create_ingest(CAMERA, 1), **PUBLISHED)
    with player_door(bench.sfu, CAMERA, lease()) as door:
        watched(bench, door, "low", "high")
    told = [beat["layers"] for beat in door.beats]
    assert [layers for layers, before in zip(told, [None, *told], strict=False) if layers != before] == [
        ["low"], ["high", "low"], ["high"],
    ]  # fmt: skip


def test_a_layer_that_does_not_come_leaves_the_old_picture(bench: JanusBench) -> None:
    bench.publish(bench.sfu.create_ingest(CAMERA, 1), **PUBLISHED)
    with player_door(bench.sfu, CAMERA, lease()) as door:
        door.deaf = True
        change = watched(bench, door, "low", "high")[1]
    assert (change["ms"], change["dark"], change["width"], change["state"]) == (None, 0, 160, "live")
    assert [beat["layers"] for beat in door.beats][-1] == ["low"]


def test_a_camera_of_one_layer_stays_as_it_is(bench: JanusBench) -> None:
    bench.publish(bench.sfu.create_ingest(CAMERA, 1), PATTERN="smpte")
    with player_door(bench.sfu, CAMERA, lease()) as door:
        change = watched(bench, door, "low", "high")[1]
    assert (change["ms"], change["dark"], change["videos"]) == (None, 0, 1)
    assert {tuple(beat["layers"]) for beat in door.beats} == {("high",)}


def test_sound_is_off_until_its_button_is_pressed(bench: JanusBench) -> None:
    bench.publish(bench.sfu.create_ingest(CAMERA, 1), **PUBLISHED, AUDIO="opus")
    with player_door(bench.sfu, CAMERA, lease()) as door:
        heard = watched(bench, door, "low")[-1]
    assert (heard["sound"], heard["pressed"], heard["muted"]) == (True, ["false", "true"], True)


def test_without_sound_there_is_no_button(bench: JanusBench) -> None:
    bench.publish(bench.sfu.create_ingest(CAMERA, 1), **PUBLISHED)
    with player_door(bench.sfu, CAMERA, lease()) as door:
        assert watched(bench, door, "low")[-1]["sound"] is None
