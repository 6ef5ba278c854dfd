"""Ingests of LiveKit Ingress (tried: 1.5.0): their stream key is the bearer of a WHIP publisher.

CreateIngress is not idempotent, so we look before, and what is double goes. An ingress is ours by its name.
"""

from __future__ import annotations

from dataclasses import dataclass

from django.conf import settings
from livekit.api import (
    CreateIngressRequest,
    DeleteIngressRequest,
    IngressInfo,
    IngressInput,
    IngressState,
    IngressVideoEncodingOptions,
    IngressVideoOptions,
    ListIngressRequest,
    ListIngressResponse,
    TrackSource,
    VideoCodec,
    VideoLayer,
    VideoQuality,
)

from streaming.media import livekit_tokens, names
from streaming.media.livekit_client import GONE, LiveKit, LiveKitRefused
from streaming.media.ports import Ingest, MediaError, Secret

APP = "w"  # the path of Ingress' WHIP endpoint; it takes any word
FRAMES = 25.0  # a second, of every layer: LiveKit's API has one figure for all of them
LAYERS = [  # width, height, bit/s
    (VideoQuality.HIGH, 1920, 1080, 3_000_000),
    (VideoQuality.MEDIUM, 1280, 720, 1_500_000),
    (VideoQuality.LOW, 640, 360, 500_000),
]
IN_USE = (IngressState.Status.ENDPOINT_PUBLISHING, IngressState.Status.ENDPOINT_BUFFERING)


@dataclass(frozen=True, slots=True)
class Held:
    """An ingress of ours."""

    camera_id: str
    generation: int
    info: IngressInfo


def create(api: LiveKit, camera_id: str, generation: int) -> Ingest:
    """The one ingress of this generation; older ones go. MediaError("superseded") where a newer one is."""
    there = of_camera(api, camera_id)
    if newer := [held.generation for held in there if held.generation > generation]:
        raise MediaError("superseded", generation=max(newer))
    for held in there:
        if held.generation < generation:
            delete(api, held)
    first, *doubles = [held for held in there if held.generation == generation] or [_made(api, camera_id, generation)]
    for held in doubles:
        delete(api, held)
    return _ingest(first, with_key=True)


def delete(api: LiveKit, held: Held) -> None:
    """Its key is refused and its session has ended. LiveKit waits 3 s for a worker that is dead, then removes it."""
    try:
        api.ingress("DeleteIngress", DeleteIngressRequest(ingress_id=held.info.ingress_id), IngressInfo)
    except LiveKitRefused as error:
        if error.twirp != GONE:
            raise


def of_camera(api: LiveKit, camera_id: str) -> list[Held]:
    """Ours in the camera's room: the one in use first, else always in the same order."""
    found = _listed(api, ListIngressRequest(room_name=names.room(camera_id)))
    mine = [held for held in found if held.camera_id == camera_id]
    return sorted(mine, key=lambda held: (held.info.state.status not in IN_USE, held.info.ingress_id))


def everything(api: LiveKit) -> list[Ingest]:
    return [_ingest(held, with_key=False) for held in _listed(api, ListIngressRequest())]


def _listed(api: LiveKit, request: ListIngressRequest) -> list[Held]:
    items = api.ingress("ListIngress", request, ListIngressResponse).items
    return [held for info in items if (held := _held(info))]


def _held(info: IngressInfo) -> Held | None:
    """An ingress by its name `<INSTANCE_ID>:<camera_id>:<generation>`; None for a stranger's."""
    head, _, number = info.name.rpartition(":")
    instance, _, camera_id = head.rpartition(":")
    if instance != settings.INSTANCE_ID or not camera_id or not (number.isascii() and number.isdecimal()):
        return None
    return Held(camera_id, int(number), info)


def _made(api: LiveKit, camera_id: str, generation: int) -> Held:
    request = CreateIngressRequest(
        input_type=IngressInput.WHIP_INPUT,
        name=f"{settings.INSTANCE_ID}:{camera_id}:{generation}",
        room_name=names.room(camera_id),
        participant_identity=names.publisher(camera_id),
        participant_metadata=livekit_tokens.publisher_metadata(generation),
        enable_transcoding=settings.INGRESS_TRANSCODING,
        video=_layers() if settings.INGRESS_TRANSCODING else None,
    )
    return Held(camera_id, generation, api.ingress("CreateIngress", request, IngressInfo))


def _layers() -> IngressVideoOptions:
    layers = [VideoLayer(quality=quality, width=w, height=h, bitrate=rate) for quality, w, h, rate in LAYERS]
    options = IngressVideoEncodingOptions(video_codec=VideoCodec.H264_BASELINE, frame_rate=FRAMES, layers=layers)
    return IngressVideoOptions(source=TrackSource.CAMERA, options=options)


def _ingest(held: Held, *, with_key: bool) -> Ingest:
    """`url` of LiveKit's answer is not taken: it says how its operator reaches Ingress, not how a pusher does."""
    url = f"{settings.INGRESS_WHIP_BASE_URL.rstrip('/')}/{APP}"
    key = held.info.stream_key if with_key else ""
    publish_url = Secret(f"{url}/{key}" if key else "")
    return Ingest(held.camera_id, held.generation, held.info.ingress_id, url, Secret(key), publish_url)
