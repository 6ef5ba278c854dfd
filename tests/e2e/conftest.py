"""One demo for all end-to-end tests of a plane, one browser process for most."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Playwright, sync_playwright

from deploy.local.planes import EMBEDDED, Plane
from tests.e2e import planes
from tests.e2e.browser import Operator, launch
from tests.e2e.docker_door import docker_door
from tests.e2e.readers import STRANGER, WALLS, Readers
from tests.e2e.site import REPO, Site, running

SERVERS = ("janus", "livekit", "ingress", "mediamtx", "front")
LIVE = ["cam-001-sheikh-zayed", "cam-002-metro-station", "cam-003-parking-deira", "cam-004-taxi-airport"]
EXTRA_CAMERAS = 9  # small ones, cam-006-demo onwards, for a wall of nine
# MediaMTX passes on what it gets; this one is H.265.
TRANSCODED = "cam-002-metro-station"
NAMED, SMOKED = planes.named(), planes.smoked()
# What makes sense on some planes only, by file.
ONLY = {
    "test_product_faults.py": [plane for plane in NAMED if plane.choice.sfu == "livekit"],
    "test_layers.py": [plane for plane in NAMED if plane.choice.runner == "supervisor"],  # its log is a file
    "test_pages.py": NAMED[:1],  # pages look the same on every plane
    "test_keyboard.py": NAMED[:1],
    "test_failing_pages.py": NAMED[:1],
    "test_docker_faults.py": [plane for plane in NAMED if plane.choice.runner == "docker"],
}
collect_ignore = [file for file, where in ONLY.items() if not where]


def pytest_report_header() -> list[str]:
    lacking = {plane.name: plane.missing for plane in planes.KNOWN.values() if plane.missing}
    return [
        f"end to end: all tests on {_names(NAMED)}; some on {_names(SMOKED)}",
        *(f"end to end: {name} cannot run here, for want of {', '.join(what)}" for name, what in lacking.items()),
    ]


def _names(some: list[Plane]) -> str:
    return ", ".join(plane.name for plane in some) or "none"


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    if "plane" in metafunc.fixturenames:
        smoke = SMOKED if metafunc.definition.get_closest_marker("smoke") else []
        chosen = ONLY.get(metafunc.definition.path.name, [*NAMED, *smoke])
        metafunc.parametrize("plane", chosen, ids=[plane.name for plane in chosen], scope="session")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    ours = [item for item in items if "tests/e2e/" in item.nodeid]
    for item in ours:
        item.add_marker(pytest.mark.e2e)
        item.add_marker(pytest.mark.slow)
    senseless = [item for item in ours if not _makes_sense(item)]
    config.hook.pytest_deselected(items=senseless)
    items[:] = [item for item in items if item not in senseless]


def _makes_sense(item: pytest.Item) -> bool:
    """Not where it kills a server that the plane does not have, or has a path forwarded that must be transcoded."""
    params = item.callspec.params if isinstance(item, pytest.Function) and hasattr(item, "callspec") else {}
    plane = params.get("plane")
    if not isinstance(plane, Plane):
        return True
    killed = params.get("programs")
    if plane in SMOKED and isinstance(killed, tuple) and not set(killed) & set(SERVERS):
        return False
    if isinstance(killed, tuple) and not set(SERVERS) & set(killed) <= set(plane.choice.servers):
        return False
    forwards = plane.choice.runner == "forward"
    return not (forwards and (params.get("camera_id") == TRANSCODED or item.get_closest_marker("pusher")))


def _data(plane: Plane) -> Path:
    """Each its own, so that the logs of one plane outlast the tests of the next."""
    return REPO / ".data" / ("e2e" if plane.name == EMBEDDED else f"e2e-{plane.name}")


@pytest.fixture(scope="session")
def demo(plane: Plane, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    with ExitStack() as leave:
        variables, door = plane.choice.variables() | {"DEMO_CAMERAS": str(EXTRA_CAMERAS)}, None
        if plane.choice.runner == "docker":
            door = leave.enter_context(docker_door(tmp_path_factory.mktemp("docker"), plane.choice.docker_host))
            # Containers of somebody else's stack on the same engine are none of ours.
            variables |= {"DOCKER_HOST": door.url, "INSTANCE_ID": "cctv-e2e", "NAME_SUFFIX": "-e2e"}
        site = leave.enter_context(running(_data(plane), **variables))
        yield replace(site, plane=plane.choice, docker=door)


@pytest.fixture
def site(demo: Site) -> Site:
    """The demo with nothing running."""
    demo.wait_empty(70)
    return demo


@pytest.fixture(scope="session")
def playwright_() -> Iterator[Playwright]:
    with sync_playwright() as started:
        yield started


@pytest.fixture(scope="session")
def chromium(playwright_: Playwright) -> Iterator[Browser]:
    browser = launch(playwright_)
    yield browser
    browser.close()


@pytest.fixture
def operator(chromium: Browser, site: Site) -> Iterator[Callable[..., Operator]]:
    """`operator()` logs one more in; all leave at the end."""
    made: list[Operator] = []

    def make(**who: str) -> Operator:
        made.append(Operator(chromium, site, **who))
        return made[-1]

    yield make
    for one in made:
        one.close()


@pytest.fixture(scope="session")
def readers(chromium: Browser, demo: Site) -> Iterator[Readers]:
    demo.shell(STRANGER)
    made = Readers(chromium, demo)
    yield made
    made.close()


@pytest.fixture(scope="module")
def walls(demo: Site) -> None:
    """Made anew for each file: what somebody new has is none, which other files try."""
    demo.shell(WALLS)
