"""The pipelines that README.md shows: `python -m whip_pusher.tests.documented_pipelines` writes them anew."""

from __future__ import annotations

import textwrap
from pathlib import Path

from whip_pusher import pipeline, sound
from whip_pusher.encoders import EncoderSettings
from whip_pusher.pipeline import Plan
from whip_pusher.sound import SoundPlan

README = Path(__file__).parents[1] / "README.md"
BEGIN, END = "<!-- Written by whip_pusher.tests.documented_pipelines. -->", "<!-- So far. -->"
HIGH, BOTH = ("high",), ("high", "low")
PASSED, CODED = Plan("H264", "passthrough", "h264"), Plan("H265", "transcode", "not_h264")
SSRC = 1
CASES = {
    "H.264 4:2:0 without B-frames": pipeline.head(PASSED, EncoderSettings(), HIGH),
    "everything else, here H.265 (PROFILE=720p)": pipeline.head(CODED, EncoderSettings(), HIGH),
    "the same with LOW_LAYER": pipeline.head(CODED, EncoderSettings(), BOTH),
    "behind the selector of each video track": pipeline.tail(SSRC),
    "sound in a codec of the SFU's, here PCMA": sound.head(SoundPlan("PCMA", "PCMA")),
    "other sound, here AAC": sound.head(SoundPlan("MPEG4-GENERIC", "OPUS")),
    "behind the selector of the sound's track, here Opus": sound.tail("OPUS", SSRC),
    "a snapshot of H.265 (--width 480)": pipeline.snapshot("H265", 480),
}


def decoders() -> str:
    rows = [f"{codec.depay} ! {codec.parse or '-'} ! {codec.decode}" for codec in pipeline.CODECS.values()]
    sounds = [f"{source.depay} ! {source.decode}" for source in sound.SOURCES.values()]
    return "\n".join([*rows, *sounds])


def written() -> str:
    """What stands between the two marks."""
    shown = [f"# {name}\n{_folded(words)}" for name, words in CASES.items()]
    parts = "\n\n".join([*shown, f"# depayloader, parser and decoder of each codec\n{decoders()}"])
    return f"{BEGIN}\n```\n{parts}\n```\n{END}"


def _folded(words: str) -> str:
    return "\n".join(textwrap.wrap(words, 116, subsequent_indent="  ", break_long_words=False, break_on_hyphens=False))


def main() -> None:
    before, rest = README.read_text().split(BEGIN)
    _, after = rest.split(END)
    README.write_text(before + written() + after)


if __name__ == "__main__":
    main()
