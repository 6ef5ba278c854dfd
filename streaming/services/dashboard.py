"""All that the page of live numbers shows, as one message. The number of queries does not depend on the rows."""

from __future__ import annotations

from typing import Any

from cameras.access import Caller, audited_agencies, visible_agencies
from streaming.services.feed import events, refusals
from streaming.services.history import newest
from streaming.services.numbers import stats
from streaming.services.viewers import viewers


def dashboard(caller: Caller) -> dict[str, Any]:
    """`audited`: agencies whose viewers the caller may know; `viewers` are of these, all else of those he may see.

    `history`: changes when GET /stream/history would.
    """
    agencies = list(visible_agencies(caller))
    audited = sorted(audited_agencies(caller).values_list("code", flat=True))
    return {
        "numbers": stats(caller),
        "audited": audited,
        "viewers": viewers(caller) if audited else [],
        "events": events(agencies),
        "history": newest(agencies),
        "refusals": refusals(caller, agencies, audited),
    }
