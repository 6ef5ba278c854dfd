"""A small stack of a test's own (Redis only: it starts in a moment), ended afterwards whatever happened to it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from deploy.local import stack
from deploy.local.layout import Layout
from deploy.local.ports import free_ports
from deploy.local.stack import Stack

ONLY_REDIS = ("redis",)


@pytest.fixture
def small(tmp_path: Path) -> Iterator[Stack]:
    made = Stack(Layout.at(tmp_path / "data"), free_ports())
    yield made
    stack.remove(made.layout)


@pytest.fixture
def running(small: Stack) -> Stack:
    stack.start_services(small, ONLY_REDIS, follow=True)
    return small
