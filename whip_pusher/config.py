"""The program's settings, read once from the environment. The list with units is in README.md."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import unquote, urlsplit, urlunsplit

from whip_pusher.exits import Exit
from whip_pusher.redact import Redactor, Secret
from whip_pusher.settings import Environment, wrong

MODES = ("auto", "passthrough", "transcode")
ECHOED = {"CAMERA_ID": "camera_id", "GENERATION": "generation", "LABELS": "labels"}


@dataclass(frozen=True)
class RtspSource:
    """Where the camera is, with its credentials taken out of the URL."""

    location: str
    user: str
    password: Secret


@dataclass(frozen=True)
class Timeouts:
    """Seconds."""

    connect: float = 10.0
    first_packet: float = 12.0
    packet: float = 5.0
    negotiation: float = 8.0
    rtcp: float = 4.0


@dataclass(frozen=True)
class HlsSettings:
    directory: Path
    most_bytes: int
    segment_seconds: int


@dataclass(frozen=True)
class Config:
    source: RtspSource
    whip_endpoint: str
    stream_key: Secret
    timeouts: Timeouts
    mode: str
    bitrate_kbps: int
    keyframe_seconds: float
    ice_addresses: tuple[str, ...]
    hls: HlsSettings | None
    echo: dict[str, str]

    def redactor(self) -> Redactor:
        return Redactor([self.source.password, self.stream_key])


def load(values: Mapping[str, str]) -> Config:
    """Read all settings; raises `SettingError` for the first that is missing or wrong."""
    env = Environment(values)
    source = parse_rtsp(env.secret("RTSP_URL", Exit.RTSP_URL_MISSING))
    endpoint = _endpoint(env.secret("WHIP_ENDPOINT", Exit.WHIP_ENDPOINT_MISSING))
    return Config(
        source=source,
        whip_endpoint=endpoint,
        stream_key=Secret(_key(env.secret("STREAM_KEY", Exit.STREAM_KEY_MISSING))),
        timeouts=_timeouts(env),
        mode=env.choice("MODE", "auto", MODES),
        bitrate_kbps=env.whole("BITRATE_KBPS", 2000, 50, 50_000),
        keyframe_seconds=env.number("KEYFRAME_SECONDS", 1, 0.2, 60),
        ice_addresses=env.addresses("ICE_ADDRESSES") if env.text("ICE_ADDRESSES") else (),
        hls=_hls(env),
        echo=echo(values),
    )


def echo(values: Mapping[str, str]) -> dict[str, str]:
    """What every JSON line repeats."""
    return {field: values.get(name, "") for name, field in ECHOED.items() if field != "labels" or values.get(name)}


def parse_rtsp(url: str) -> RtspSource:
    """Split an `rtsp://user:password@host:port/path` URL; user and password may be percent-encoded."""
    try:
        parts = urlsplit(url)
        host, port = parts.hostname, parts.port
    except ValueError:
        raise wrong("RTSP_URL", "is no URL") from None
    if parts.scheme not in {"rtsp", "rtsps"} or not host:
        raise wrong("RTSP_URL", "must be rtsp://host/… or rtsps://host/…")
    netloc = (f"[{host}]" if ":" in host else host) + (f":{port}" if port else "")
    location = urlunsplit((parts.scheme, netloc, parts.path, parts.query, ""))
    return RtspSource(location, unquote(parts.username or ""), Secret(unquote(parts.password or "")))


def _endpoint(url: str) -> str:
    try:
        parts = urlsplit(url)
        valid = parts.scheme in {"http", "https"} and bool(parts.hostname) and parts.port != 0
    except ValueError:
        valid = False
    if not valid or not url.isascii() or " " in url:
        raise wrong("WHIP_ENDPOINT", "must be http://host/… or https://host/…")
    return url


def _key(key: str) -> str:
    if not key.isascii() or " " in key:
        raise wrong("STREAM_KEY", "must be ASCII without spaces")
    return key


def _timeouts(env: Environment) -> Timeouts:
    return Timeouts(
        connect=env.number("CONNECT_TIMEOUT", 10, 0.5, 120),
        first_packet=env.number("FIRST_PACKET_TIMEOUT", 12, 0.5, 120),
        packet=env.number("PACKET_TIMEOUT", 5, 0.5, 120),
        negotiation=env.number("NEGOTIATION_TIMEOUT", 8, 0.5, 120),
        rtcp=env.number("RTCP_TIMEOUT", 4, 2, 120),
    )


def _hls(env: Environment) -> HlsSettings | None:
    directory = env.text("HLS_DIR")
    most = env.whole("HLS_MAX_BYTES", 32_000_000, 1_000_000, 10_000_000_000)
    seconds = env.whole("HLS_SEGMENT_SECONDS", 1, 1, 2)
    return HlsSettings(Path(directory), most, seconds) if directory else None
