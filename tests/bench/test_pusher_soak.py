"""What a soak of pushers is judged by, and what its table shows."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from bench.pusher_soak.report import table
from bench.pusher_soak.verdict import Life, Sample, breaches, change, quarters, slope

SECONDS = 1200.0
STEADY = [Sample(15.0 * number, 25.0, 60.0, 15, 20, 1.7) for number in range(1, 81)]


def life(samples: list[Sample] = STEADY, **fields) -> Life:
    return Life("cam-a", samples, **fields)


def growing(field: str, to: float) -> list[Sample]:
    """From what is steady up to `to`, in a straight line."""
    start = getattr(STEADY[0], field)
    return [replace(each, **{field: start + (to - start) * n / 79}) for n, each in enumerate(STEADY)]


def frames(*quarter_ms: float) -> list[tuple[float, float]]:
    return [(second, quarter_ms[min(3, int(second / (SECONDS / 4)))]) for second in map(float, range(int(SECONDS) + 1))]


def judged(*lives: Life) -> list[str]:
    return breaches(lives, seconds=SECONDS)


def test_what_stays_as_it_was_holds():
    assert judged(life(), life(watched=True, latency=frames(40, 41, 40, 42))) == []


@pytest.mark.parametrize(("field", "words"), [("pss", "PSS 25.0 → 27.0 MB"), ("rss", "RSS 60.1 → 65.9 MB")])
def test_memory_that_grows_by_more_than_a_twentieth_is_a_breach(field: str, words: str):
    found = judged(life(growing(field, 27.0 if field == "pss" else 66.0)))
    assert len(found) == 1
    assert found[0].startswith(f"cam-a: {words[:6]}")


def test_memory_that_grows_by_less_is_flat_and_memory_that_falls_by_more_is_not():
    assert judged(life(growing("pss", 26.0))) == []
    assert len(judged(life(growing("pss", 20.0)))) == 1


@pytest.mark.parametrize("field", ["threads", "descriptors"])
def test_one_thread_or_descriptor_more_at_the_end_is_a_breach(field: str):
    (found,) = judged(life([*STEADY[:40], *(replace(each, **{field: 21}) for each in STEADY[40:])]))
    assert found == f"cam-a: {field} {getattr(STEADY[0], field)} → 21"


def test_a_thread_that_was_there_for_one_look_is_no_growth():
    assert judged(life([*STEADY[:-2], replace(STEADY[-2], threads=16), STEADY[-1]])) == []


def test_latency_may_drift_by_ten_milliseconds_and_no_more():
    assert judged(life(watched=True, latency=frames(40, 44, 47, 50))) == []
    (found,) = judged(life(watched=True, latency=frames(40, 44, 47, 51)))
    assert found == "cam-a: latency p50 40 → 51 ms"


def test_frames_that_stop_before_the_end_are_a_breach():
    cut = [(at, ms) for at, ms in frames(40, 40, 40, 40) if at < SECONDS - 100]
    assert judged(life(watched=True, latency=cut)) == ["cam-a: frames did not come to the end"]
    assert judged(life(watched=True)) == ["cam-a: frames did not come to the end"]


def test_trouble_and_an_early_end_are_breaches():
    found = judged(life(STEADY[:30], trouble=["ended with 14"]))
    assert found == ["cam-a: ended with 14", "cam-a: was not measured to the end"]


def test_a_run_too_short_to_tell_does_not_hold():
    assert breaches([life()], seconds=60) == ["only 60 s were measured, 120 are the least"]


def test_the_slope_is_that_of_the_line_through_all_looks():
    assert slope([(0, 1), (1, 3), (2, 5)]) == 2
    assert slope([(1, 3)]) == 0
    assert change(growing("pss", 26.0), "pss").slope == pytest.approx(3600 / (79 * 15))


def test_latency_is_told_by_quarters_and_the_result_is_readable_by_program():
    found = life(watched=True, latency=frames(40, 41, 42, 43))
    assert [each.p50 for each in quarters(found.latency)] == [40, 41, 42, 43]
    assert json.loads(json.dumps(found.as_json()))["latency"][3]["p95"] == 43


def test_the_table_has_a_line_for_each_pusher_from_the_first_minute_to_the_last():
    lines = table([life(watched=True, latency=frames(40, 41, 42, 43)), Life("cam-b")]).splitlines()
    assert "25.0 → 25.0 (+0.0%)" in lines[2]
    assert "15 → 15" in lines[2]
    assert "40 41 42 43" in lines[2]
    assert lines[3].split() == ["cam-b", *["–"] * 8]
