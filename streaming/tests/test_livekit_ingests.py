"""LiveKit: one ingest for each generation, through Ingress and by the SFU's own WHIP."""

from __future__ import annotations

import json
import time

import jwt
import pytest
from livekit import api
from pytest_django import Settings

from cameras.models import Camera
from streaming.media import livekit_floors
from streaming.media.livekit_sfu import LiveKitSfu
from streaming.media.ports import MediaError
from streaming.models import CameraWork
from streaming.tests.livekit_world import CAMERA, PUBLISHER, ROOM, livekit, sfu
from tests.contract.livekit_fake import FakeLiveKit

__all__ = ["livekit", "sfu"]


def ingress(livekit: FakeLiveKit, generation: int, *, name: str = "", in_use: bool = False) -> str:
    """One that somebody made before; its id."""
    number = len(livekit.ingresses)
    info = api.IngressInfo(
        ingress_id=f"IN_{number}",
        name=name or f"contract:{CAMERA}:{generation}",
        room_name=ROOM,
        stream_key=f"k{number}",
    )
    if in_use:
        info.state.status = api.IngressState.Status.ENDPOINT_PUBLISHING
    livekit.ingresses[info.ingress_id] = info
    return info.ingress_id


def test_an_ingress_is_bound_to_camera_and_generation(livekit: FakeLiveKit, sfu: LiveKitSfu) -> None:
    made = sfu.create_ingest(CAMERA, 3)
    (info,) = livekit.ingresses.values()
    assert (info.name, info.room_name, info.participant_identity) == (f"contract:{CAMERA}:3", ROOM, PUBLISHER)
    assert json.loads(info.participant_metadata) == {"instance": "contract", "generation": 3}
    assert (info.input_type, info.enable_transcoding) == (api.IngressInput.WHIP_INPUT, False)
    assert made.ingest_id == info.ingress_id


def test_a_pusher_gets_our_address_of_ingress(livekit: FakeLiveKit, sfu: LiveKitSfu, settings: Settings) -> None:
    settings.INGRESS_WHIP_BASE_URL = "http://ingress.example:8080/"
    made = sfu.create_ingest(CAMERA, 3)
    assert made.whip_url == "http://ingress.example:8080/w"
    assert made.publish_url.reveal() == f"http://ingress.example:8080/w/{made.key.reveal()}"
    assert made.key.reveal() not in repr(made)


def test_transcoding_makes_three_layers(livekit: FakeLiveKit, sfu: LiveKitSfu, settings: Settings) -> None:
    settings.INGRESS_TRANSCODING = True
    sfu.create_ingest(CAMERA, 3)
    (info,) = livekit.ingresses.values()
    layers = [(layer.width, layer.height, layer.bitrate) for layer in info.video.options.layers]
    assert info.enable_transcoding
    assert layers == [(1920, 1080, 3_000_000), (1280, 720, 1_500_000), (640, 360, 500_000)]
    assert info.video.options.frame_rate == 25


def test_of_doubles_the_one_in_use_stays(livekit: FakeLiveKit, sfu: LiveKitSfu) -> None:
    ingress(livekit, 3)
    used = ingress(livekit, 3, in_use=True)
    ingress(livekit, 3)
    made = sfu.create_ingest(CAMERA, 3)
    assert (made.ingest_id, made.key.reveal()) == (used, "k1")
    assert list(livekit.ingresses) == [used]


def test_a_newer_ingress_supersedes(livekit: FakeLiveKit, sfu: LiveKitSfu) -> None:
    ingress(livekit, 4)
    with pytest.raises(MediaError, match="superseded"):
        sfu.create_ingest(CAMERA, 3)
    assert [ingest.generation for ingest in sfu.list_ingests()] == [4]


@pytest.mark.parametrize("name", ["", "another:cam-001-test:1", "contract:cam-001-test:x", "contract:1", "contract::1"])
def test_a_strangers_ingress_is_left_alone(livekit: FakeLiveKit, sfu: LiveKitSfu, name: str) -> None:
    ingress(livekit, 1, name=name or "hand-made")
    sfu.create_ingest(CAMERA, 2)
    sfu.delete_ingests(CAMERA, up_to=2)
    assert sfu.list_ingests() == []
    assert list(livekit.ingresses) == ["IN_0"]


@pytest.mark.parametrize("kind", ["ingress", "whip"])
def test_with_an_ingest_goes_its_publisher(
    livekit: FakeLiveKit, sfu: LiveKitSfu, settings: Settings, kind: str
) -> None:
    settings.LIVEKIT_INGEST = kind
    sfu.create_ingest(CAMERA, 2)
    livekit.join(ROOM, PUBLISHER, generation=2, video=True)
    sfu.delete_ingests(CAMERA, up_to=1)
    assert sfu.publisher(CAMERA) is not None
    sfu.delete_ingests(CAMERA, up_to=2)
    assert sfu.publisher(CAMERA) is None


@pytest.mark.parametrize("kind", ["ingress", "whip"])
def test_what_ended_while_it_was_made_is_ended(
    livekit: FakeLiveKit, sfu: LiveKitSfu, settings: Settings, monkeypatch: pytest.MonkeyPatch, kind: str
) -> None:
    settings.LIVEKIT_INGEST = kind
    # A tear-down between our first look and our last one.
    monkeypatch.setattr(livekit_floors, "begin", lambda camera_id, generation: None)
    CameraWork.objects.create(camera=Camera.objects.get(camera_id=CAMERA), ingests_ended=3)
    with pytest.raises(MediaError, match="superseded"):
        sfu.create_ingest(CAMERA, 3)
    assert sfu.list_ingests() == []


def test_an_ended_generation_stays_ended_where_livekit_was_away(livekit: FakeLiveKit, sfu: LiveKitSfu) -> None:
    sfu.create_ingest(CAMERA, 1)
    livekit.kill()
    with pytest.raises(MediaError, match="sfu_unreachable"):
        sfu.delete_ingests(CAMERA, up_to=1)
    livekit.start()
    with pytest.raises(MediaError, match="superseded"):
        sfu.create_ingest(CAMERA, 1)
    sfu.delete_ingests(CAMERA, up_to=1)
    assert livekit.ingresses == {}


def test_an_unknown_camera_gets_no_ingest(livekit: FakeLiveKit, sfu: LiveKitSfu) -> None:
    with pytest.raises(MediaError, match="camera_not_found"):
        sfu.create_ingest("cam-of-nobody", 1)


def test_a_publishers_token_is_short_and_makes_our_room(
    livekit: FakeLiveKit, sfu: LiveKitSfu, settings: Settings
) -> None:
    settings.LIVEKIT_INGEST = "whip"
    made = sfu.create_ingest(CAMERA, 3)
    said = jwt.decode(made.key.reveal(), livekit.secret, algorithms=["HS256"])
    video = {name: value for name, value in said["video"].items() if value}
    assert video == {"roomJoin": True, "room": ROOM, "canPublish": True}
    assert said["exp"] - time.time() <= 60
    assert (said["sub"], json.loads(said["metadata"])["generation"]) == (PUBLISHER, 3)
    assert json.loads(said["roomConfig"]["metadata"]) == {"instance": "contract"}
    assert made.whip_url == f"{settings.LIVEKIT_WHIP_URL}/whip/v1"


def test_without_ingress_an_older_publisher_is_removed(
    livekit: FakeLiveKit, sfu: LiveKitSfu, settings: Settings
) -> None:
    settings.LIVEKIT_INGEST = "whip"
    sfu.ensure_room(CAMERA)
    livekit.join(ROOM, PUBLISHER, generation=2, video=True)
    assert [(ingest.camera_id, ingest.generation) for ingest in sfu.list_ingests()] == [(CAMERA, 2)]
    sfu.create_ingest(CAMERA, 3)
    assert livekit.people[ROOM] == {}
