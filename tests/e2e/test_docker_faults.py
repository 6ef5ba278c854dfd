"""The Docker daemon away while a stream comes up, and while one runs."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from tests.e2e.browser import assert_advances, wait_live
from tests.e2e.site import Site, eventually

CAMERA = "cam-001-sheikh-zayed"


@contextmanager
def no_docker(site: Site) -> Iterator[None]:
    assert site.docker is not None
    site.docker.shut()
    try:
        yield
    finally:
        site.docker.open()


def test_a_daemon_that_is_down_is_named_and_the_stream_comes_when_it_is_back(site: Site) -> None:
    with no_docker(site):
        reservation = site.reserve(CAMERA).json()
        eventually(lambda: site.stream(CAMERA)["code"] == "runner_unreachable", 20, "the reason")
    row = site.wait_state(CAMERA, "LIVE", 30)
    assert [pusher[:2] for pusher in site.world()["pushers"]] == [[CAMERA, row["generation"]]]
    site.release(reservation)


def test_a_daemon_that_goes_down_under_a_viewer_disturbs_nobody(operator, site: Site) -> None:
    page = operator().watch(CAMERA)
    wait_live(page)
    before = site.stream(CAMERA)["generation"]
    with no_docker(site):
        page.wait_for_timeout(20_000)
        assert_advances(page)
    page.wait_for_timeout(3_000)
    assert site.stream(CAMERA)["generation"] == before
