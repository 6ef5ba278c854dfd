"""README.md shows the pipelines as they are."""

from __future__ import annotations

import re

from whip_pusher.tests.documented_pipelines import CASES, README, decoders, written
from whip_pusher.tests.programs import ROOT

# Elements of these plugins are in no description: the source, the sinks, the session and what they are made of.
PLUGIN_OF = {
    **dict.fromkeys(("capsfilter", "identity", "queue", "tee", "input-selector", "fakesink"), "coreelements"),
    **{"videoscale": "videoconvertscale", "videoconvert": "videoconvertscale", "capssetter": "debug"},
    **{"appsink": "app", "jpegdec": "jpeg", "jpegenc": "jpeg", "jpegparse": "jpegformat"},
    **dict.fromkeys(("aacparse", "mpegaudioparse"), "audioparsers"),
    **dict.fromkeys(("alawdec", "alawenc"), "alaw"),
    **dict.fromkeys(("opusdec", "opusenc"), "opus"),
    **{"x264enc": "x264", "audioconvert": "audioconvert", "audioresample": "audioresample"},
}


def plugin(element: str) -> str:
    if element.startswith("rtp"):
        return "rtp"
    if element.startswith("avdec_"):
        return "libav"
    if element.startswith("vp") and element.endswith("dec"):
        return "vpx"
    return PLUGIN_OF.get(element) or {"mulawdec": "mulaw"}.get(element) or "videoparsersbad"


def test_the_readme_shows_the_pipelines_that_are_built() -> None:
    assert README.read_text().count(written()) == 1, "run: python -m whip_pusher.tests.documented_pipelines"


def test_the_image_has_the_plugins_of_all_of_them_and_none_that_is_not_used_any_more() -> None:
    kept = re.search(r'^plugins="([^"]*)"', (ROOT / "whip_pusher/image_files.sh").read_text(), re.MULTILINE)
    assert kept is not None
    words = " ! ".join([*CASES.values(), decoders().replace("\n", " ! ")])
    elements = {step.split()[0].strip() for step in re.split(r" ! |decoded\. ", words) if step.strip()}
    used = {plugin(name) for name in elements if re.fullmatch(r"[a-z0-9A-Z_-]+", name) and name != "-"}
    assert used <= set(kept[1].split())
    assert "videorate" not in kept[1].split()
