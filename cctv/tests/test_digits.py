"""Numbers and times of Python's texts, in the reader's digits."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from django.utils import timezone, translation
from django.utils.formats import date_format

from cctv import digits
from cctv.reasons import text


@pytest.mark.parametrize(
    ("language", "chosen", "value", "written"),
    [
        ("ar", "arab", 1250, "١٢٥٠"),
        ("ar", "arab", 2.5, "٢٫٥"),
        ("ar", "arab", "5 مارس 2026، 14:05", "٥ مارس ٢٠٢٦، ١٤:٠٥"),
        ("ar", "latn", 2.5, "2.5"),
        ("en", "arab", 1250, "1250"),
    ],
)
def test_a_value_is_written_in_the_digits_chosen(language: str, chosen: str, value: object, written: str) -> None:
    with translation.override(language), digits.override(chosen):
        assert digits.shown(value) == written


def test_a_reason_counts_in_the_readers_digits() -> None:
    with translation.override("ar"), digits.override("arab"):
        assert "٣" in text("stream_at_capacity", {"limit": 3})


@pytest.mark.parametrize(("language", "written"), [("en", "5 Mar 2026, 16:05"), ("ar", "5 مارس 2026، 16:05")])
def test_a_moment_is_written_with_a_24_hour_clock(language: str, written: str) -> None:
    moment = datetime(2026, 3, 5, 12, 5, tzinfo=UTC)
    with translation.override(language), timezone.override("Asia/Dubai"):
        assert date_format(timezone.localtime(moment), "DATETIME_FORMAT") == written
