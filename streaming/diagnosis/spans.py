"""Spans of time as operators type them: 90s, 15m, 24h, 7d."""

from __future__ import annotations

import argparse
import re
from datetime import timedelta

UNITS = {"s": "seconds", "m": "minutes", "h": "hours", "d": "days"}
LONGEST = timedelta(days=3650)


def span(text: str) -> timedelta:
    """For `add_argument(type=span)`: a number and a unit. Raises ArgumentTypeError."""
    match = re.fullmatch(r"(\d{1,9})([smhd])", text.strip())
    if match is None:
        raise argparse.ArgumentTypeError(f"{text!r} is no span: write 90s, 15m, 24h or 7d")
    return min(timedelta(**{UNITS[match[2]]: int(match[1])}), LONGEST)
