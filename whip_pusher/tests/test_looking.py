"""What a stream looks like, told frame by frame."""

from __future__ import annotations

from dataclasses import dataclass, field

import pytest

from whip_pusher.looking import Head, Limits, Look, unfit

LIMITS = Limits()
B_FRAMES = (0, 3, 1, 2)  # decoding order of I B B P


@dataclass
class Camera:
    """Feeds a look: `fps` frames a second on a clock of its own."""

    fps: int = 25
    gop: int = 25
    size: int = 10_000
    now: float = 1000.0
    sent: int = 0
    shift: float = 0.0
    times: bool = True
    look: Look = field(init=False)

    def __post_init__(self) -> None:
        self.look = Look(lambda: self.now)

    def play(self, seconds: float, *, order: tuple[int, ...] = (0,)) -> Look:
        for _ in range(round(seconds * self.fps)):
            place = self.sent - self.sent % len(order) + order[self.sent % len(order)]
            pts = place / self.fps + self.shift
            self.look.add(pts if self.times else None, self.size, self.sent % self.gop == 0)
            self.sent += 1
            self.now += 1 / self.fps
        return self.look


@pytest.mark.parametrize("times", [True, False])
def test_an_even_stream_is_told_as_it_is(times: bool) -> None:
    look = Camera(times=times).play(8)
    assert look.fps == pytest.approx(25)
    assert look.bitrate_kbps == pytest.approx(2000)
    assert look.gop_seconds == pytest.approx(1)
    assert look.gop_known
    assert not look.backward
    assert unfit(look, LIMITS) is None


def test_nothing_is_known_before_two_frames() -> None:
    look = Camera().play(0.04)
    assert (look.fps, look.bitrate_kbps, look.gop_seconds, look.gop_known) == (None, None, 0, False)
    assert unfit(Look(), LIMITS) is None


def test_a_long_gop_is_told_as_soon_as_it_is_exceeded() -> None:
    camera = Camera(gop=250)
    assert unfit(camera.play(4), LIMITS) is None
    assert unfit(camera.play(0.12), LIMITS) == "long_gop"


def test_a_stream_that_begins_without_a_keyframe_is_judged_too() -> None:
    camera = Camera(gop=250, sent=1)
    look = camera.play(4.2)
    assert (look.keyframes, look.gop_known) == (0, False)
    assert unfit(look, LIMITS) == "long_gop"


def test_a_gop_that_became_short_is_forgiven_after_three_keyframes() -> None:
    camera = Camera(gop=125)
    assert unfit(camera.play(6), LIMITS) == "long_gop"
    camera.gop = 25
    assert unfit(camera.play(5), LIMITS) is None


def test_presentation_times_that_go_backwards_are_b_frames() -> None:
    assert unfit(Camera().play(1, order=B_FRAMES), LIMITS) == "b_frames"


def test_b_frames_leave_rate_and_gop_as_they_are() -> None:
    look = Camera(gop=24).play(6, order=B_FRAMES)
    assert look.fps == pytest.approx(25, rel=0.03)
    assert look.gop_seconds == pytest.approx(0.96, abs=0.1)


def test_clocks_that_jump_back_are_no_b_frames() -> None:
    camera = Camera()
    for jump in (-10.0, -20.0, -3600.0, 3600.0, -7.0):
        camera.shift = jump
        look = camera.play(0.5)
    assert not look.backward
    assert look.gop_seconds < 1.2
    assert look.fps == pytest.approx(25, rel=0.1)


def test_rare_steps_backwards_are_no_b_frames() -> None:
    camera = Camera()
    for count in range(6):
        camera.shift = -0.1 * count
        camera.play(4)
    assert not camera.look.backward


def test_a_network_that_stops_and_hurries_makes_no_long_gop() -> None:
    camera = Camera(gop=75)
    camera.play(2.9)
    camera.now += 2.2  # Less than a pause; what was held back then comes at once.
    for _ in range(55):
        camera.look.add(camera.sent / camera.fps, camera.size, camera.sent % camera.gop == 0)
        camera.sent += 1
    assert unfit(camera.play(3), LIMITS) is None


def test_a_pause_of_the_source_begins_a_new_look() -> None:
    camera = Camera()
    camera.play(3)
    camera.now += 60
    camera.shift = 60
    look = camera.play(2)
    assert look.gop_seconds < 1.1
    assert look.seconds < 2.1
    assert look.frames == 125


def test_a_burst_is_no_bitrate_until_three_seconds_are_seen() -> None:
    camera = Camera(size=50_000)
    assert unfit(camera.play(2.9), LIMITS) is None
    assert unfit(camera.play(0.3), LIMITS) == "bitrate"
    assert unfit(camera.look, Limits(max_bitrate_kbps=12_000)) is None


def test_the_window_forgets_an_old_bitrate() -> None:
    camera = Camera(size=50_000)
    camera.play(6)
    camera.size = 5_000
    assert camera.play(6).bitrate_kbps == pytest.approx(1000)


@dataclass
class Counted(Camera):
    """After some seconds of single frames only keyframes and counts are told, four times a second."""

    heads: list[Head] = field(default_factory=list)
    waiting: int = 0

    def rest(self, seconds: float) -> Look:
        self.play(4)
        return self.frames(round(seconds * self.fps))

    def frames(self, count: int) -> Look:
        for number in range(count):
            self.frame(number)
        return self.look

    def frame(self, number: int) -> None:
        if self.sent % self.gop == 0:
            self.heads.append(Head(self.sent / self.fps if self.times else None, self.now))
        self.sent += 1
        self.waiting += 1
        self.now += 1 / self.fps
        if number % 6 == 5:
            self.told()

    def told(self) -> None:
        self.look.count(self.waiting, self.waiting * self.size, self.heads)
        self.waiting, self.heads = 0, []


@pytest.mark.parametrize("times", [True, False])
def test_what_is_only_counted_is_told_as_if_each_frame_had_been_seen(times: bool) -> None:
    look = Counted(times=times).rest(60)
    assert look.fps == pytest.approx(25, rel=0.06)
    assert look.bitrate_kbps == pytest.approx(2000, rel=0.06)
    assert look.gop_seconds == pytest.approx(1, rel=0.06)
    assert look.frames == pytest.approx(64 * 25, abs=6)
    assert unfit(look, LIMITS) is None


def test_a_gop_that_becomes_long_is_told_of_a_stream_that_is_only_counted() -> None:
    camera = Counted()
    camera.rest(10)
    camera.gop = 10_000
    assert unfit(camera.frames(150), LIMITS) == "long_gop"


def test_the_bitrate_of_a_stream_that_is_only_counted_is_limited() -> None:
    camera = Counted()
    camera.rest(5)
    camera.size = 50_000
    assert unfit(camera.frames(150), LIMITS) == "bitrate"


def test_a_network_that_stops_and_hurries_makes_no_long_gop_of_counted_frames() -> None:
    camera = Counted(gop=75)
    camera.rest(2.8)
    camera.now += 2.2
    camera.waiting += 2  # The first two of what was held back; the next keyframe is on its way.
    camera.told()
    assert unfit(camera.look, LIMITS) is None


def test_a_camera_s_clock_that_runs_otherwise_than_ours_does_not_make_the_group_longer_and_longer() -> None:
    camera = Counted()
    camera.rest(1)
    for number in range(25 * 600):
        camera.frame(number)
        camera.now += 0.004  # a tenth slower
    assert camera.look.gop_seconds == pytest.approx(1, rel=0.2)


def test_a_pause_begins_a_new_look_of_counted_frames_too() -> None:
    camera = Counted()
    camera.rest(5)
    camera.now += 60
    camera.waiting = 3
    camera.told()
    assert (camera.look.seconds, camera.look.gop_known) == (0, False)
