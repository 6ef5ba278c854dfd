"""One table of a soak: a line for each pusher, first minute → last minute. Pure."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from bench.pusher_soak.verdict import Change, Life, change, quarters

HEADINGS = ("pusher", "PSS MB", "an hour", "RSS MB", "threads", "fds", "CPU %", "latency p50 ms, by quarter", "p95")
NOTHING = "–"


def table(lives: Sequence[Life]) -> str:
    """First settled minute → last one; "an hour": the slope of all looks."""
    lines = [HEADINGS, *(_cells(life) for life in lives)]
    widths = [max(len(line[column]) for line in lines) for column in range(len(HEADINGS))]
    shown = ["  ".join(f"{c:<{w}}" for c, w in zip(line, widths, strict=True)).rstrip() for line in lines]
    return "\n".join([shown[0], "-" * len(shown[0]), *shown[1:]])


def _cells(life: Life) -> tuple[str, ...]:
    if not life.samples:
        return (life.name, *[NOTHING] * (len(HEADINGS) - 1))
    pss = change(life.samples, "pss")
    found = [change(life.samples, name) for name in ("rss", "threads", "descriptors", "cpu")]
    forms: list[Callable[[Change], str]] = [_megabytes, _count, _count, _percent]
    cells = [form(each) for form, each in zip(forms, found, strict=True)]
    return (life.name, _megabytes(pss), f"{pss.slope:+.2f}", *cells, *_latency(life))


def _megabytes(found: Change) -> str:
    return f"{found.first:.1f} → {found.last:.1f} ({found.share:+.1%})"


def _count(found: Change) -> str:
    return f"{found.first:g} → {found.last:g}"


def _percent(found: Change) -> str:
    return f"{found.first:.2f} → {found.last:.2f}"


def _latency(life: Life) -> tuple[str, str]:
    found = quarters(life.latency)
    if not found:
        return ("no frame" if life.watched else "", "")
    return " ".join(f"{each.p50:.0f}" for each in found), f"{found[0].p95:.0f} → {found[-1].p95:.0f}"
