"""One table: a column for each step, a row for each figure. Pure."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import asdict
from typing import Any

from bench.fanout.meter import GROUPS, OWN
from bench.fanout.run import Outcome
from bench.fanout.verdict import Step, conclusion
from bench.figures import percentile

Cell = Callable[[Step], str]


def _point(share: float) -> Cell:
    return lambda step: f"{percentile(step.frames, share):.1f}" if step.frames else "–"


def _late(share: float) -> Cell:
    return lambda step: f"{percentile(step.late, share):.0f}" if step.late else "–"


def _cpu(name: str) -> Cell:
    return lambda step: f"{step.spent.cpu.get(name, 0.0):.1f}"


def _media(step: Step) -> str:
    return "never" if step.media_after is None else f"{step.media_after:.1f}"


ROWS: tuple[tuple[str, Cell], ...] = (
    ("viewers in the room, of asked", lambda step: f"{step.reached}/{step.asked}"),
    ("ACTIVE leases", lambda step: str(sum(step.world["by_lease"].values()))),
    ("pushers, of cameras", lambda step: f"{step.world['pushers']}/{step.cameras}"),
    ("all new viewers have media after, s", _media),
    ("frames/s asked", lambda step: str(step.fps)),
    ("frames/s p50", _point(0.5)),
    ("frames/s p5", _point(0.05)),
    ("packets lost, per mille", lambda step: f"{1000 * step.lost / max(1, step.expected):.2f}"),
    ("Mbit/s received", lambda step: f"{step.mbit:.0f}"),
    *((f"{name}: % of a core", _cpu(name)) for name in (*GROUPS, OWN)),
    ("other programs: % of a core", lambda step: f"{step.spent.others:.1f}"),
    ("machine busy, % of all cores", lambda step: f"{step.spent.machine:.0f}"),
    ("Janus: fullest thread, % of a core", lambda step: f"{step.spent.thread.get('Janus', 0.0):.1f}"),
    ("Janus: PSS, MB", lambda step: f"{step.spent.memory.get('Janus', 0.0):.0f}"),
    ("heartbeat answered after, ms p50", _late(0.5)),
    ("heartbeat answered after, ms p95", _late(0.95)),
    ("heartbeat answered after, ms max", _late(1.0)),
    ("load average", lambda step: f"{step.load:.1f}"),
    ("holds", lambda step: "yes" if step.holds else "NO"),
)


def table(steps: Sequence[Step]) -> str:
    lines = [("cameras × viewers each", *(step.column for step in steps))]
    lines += [(title, *(cell(step) for step in steps)) for title, cell in ROWS]
    widths = [max(len(line[column]) for line in lines) for column in range(len(lines[0]))]
    shown = [_line(line, widths) for line in lines]
    return "\n".join([shown[0], "-" * len(shown[0]), *shown[1:]])


def _line(cells: Sequence[str], widths: Sequence[int]) -> str:
    first, *rest = (
        f"{cell:{'>' if at else '<'}{width}}" for at, (cell, width) in enumerate(zip(cells, widths, strict=True))
    )
    return "  ".join([first, *rest]).rstrip()


def words(outcome: Outcome, cores: int) -> list[str]:
    """What the case came to, and how it ended."""
    found = [f"{outcome.case.name} ({outcome.case.words}): {conclusion(outcome.steps, cores)}"]
    gone = " · ".join(f"{name} {seconds:.1f}" for name, seconds in outcome.gone.items())
    found.append(f"  released in {outcome.release_seconds:.1f} s; after that, seconds until 0: {gone}")
    found += [f"  refused: {error}" for error in outcome.errors[:3]]
    found += [f"  BROKEN: {broken}" for broken in outcome.broken]
    return found


def as_json(outcome: Outcome) -> dict[str, Any]:
    steps = [asdict(step) | {"holds": step.holds} for step in outcome.steps]
    return {"case": outcome.case.name, "steps": steps, "gone": outcome.gone, "broken": outcome.broken}
