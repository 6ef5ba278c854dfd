"""The program's settings, read once from the environment. The list with units is in README.md."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import unquote, urlsplit, urlunsplit

from whip_pusher.encoders import ENCODERS, PROFILES, EncoderSettings
from whip_pusher.exits import Exit
from whip_pusher.layers import LAYERS
from whip_pusher.looking import Limits
from whip_pusher.redact import Redactor, Secret
from whip_pusher.settings import Environment, wrong
from whip_pusher.sound import CARRIED
from whip_pusher.url_secrets import passwords

MODES = ("auto", "passthrough", "transcode")
SPEEDS = ("ultrafast", "superfast", "veryfast", "faster", "fast", "medium")
ECHOED = {"CAMERA_ID": "camera_id", "GENERATION": "generation", "LABELS": "labels"}


@dataclass(frozen=True)
class RtspSource:
    """Where the camera is, with its credentials taken out of the URL; `hidden` are those that have to stay in it.
    `verify`: its certificate must be one that this machine trusts."""

    location: str = field(repr=False)
    user: str
    password: Secret
    hidden: tuple[Secret, ...] = ()
    verify: bool = True

    @property
    def secrets(self) -> tuple[Secret, ...]:
        return (self.password, *self.hidden)


@dataclass(frozen=True)
class Timeouts:
    """Seconds."""

    connect: float = 10.0
    first_packet: float = 12.0
    packet: float = 5.0
    negotiation: float = 8.0
    rtcp: float = 3.5


@dataclass(frozen=True)
class HlsSettings:
    directory: Path
    most_bytes: int
    segment_seconds: int


@dataclass(frozen=True)
class Config:
    """`source` is the main stream, `sub` the camera's smaller one. `sounds`: codecs the SFU takes; none: no sound."""

    source: RtspSource
    sub: RtspSource | None
    whip_endpoint: str
    stream_key: Secret
    timeouts: Timeouts
    reconnect_seconds: float
    losses_per_minute: int
    rtsp_transport: str
    layers: frozenset[str]
    control_file: Path | None
    mode: str
    limits: Limits
    encoder: EncoderSettings
    low_layer: bool
    sounds: tuple[str, ...]
    ice_addresses: tuple[str, ...]
    hls: HlsSettings | None
    http: tuple[str, int] | None
    memory_limit_mb: int  # 0: none
    echo: dict[str, str]

    def redactor(self) -> Redactor:
        sub = self.sub.secrets if self.sub else ()
        return Redactor([*self.source.secrets, *sub, self.stream_key])


def load(values: Mapping[str, str]) -> Config:
    """Read all settings; raises `SettingError` for the first that is missing or wrong."""
    env = Environment(values)
    verify = verifies(env)
    source = parse_rtsp(env.secret("RTSP_URL", Exit.RTSP_URL_MISSING), verify=verify)
    sub = env.secret("SUB_RTSP_URL", None)
    port = env.whole("HTTP_PORT", 0, 0, 65535)
    return Config(
        source=source,
        sub=parse_rtsp(sub, "SUB_RTSP_URL", verify=verify) if sub else None,
        whip_endpoint=_endpoint(env.secret("WHIP_ENDPOINT", Exit.WHIP_ENDPOINT_MISSING)),
        stream_key=Secret(_key(env.secret("STREAM_KEY", Exit.STREAM_KEY_MISSING))),
        timeouts=_timeouts(env),
        reconnect_seconds=env.number("RECONNECT_SECONDS", 25, 0, 3600),
        losses_per_minute=env.whole("LOSSES_PER_MINUTE", 10, 1, 600),
        rtsp_transport=env.choice("RTSP_TRANSPORT", "auto", ("auto", "tcp", "udp")),
        layers=frozenset(env.words("LAYERS", "high", LAYERS)),
        control_file=Path(control) if (control := env.text("CONTROL_FILE")) else None,
        mode=env.choice("MODE", "auto", MODES),
        limits=_limits(env),
        encoder=_encoder(env),
        low_layer=env.choice("LOW_LAYER", "off", ("off", "on")) == "on" and not sub,
        sounds=_sounds(env),
        ice_addresses=env.addresses("ICE_ADDRESSES") if env.text("ICE_ADDRESSES") else (),
        hls=_hls(env),
        http=(env.text("HTTP_HOST", "127.0.0.1"), port) if port else None,
        memory_limit_mb=env.whole("MEMORY_LIMIT_MB", 512, 0, 1_000_000),
        echo=echo(values),
    )


def _limits(env: Environment) -> Limits:
    return Limits(
        max_gop_seconds=env.number("MAX_GOP_SECONDS", 4, 0.5, 3600),
        max_bitrate_kbps=env.number("MAX_BITRATE_KBPS", 8000, 100, 1_000_000),
    )


def _encoder(env: Environment) -> EncoderSettings:
    return EncoderSettings(
        kind=env.choice("ENCODER", "x264", tuple(ENCODERS)),
        speed=env.choice("ENCODER_SPEED", "ultrafast", SPEEDS),
        threads=env.whole("ENCODER_THREADS", 1, 1, 64),
        profile=PROFILES[env.choice("PROFILE", "720p", tuple(PROFILES))],
        kbps=env.whole("BITRATE_KBPS", 0, 50, 50_000) if env.text("BITRATE_KBPS") else 0,
        keyframe_seconds=env.number("KEYFRAME_SECONDS", 1, 0.2, 60),
    )


def _sounds(env: Environment) -> tuple[str, ...]:
    """In the order of preference; what comes in one of them passes."""
    known = tuple(name.lower() for name in CARRIED)
    wanted = env.words("AUDIO_CODECS", ",".join(known), known)
    return tuple(word.upper() for word in wanted) if env.choice("AUDIO", "off", ("off", "on")) == "on" else ()


def echo(values: Mapping[str, str]) -> dict[str, str]:
    """What every JSON line repeats."""
    return {field: values.get(name, "") for name, field in ECHOED.items() if field != "labels" or values.get(name)}


def verifies(env: Environment) -> bool:
    """Whether an `rtsps://` camera's certificate is checked."""
    return env.choice("RTSP_TLS_VERIFY", "on", ("off", "on")) == "on"


def parse_rtsp(url: str, name: str = "RTSP_URL", *, verify: bool = True) -> RtspSource:
    """Split an `rtsp://user:password@host:port/path` URL; user and password may be percent-encoded."""
    try:
        parts = urlsplit(url)
        host, port = parts.hostname, parts.port
    except ValueError:
        raise wrong(name, "is no URL") from None
    if parts.scheme not in {"rtsp", "rtsps"} or not host:
        raise wrong(name, "must be rtsp://host/… or rtsps://host/…")
    netloc = (f"[{host}]" if ":" in host else host) + (f":{port}" if port else "")
    location = urlunsplit((parts.scheme, netloc, parts.path, parts.query, ""))
    hidden = tuple(Secret(value) for value in passwords(location))
    return RtspSource(location, unquote(parts.username or ""), Secret(unquote(parts.password or "")), hidden, verify)


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
        rtcp=env.number("RTCP_TIMEOUT", 3.5, 2, 120),
    )


def _hls(env: Environment) -> HlsSettings | None:
    directory = env.text("HLS_DIR")
    most = env.whole("HLS_MAX_BYTES", 32_000_000, 1_000_000, 10_000_000_000)
    seconds = env.whole("HLS_SEGMENT_SECONDS", 1, 1, 2)
    return HlsSettings(Path(directory), most, seconds) if directory else None
