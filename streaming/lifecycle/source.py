"""What a pusher needs to know of a camera and of its ingest."""

from __future__ import annotations

from django.conf import settings

from cameras import rtsp
from cameras.fields import Sealed
from cameras.models import Camera
from streaming.lifecycle.transcoding import transcodes
from streaming.media.ports import GatewayPath, Ingest, MediaError, PusherSpec, Secret
from streaming.media.rtsp_probe import describe
from whip_pusher.exits import PERMANENT, Exit

# What is said of a source behind a gateway, and what it means where the camera itself is well.
HEARSAY = {
    "source_unreachable": "gateway_unreachable",
    "source_unauthorised": "gateway_refused",
    "source_not_video": "gateway_refused",
    "source_stalled": "source_stalled",
    "bring_up_timeout": "bring_up_timeout",
}


def source_of(camera: Camera) -> Secret:
    """The camera's main stream with its credentials. MediaError where there is none we can use."""
    parts = (camera.main_url, camera.username, camera.password)
    if any(isinstance(part, Sealed) for part in parts):
        raise MediaError("source_undecryptable", permanent=True)
    try:
        return Secret(rtsp.with_credentials(*parts))
    except rtsp.BadUrl:
        raise MediaError("camera_not_configured", permanent=True) from None


def pusher_spec(camera: Camera, generation: int, ingest: Ingest, path: GatewayPath) -> PusherSpec:
    environment = {
        "CAMERA_ID": camera.camera_id,
        "GENERATION": str(generation),
        "WHIP_ENDPOINT": ingest.whip_url,
        "CONNECT_TIMEOUT": f"{settings.SOURCE_START_SECONDS:g}",
        "FIRST_PACKET_TIMEOUT": f"{settings.FIRST_PACKET_SECONDS:g}",
    }
    if settings.PUSHER_ICE_ADDRESSES:
        environment["ICE_ADDRESSES"] = settings.PUSHER_ICE_ADDRESSES
    if path.hls_dir:
        environment |= {"HLS_DIR": path.hls_dir, "HLS_MAX_BYTES": str(settings.HLS_MAX_BYTES)}
    return PusherSpec(
        camera_id=camera.camera_id,
        generation=generation,
        environment=environment,
        secrets={"RTSP_URL": path.rtsp_url, "STREAM_KEY": ingest.key},
        transcodes=transcodes(camera),
    )


class CameraSaid(MediaError):
    """First hand, from the camera itself."""


def ask_camera(camera: Camera) -> None:
    """One DESCRIBE. Raises CameraSaid with the reason where there is nothing to be had."""
    try:
        describe(source_of(camera))
    except MediaError as said:
        raise CameraSaid(said.code, permanent=said.permanent) from None


def is_hearsay(error: MediaError) -> bool:
    """Said of a camera by a pusher that reads it through a gateway."""
    return settings.GATEWAY == "mediamtx" and error.code in HEARSAY and not isinstance(error, CameraSaid)


def real_cause(camera: Camera, error: MediaError) -> MediaError:
    """Behind a gateway that only times out, a pusher's word about its source is the gateway's: ask the camera itself.

    What the camera says counts, and ends the stream where it is permanent. A camera that is well leaves the gateway:
    it is away, or refused our pusher (401), which passes.
    """
    if not is_hearsay(error):
        return error
    try:
        ask_camera(camera)
    except CameraSaid as cause:
        return cause
    return MediaError(HEARSAY[error.code])


def exit_error(exit_code: int | None, reason: str | None = None) -> MediaError:
    """Why a pusher ended, as an error: its exit code's word, or what its runner knows."""
    try:
        why = Exit(exit_code if exit_code is not None else -1)
    except ValueError:
        return MediaError(reason or "pusher_gone", exit_code=exit_code)
    code = "pusher_gone" if why is Exit.OK else reason or why.word
    return MediaError(code, permanent=why in PERMANENT)
