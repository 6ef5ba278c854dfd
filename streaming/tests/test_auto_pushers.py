"""AutoPushers: what passes through is forwarded, anything else gets a container, and never both."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

import pytest

from streaming.media.auto_pushers import AutoPushers
from streaming.media.passthrough import passes_through
from streaming.media.ports import MediaError, PusherSpec, PusherStatus, Secret

CAMERA = "cam-a"
# Of the demo's cameras: constrained baseline; high profile without reordering, and with two B-frames.
BASELINE = "Z0LAH9oBQBbsBagICAoAAAMAAgAAAwBlHjBlQA=="
HIGH = "Z2QAKKy0A8ARPy4C1AQEBQAAAwABAAADADKPGDKg"
B_FRAMES = "Z2QAFqzZQKAv+XAWoMDA1KAAAAMAIAAAAwPR4sWywA=="
HEAD = "v=0\r\no=- 0 0 IN IP4 127.0.0.1\r\ns=x\r\nt=0 0\r\n"
AUDIO = "m=audio 0 RTP/AVP 8\r\na=rtpmap:8 PCMA/8000\r\n"


def sdp(codec="H264", sprop=BASELINE, *, before=""):
    extra = f"a=fmtp:96 packetization-mode=1; sprop-parameter-sets={sprop},aM48gA==\r\n" if sprop else ""
    return f"{HEAD}{before}m=video 0 RTP/AVP 96\r\na=control:x\r\na=rtpmap:96 {codec}/90000\r\n{extra}"


PASSES, H265 = sdp(), sdp("H265", "")


@pytest.mark.parametrize(
    ("described", "expected"),
    [
        (sdp(), True),
        (sdp(before=AUDIO), True),
        (sdp("h264"), True),
        (sdp(sprop=HIGH), True),
        (sdp(sprop=B_FRAMES), False),
        (sdp("H265", ""), False),
        (sdp("JPEG", ""), False),
        (sdp(sprop=""), None),
        (sdp(sprop="nonsense"), None),
        (HEAD + AUDIO, None),
        ("", None),
    ],
)
def test_only_h264_without_reordered_frames_passes(described, expected):
    assert passes_through(described) is expected


@dataclass
class Runner:
    """Remembers, as a runner of programs or forwards would."""

    there: dict[str, PusherStatus] = field(default_factory=dict)
    specs: list[PusherSpec] = field(default_factory=list)
    away: bool = False

    def start(self, spec):
        self.specs.append(spec)
        self.there[spec.camera_id] = PusherStatus("p", spec.camera_id, spec.generation, running=True)
        return self.there[spec.camera_id]

    def stop(self, camera_id, *, up_to):
        if self.away:
            raise MediaError("runner_unreachable")
        if camera_id in self.there and self.there[camera_id].generation <= up_to:
            del self.there[camera_id]

    def inspect(self, camera_id):
        return self.there.get(camera_id)

    def list(self):
        return list(self.there.values())


@pytest.fixture
def forwards():
    return Runner()


@pytest.fixture
def containers():
    return Runner()


@dataclass
class Source:
    """What the gateway says of the camera, or what asking it raises."""

    says: str | MediaError = PASSES

    def describe(self, url):
        assert url.reveal() == "rtsp://gateway/cam"
        if isinstance(self.says, MediaError):
            raise self.says
        return self.says


@pytest.fixture
def source(monkeypatch):
    made = Source()
    monkeypatch.setattr("streaming.media.auto_pushers.describe", made.describe)
    return made


@pytest.fixture
def auto(forwards, containers, source):
    made = AutoPushers()
    made.__dict__["_runners"] = (forwards, containers)
    return made


def spec(generation=3, transcodes=None):
    secrets = {"RTSP_URL": Secret("rtsp://gateway/cam"), "STREAM_KEY": Secret("k")}
    return PusherSpec(CAMERA, generation, {}, secrets, transcodes=transcodes)


def test_what_passes_is_forwarded(auto, forwards, containers):
    assert auto.start(spec()).running
    assert (len(forwards.there), len(containers.there)) == (1, 0)


@pytest.mark.parametrize(
    ("described", "known", "transcodes"),
    [(H265, None, True), (H265, False, True), (sdp(sprop=""), None, None), (sdp(sprop=""), True, True)],
)
def test_anything_else_gets_a_container_with_room_to_transcode(
    auto, source, forwards, containers, described, known, transcodes
):
    source.says = described
    auto.start(spec(transcodes=known))
    assert (len(forwards.there), [one.transcodes for one in containers.specs]) == (0, [transcodes])


def test_a_camera_with_a_sub_stream_gets_a_container_that_passes_both_through(auto, forwards, containers):
    one = spec()
    auto.start(replace(one, secrets={**one.secrets, "SUB_RTSP_URL": Secret("rtsp://gateway/cam_sub")}))
    assert (forwards.specs, [started.transcodes for started in containers.specs]) == ([], [False])


@pytest.mark.parametrize(("audio", "forwarded"), [("off", 0), ("on", 1)])
def test_sound_that_nobody_may_hear_is_not_forwarded(auto, source, forwards, containers, audio, forwarded):
    source.says = sdp(before=AUDIO)
    auto.start(replace(spec(), environment={"AUDIO": audio}))
    assert (len(forwards.specs), len(containers.specs)) == (forwarded, 1 - forwarded)


def test_a_camera_whose_codec_changed_leaves_no_pusher_of_the_other_kind(auto, source, forwards, containers):
    auto.start(spec(3))
    source.says = H265
    auto.start(spec(4))
    assert (forwards.there, [one.generation for one in auto.list()]) == ({}, [4])


def test_the_same_generation_is_not_asked_again(auto, source, forwards, containers):
    started = auto.start(spec())
    source.says = H265
    assert auto.start(spec()) == started
    assert (len(forwards.specs), len(containers.specs)) == (1, 0)


@pytest.mark.parametrize("kind", ["forwards", "containers"])
def test_a_newer_one_of_either_kind_supersedes(auto, kind, request):
    request.getfixturevalue(kind).start(spec(4))
    with pytest.raises(MediaError, match="superseded"):
        auto.start(spec(3))


def test_a_runner_that_cannot_be_asked_lets_nothing_start(auto, forwards, containers):
    containers.away = True
    with pytest.raises(MediaError, match="runner_unreachable"):
        auto.start(spec())
    assert forwards.specs == []


def test_a_source_that_cannot_be_described_starts_nothing(auto, source, forwards, containers):
    source.says = MediaError("source_unreachable")
    with pytest.raises(MediaError, match="source_unreachable"):
        auto.start(spec())
    assert (forwards.specs, containers.specs) == ([], [])


def test_stop_inspect_and_list_cover_both(auto, forwards, containers):
    forwards.start(spec(3))
    containers.start(spec(4))
    assert (auto.inspect(CAMERA).generation, len(auto.list())) == (4, 2)
    auto.stop(CAMERA, up_to=3)
    assert (forwards.there, auto.inspect(CAMERA).generation) == ({}, 4)
