"""What a pusher needs to know of a camera and of its ingest."""

from __future__ import annotations

from django.conf import settings

from cameras import rtsp
from cameras.fields import Sealed
from cameras.models import Camera
from streaming.layers import HIGH, Layers, as_text
from streaming.lifecycle.transcoding import transcodes
from streaming.media.ports import GatewayPath, Ingest, MediaError, PusherSpec, Secret
from streaming.media.rtsp_probe import describe
from whip_pusher.exits import PERMANENT, Exit

AUDIO_CODECS = ("opus", "pcma", "pcmu")  # LiveKit Ingress 1.5 answers 406 to an offer of the last
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
    return _with_credentials(camera, camera.main_url)


def sub_source_of(camera: Camera) -> Secret | None:
    """The same of its sub-stream; None where it has none."""
    return _with_credentials(camera, camera.sub_url) if camera.has_sub else None


def _with_credentials(camera: Camera, url: str) -> Secret:
    parts = (url, camera.username, camera.password)
    if any(isinstance(part, Sealed) for part in parts):
        raise MediaError("source_undecryptable", permanent=True)
    try:
        return Secret(rtsp.with_credentials(*parts))
    except rtsp.BadUrl:
        raise MediaError("camera_not_configured", permanent=True) from None


def pusher_spec(
    camera: Camera, generation: int, ingest: Ingest, path: GatewayPath, layers: Layers = HIGH
) -> PusherSpec:
    """`layers`: those it feeds from its start."""
    environment = {
        "CAMERA_ID": camera.camera_id,
        "GENERATION": str(generation),
        "WHIP_ENDPOINT": ingest.whip_url,
        "LAYERS": as_text(layers),
        "CONNECT_TIMEOUT": f"{settings.SOURCE_START_SECONDS:g}",
        "FIRST_PACKET_TIMEOUT": f"{settings.FIRST_PACKET_SECONDS:g}",
    }
    environment |= _media(camera)
    if settings.PUSHER_ICE_ADDRESSES:
        environment["ICE_ADDRESSES"] = settings.PUSHER_ICE_ADDRESSES
    if path.hls_dir:
        environment |= {"HLS_DIR": path.hls_dir, "HLS_MAX_BYTES": str(settings.HLS_MAX_BYTES)}
    return PusherSpec(
        camera_id=camera.camera_id,
        generation=generation,
        environment=environment,
        secrets={"RTSP_URL": path.rtsp_url, "STREAM_KEY": ingest.key} | _sub_url(path),
        transcodes=transcodes(camera),
    )


def _media(camera: Camera) -> dict[str, str]:
    """What it makes of the camera's video and sound, and for how long it looks for a camera that went away."""
    codecs = ("opus", "pcma") if settings.SFU == "livekit" and settings.LIVEKIT_INGEST == "ingress" else AUDIO_CODECS
    return {
        "AUDIO": "on" if camera.audio else "off",
        "AUDIO_CODECS": ",".join(codecs),
        "PROFILE": settings.TRANSCODE_PROFILE,
        "ENCODER_SPEED": settings.PUSHER_ENCODER_SPEED,
        "ENCODER_THREADS": str(settings.PUSHER_ENCODER_THREADS),
        "MAX_GOP_SECONDS": f"{settings.PUSHER_MAX_GOP_SECONDS:g}",
        "MAX_BITRATE_KBPS": str(settings.PUSHER_MAX_BITRATE_KBPS),
        "RECONNECT_SECONDS": f"{settings.PUSHER_RECONNECT_SECONDS:g}",
    }


def _sub_url(path: GatewayPath) -> dict[str, Secret]:
    return {"SUB_RTSP_URL": path.sub_rtsp_url} if path.sub_rtsp_url is not None else {}


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
