"""The planes that the end-to-end tests run on: the embedded one always, the product's where its servers are met.

E2E_PLANE names others: a plane, several with commas between, or `all`. On a plane that is named every test runs; on
those of SMOKE, which run without being named, only the tests marked `smoke`.
"""

from __future__ import annotations

import os

from deploy.local.planes import EMBEDDED, Plane, known

KNOWN = known()
# Between them both ingests and two runners; the first of each row that can run here.
SMOKE = (("livekit-ingress-docker", "livekit-ingress-supervisor"), ("livekit-whip-forward",))


def named() -> list[Plane]:
    words = os.environ.get("E2E_PLANE") or EMBEDDED
    if words == "all":
        return [plane for plane in KNOWN.values() if not plane.missing]
    chosen = [KNOWN[word] for word in words.split(",")]
    for plane in chosen:
        if plane.missing:
            raise LookupError(f"E2E_PLANE={plane.name}: this machine lacks {', '.join(plane.missing)}")
    return chosen


def smoked() -> list[Plane]:
    if os.environ.get("E2E_PLANE"):
        return []
    rows = ([KNOWN[name] for name in row if not KNOWN[name].missing] for row in SMOKE)
    return [row[0] for row in rows if row]
