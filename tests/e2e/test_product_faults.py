"""The product's own servers away, or not to be entered, while a stream comes up: a coded reason, then healing alone."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from deploy.local.layout import Layout
from deploy.local.secret_files import secret_path, write_private
from tests.e2e.site import Site, eventually

CAMERA = "cam-001-sheikh-zayed"


def reason(site: Site) -> str:
    row = site.stream(CAMERA)
    return row["code"] if row["state"] == "RETRYING" else ""


def heals(site: Site, reservation: dict[str, object]) -> None:
    """Within 30 s, and with one of everything."""
    row = site.wait_state(CAMERA, "LIVE", 30)
    world = site.world()
    assert [pusher[:2] for pusher in world["pushers"]] == [[CAMERA, row["generation"]]]
    assert len([person for person in world["rooms"][CAMERA] if person[1]]) == 1
    assert len(world["ingests"]) <= 1
    site.release(reservation)


@pytest.mark.parametrize("programs", [("livekit",), ("ingress",), ("mediamtx",)], ids="+".join)
def test_a_server_that_is_away_is_named_and_the_stream_comes_when_it_is_back(site: Site, programs) -> None:
    with stopped(site, programs[0]):
        reservation = site.reserve(CAMERA).json()
        assert reservation["state"] == "STARTING"
        code = eventually(lambda: reason(site), 30, "a reason")
    # Where MediaMTX forwards, it is the pushers' runner as well.
    assert code in {"sfu_unreachable", "sfu_gone", "gateway_unreachable", "runner_unreachable"}
    heals(site, reservation)


@contextmanager
def stopped(site: Site, program: str) -> Iterator[None]:
    site.supervisor("stop", program)
    try:
        yield
    finally:
        site.supervisor("start", program)


def test_wrong_keys_are_named_and_the_right_ones_heal(site: Site) -> None:
    with wrong_secret(site):
        reservation = site.reserve(CAMERA).json()
        eventually(lambda: reason(site) == "sfu_unauthorised", 20, "the reason")
    heals(site, reservation)


@contextmanager
def wrong_secret(site: Site) -> Iterator[None]:
    path = secret_path(Layout.at(site.data), "LIVEKIT_API_SECRET")
    right = path.read_text()
    write_private(path, "x" * 32 + "\n")
    site.supervisor("restart", "worker-media")
    try:
        yield
    finally:
        write_private(path, right)
        site.supervisor("restart", "worker-media")
