"""What check_system asks, in the order in which one thing stands on another."""

from __future__ import annotations

from collections.abc import Iterator

from streaming.diagnosis import beat, configuration, dependencies, invariant_checks, machine, port_checks
from streaming.diagnosis.verdicts import Check, Verdict, run

PATIENT, FAST = 3.0, 1.0  # seconds that workers have to answer
ROWS = frozenset({"database", "migrations"})


def system(*, fast: bool = False) -> Iterator[Verdict]:
    """Verdicts as they come. `fast`: workers get a second, and the world is not watched for breaches."""
    return run(_checks(fast))


def _checks(fast: bool) -> list[Check]:
    return [
        Check("settings", configuration.system_checks),
        Check("database", dependencies.database),
        Check("migrations", dependencies.migrations, needs=frozenset({"database"})),
        Check("clock", machine.clock_skew, needs=frozenset({"database"})),
        Check("encryption key", configuration.keys, needs=ROWS),
        Check("broker", dependencies.broker),
        Check("channel layer", dependencies.channel_layer),
        Check("cache", dependencies.cached),
        Check("workers", lambda: dependencies.workers(FAST if fast else PATIENT), needs=frozenset({"broker"})),
        Check("beat", beat.passes, needs=ROWS),
        Check("sfu", port_checks.sfu),
        Check("gateway", port_checks.gateway),
        Check("runner", port_checks.runner),
        Check("disk", machine.disks),
        Check("invariants", invariant_checks.of_rows if fast else invariant_checks.lasting, needs=ROWS),
    ]
