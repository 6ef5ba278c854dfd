"""Many who wait look no more often together than a few do, and only some start at once."""

from __future__ import annotations

from contextlib import ExitStack

import pytest

from streaming.lifecycle.turns import ALONE, MOST, STARTING, TOGETHER, Turns


@pytest.mark.parametrize(("waiting", "pause"), [(0, ALONE), (1, ALONE), (3, ALONE), (30, 30 / TOGETHER), (500, MOST)])
def test_the_pause_grows_with_those_who_wait(waiting: int, pause: float) -> None:
    turns = Turns()
    with ExitStack() as stack:
        for _ in range(waiting):
            stack.enter_context(turns.waiting())
        assert turns.pause() == pytest.approx(pause)
    assert turns.pause() == ALONE


def test_one_who_fails_waits_no_longer() -> None:
    turns = Turns()
    for _ in range(100):
        with pytest.raises(RuntimeError), turns.waiting():
            raise RuntimeError("on purpose")
    assert turns.pause() == ALONE


def test_one_more_than_may_start_asks_meanwhile_whether_it_is_still_wanted() -> None:
    class Unwanted(Exception):
        pass

    def check() -> None:
        raise Unwanted

    turns = Turns()
    with ExitStack() as stack:
        for _ in range(STARTING):
            stack.enter_context(turns.starting(check))
        with pytest.raises(Unwanted):
            stack.enter_context(turns.starting(check))
    with turns.starting(check):
        pass
