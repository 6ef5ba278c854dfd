"""A probe's verdict: what was seen, as the JSON that `--check` prints. Decides by the pusher's own rules."""

from __future__ import annotations

import base64
from typing import Any

from whip_pusher import h264, pipeline, sound
from whip_pusher.exits import Exit
from whip_pusher.looking import Limits, unfit
from whip_pusher.sdp import Stream, streams
from whip_pusher.seen import Seen

LONG_GOP = 2.0  # seconds: from here on a viewer waits too long for the first picture
SLOW_ANSWER_MS = 2000
SLOW_FPS = 5.0
REPORTED_WITHIN = 10.0  # seconds: a first sender report may take half of them (RFC 3550 §6.2)
ORDER_KNOWN_FRAMES = 12
ALL_SOUNDS = tuple(sound.CARRIED)  # what an SFU may take; the best first
AUDIO_NAMES = {"MPEG4-GENERIC": "aac", "MP4A-LATM": "aac", "MPA": "mp2"}


def report(seen: Seen, limits: Limits) -> dict[str, Any]:
    """The verdict; `detail` is not redacted yet."""
    described = streams(seen.sdp)
    video = _video(seen, limits) if seen.failed is None else None
    code, detail = seen.failed or (Exit.OK, "")
    return {
        "ok": code == Exit.OK,
        "code": code.word,
        "exit_code": int(code),
        "detail": detail,
        "reachable": seen.described_ms is not None or seen.greeting.answered,
        "server": seen.greeting.server,
        "transport": seen.transport,
        "seconds": round(seen.seconds, 1),
        "ms": {"described": seen.described_ms, "first_packet": seen.packet_ms, "first_keyframe": seen.keyframe_ms},
        "video": video,
        "audio": _audio(described),
        "streams": [_line(stream) for stream in described],
        "warnings": _warnings(seen, limits, video, described) if video else [],
    }


def in_band_sps(seen: Seen) -> bytes | None:
    """The first SPS in the avcC record of H.264's caps (ISO/IEC 14496-15 §5.3.3.1)."""
    record = seen.parameter_sets
    if seen.encoding != "H264" or len(record) < 8 or not record[5] & 0x1F:
        return None
    return record[8 : 8 + int.from_bytes(record[6:8], "big")]


def decide(seen: Seen, limits: Limits) -> tuple[str, str]:
    """`passthrough` or `transcode`, and why, as a pusher in MODE=auto would."""
    plan = pipeline.plan(seen.encoding, _sprop(seen), "auto")
    assert plan is not None, "a codec without a plan has failed before"
    if plan.mode == "passthrough" and (reason := unfit(seen.look, limits)):
        return "transcode", reason
    return plan.mode, plan.why


def _sprop(seen: Seen) -> str:
    sps = in_band_sps(seen)
    return base64.b64encode(sps).decode() if sps else seen.sprop


def _video(seen: Seen, limits: Limits) -> dict[str, Any]:
    look, picture = seen.look, seen.picture
    mode, why = decide(seen, limits)
    return {
        "codec": pipeline.NAMES.get(seen.encoding, seen.encoding.lower()),
        **{name: picture.get(name) for name in ("profile", "level", "width", "height")},
        "fps": _rounded(look.fps, 1),
        "bitrate_kbps": _rounded(look.bitrate_kbps, 0),
        "gop_seconds": round(look.gop_seconds, 2),
        "gop_known": look.gop_known,
        "b_frames": _b_frames(seen),
        "mode": mode,
        "why": why,
    }


def _b_frames(seen: Seen) -> bool | None:
    """True, False, or None where neither the SPS nor enough frames tell."""
    if seen.look.backward:
        return True
    sps = h264.from_sprop(_sprop(seen)) if seen.encoding == "H264" else None
    if sps is not None and sps.reorders is not None:
        return sps.reorders
    return False if seen.look.frames >= ORDER_KNOWN_FRAMES else None


def _rounded(value: float | None, digits: int) -> float | None:
    return None if value is None else round(value, digits or None)


def _audio(described: list[Stream]) -> dict[str, Any] | None:
    """The first audio stream, and what becomes of it where sound is on: `pass`, `opus` or `none`."""
    first = next((stream for stream in described if stream.kind == "audio"), None)
    if first is None:
        return None
    plan = sound.plan(first.encoding, ALL_SOUNDS, rate=first.rate, channels=first.channels or 1)
    fate = "none" if plan is None else "pass" if plan.mode == "passthrough" else plan.carried.lower()
    return {"codec": _name(first), "rate": first.rate, "channels": first.channels, "would_be": fate}


def _name(stream: Stream) -> str:
    return {**AUDIO_NAMES, **pipeline.NAMES}.get(stream.encoding, stream.encoding.lower())


def _line(stream: Stream) -> dict[str, Any]:
    return {"kind": stream.kind, "codec": _name(stream), "rate": stream.rate, "channels": stream.channels}


def _warnings(seen: Seen, limits: Limits, video: dict[str, Any], described: list[Stream]) -> list[str]:
    look, gop = seen.look, seen.look.gop_seconds
    videos, sounds = ([stream for stream in described if stream.kind == kind] for kind in ("video", "audio"))
    found = {
        "long_gop": gop > limits.max_gop_seconds,
        "gop_over_2s": LONG_GOP < gop <= limits.max_gop_seconds,
        "no_keyframe": not look.keyframes,
        "bitrate": (look.bitrate_kbps or 0) > limits.max_bitrate_kbps,
        "b_frames": video["b_frames"] is True,
        "transcoded": video["mode"] == "transcode",
        "low_fps": look.fps is not None and look.fps < SLOW_FPS,
        "interlaced": seen.picture.get("interlace-mode") not in {None, "progressive"},
        "no_parameter_sets": seen.encoding == "H264" and not seen.sprop,
        "no_rtcp": not seen.rtcp and seen.seconds >= REPORTED_WITHIN,
        "slow_answer": (seen.described_ms or 0) > SLOW_ANSWER_MS,
        "several_videos": len(videos) > 1,
        "audio_refused": bool(sounds) and sounds[0].encoding not in sound.SOURCES,
    }
    return [code for code, true in found.items() if true]
