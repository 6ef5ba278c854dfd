"""After a fault: looking until everything holds again, and a little longer, so that a relapse is seen."""

from __future__ import annotations

import time
from dataclasses import dataclass, field

from bench.faults import gaps
from bench.faults.look import Blind
from bench.faults.scene import Scene
from bench.faults.viewers import View

SETTLE_SECONDS = 6.0  # a player that stalls notices after five
LOOK_EVERY = 0.5
UNDISTURBED = 2.0  # seconds; what a busy machine may cost a picture
Broken = list[str]


@dataclass
class Looks:
    """What each look found, from the end of the fault on: (when it ended, what was broken)."""

    found: list[tuple[float, Broken]] = field(default_factory=list)

    def holds(self) -> bool:
        """Twice in a row."""
        return len(self.found) >= 2 and not self.found[-1][1] and not self.found[-2][1]

    def held_since(self, over: float) -> float | None:
        """Seconds after `over` from which on every look found nothing; None where the last ones did."""
        if not self.holds():
            return None
        last = max((index for index, (_, broken) in enumerate(self.found) if broken), default=None)
        return 0.0 if last is None else self.found[last + 1][0] - over

    @property
    def last_broken(self) -> Broken:
        return next((broken for _, broken in reversed(self.found) if broken), [])


def heal(scene: Scene) -> None:
    """Fills in the outcome; at least SETTLE_SECONDS after the fault, and not long after what it may take."""
    looks = Looks()
    while scene.over:  # else it never came to the fault
        looks.found.append((time.time(), _look(scene)))
        since = time.time() - scene.over
        came = [wanted.look() for wanted in scene.wanted]
        well = looks.holds() and all(came) and all(_back(view, scene) is not None for view in scene.staying)
        if (well and since > SETTLE_SECONDS) or since > scene.fault.heals + SETTLE_SECONDS:
            break
        time.sleep(LOOK_EVERY)
    if scene.over:
        _judge(scene, looks)


def _look(scene: Scene) -> Broken:
    try:
        return [_words(found) for found in scene.look.breaches()]
    except Blind as error:
        return [f"no look: {error}"]


def _words(found: dict[str, object]) -> str:
    return " ".join(str(value) for value in found.values() if value not in ("", None))


def _back(view: View, scene: Scene) -> float | None:
    """None while it sees nothing, or only what was made before the fault was over."""
    if view.newest_made(scene.over) <= scene.over:
        return None
    seen, until = view.sightings(scene.began - 2), time.time()
    return gaps.back_after(seen, since=scene.began, over=scene.over, until=until) if _recent(seen, until) else None


def _recent(seen: list[float], until: float) -> bool:
    return bool(seen) and until - seen[-1] < gaps.LOST


def _judge(scene: Scene, looks: Looks) -> None:
    outcome, limit = scene.outcome, scene.fault.heals
    outcome.healed = looks.held_since(scene.over)
    if outcome.healed is None or outcome.healed > limit:
        outcome.broken += [f"invariant: {words}" for words in looks.last_broken]
    _judge_staying(scene, limit)
    _judge_undisturbed(scene)
    _judge_wanted(scene, limit)
    for check in scene.at_the_end:
        check()


def _judge_staying(scene: Scene, limit: float) -> None:
    if not scene.staying:
        return
    times = {view.name: _back(view, scene) for view in scene.staying}
    for view in scene.staying:
        back = times[view.name]
        if back is None or back > limit:
            scene.outcome.broken.append(f"{view.name} sees nothing within {limit:.0f} s: {view.player()}")
    known = [back for back in times.values() if back is not None]
    scene.outcome.video = max(known) if len(known) == len(times) else None
    scene.outcome.gap = max(_gap(view, scene) for view in scene.staying)


def _judge_wanted(scene: Scene, limit: float) -> None:
    for wanted in scene.wanted:
        if wanted.at is None or wanted.at - scene.over > limit:
            scene.outcome.broken.append(f"not within {limit:.0f} s: {wanted.what}")
        else:
            scene.note(f"{wanted.what} after {wanted.at - scene.over:.1f} s")


def _judge_undisturbed(scene: Scene) -> None:
    for view in scene.undisturbed:
        gap = _gap(view, scene)
        scene.outcome.bystander = max(scene.outcome.bystander or 0.0, gap)
        scene.expect(gap <= UNDISTURBED, f"{view.name} was to notice nothing, and lost its picture for {gap:.1f} s")


def _gap(view: View, scene: Scene) -> float:
    return gaps.longest(view.any_sightings(scene.began - 2), since=scene.began, until=time.time())
