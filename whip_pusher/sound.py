"""Sound: what passes, what becomes Opus, and with which elements. Pure strings and decisions."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Carried:
    """A codec that WebRTC carries: its static or offered payload type and elements from raw sound to RTP."""

    payload: int
    encode: str
    pay: str
    caps: str


@dataclass(frozen=True)
class Source:
    """A codec that cameras send: from RTP to its frames, and from those to raw sound."""

    depay: str
    decode: str


# RFC 7587 §7: Opus is always offered as 48 kHz and two channels.
CARRIED = {
    "OPUS": Carried(
        111, "opusenc bitrate=32000 frame-size=20 complexity=3", "rtpopuspay", "48000,encoding-params=(string)2"
    ),
    "PCMA": Carried(8, "alawenc", "rtppcmapay", "8000"),
    "PCMU": Carried(0, "mulawenc", "rtppcmupay", "8000"),
}
G711 = frozenset({"PCMA", "PCMU"})
G711_RATE = 8000
RAW = {"OPUS": "rate=48000,channels=[1,2]", "PCMA": "rate=8000,channels=1", "PCMU": "rate=8000,channels=1"}
SOURCES = {
    "PCMA": Source("rtppcmadepay", "alawdec"),
    "PCMU": Source("rtppcmudepay", "mulawdec"),
    "OPUS": Source("rtpopusdepay", "opusdec"),
    "MPEG4-GENERIC": Source("rtpmp4gdepay", "aacparse ! avdec_aac"),
    "MP4A-LATM": Source("rtpmp4adepay", "aacparse ! avdec_aac"),
    "MPA": Source("rtpmpadepay", "mpegaudioparse ! avdec_mp3"),
    "G722": Source("rtpg722depay", "avdec_g722"),
    "L16": Source("rtpL16depay", "identity"),
}


@dataclass(frozen=True)
class SoundPlan:
    """How a camera's sound is carried: `encoding` comes in, at `rate` Hz, `carried` goes out."""

    encoding: str
    carried: str
    rate: int | None = None

    @property
    def mode(self) -> str:
        return "passthrough" if self.encoding == self.carried and _as_offered(self.encoding, self.rate) else "transcode"


def plan(encoding: str, accepted: tuple[str, ...], *, rate: int | None = None, channels: int = 1) -> SoundPlan | None:
    """`accepted`: what the SFU takes, the best first. None: nothing that can be carried; the video goes without.

    `rate` in Hz, None: the codec's own. G.711 of several channels is none: its depayloader takes it for one.
    """
    if encoding not in SOURCES or not accepted or (encoding in G711 and channels != 1):
        return None
    passes = encoding in accepted and _as_offered(encoding, rate)
    return SoundPlan(encoding, encoding if passes else accepted[0], rate)


def _as_offered(encoding: str, rate: int | None) -> bool:
    """G.711 at 16 kHz, which some cameras send, is what no browser knows and no payloader takes."""
    return encoding not in G711 or rate in {None, G711_RATE}


def told(found: SoundPlan | None, offered: tuple[str, ...], accepted: tuple[str, ...]) -> dict[str, str | None]:
    """What the event `source` says of it, and why. `offered`: the encodings of the camera's audio streams."""
    if found is not None:
        why = "accepted" if found.mode == "passthrough" else "not_accepted"
        return {"codec": found.encoding.lower(), "mode": found.mode, "why": why, "carried": found.carried.lower()}
    codec = offered[0].lower() or None if offered else None
    why = "absent" if not offered else "not_supported" if accepted else "off"
    return {"codec": codec, "mode": "none", "why": why, "carried": None}


def head(found: SoundPlan) -> str:
    """The bin from RTP to encoded sound, between `in` and `out_audio`."""
    source = SOURCES[found.encoding]
    if found.mode == "passthrough":
        return f"{source.depay} name=in ! identity name=out_audio silent=true"
    raw = f"audioconvert ! audioresample ! audio/x-raw,{RAW[found.carried]}"
    return f"{source.depay} name=in ! {source.decode} ! {raw} ! {CARRIED[found.carried].encode} name=out_audio"


def tail(carried: str, ssrc: int) -> str:
    codec = CARRIED[carried]
    return f"{codec.pay} name=pay mtu=1200 pt={codec.payload} ssrc={ssrc} ! capssetter name=offered"


def offer_caps(carried: str, ssrc: int, msid: str) -> str:
    codec = CARRIED[carried]
    return (
        f"application/x-rtp,media=audio,encoding-name={carried},clock-rate={codec.caps},payload={codec.payload},"
        f'ssrc=(uint){ssrc},a-msid=(string)"{msid}"'
    )
