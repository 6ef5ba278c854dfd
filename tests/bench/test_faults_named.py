"""The list of faults, the page about them, and the flags agree."""

from __future__ import annotations

import re

import pytest

from bench.faults.__main__ import BEGIN_SECONDS, END_SECONDS
from bench.faults.fault import FAULTS
from deploy.local.layout import REPO

PAGE = REPO / "docs" / "operate" / "faults.md"


def test_every_fault_is_explained_and_no_other():
    assert set(re.findall(r"^\| `([a-z-]+)` \|", PAGE.read_text(), re.MULTILINE)) == set(FAULTS)


@pytest.mark.parametrize("name", FAULTS)
def test_a_fault_begun_last_still_ends_in_time(name):
    opening, caught = 25, 45
    assert BEGIN_SECONDS + opening + caught + FAULTS[name].heals <= END_SECONDS
