"""After commit, whoever runs media is told what changed; a receiver that fails breaks nothing."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from cameras.models import Camera
from cameras.services import agency_update, camera_archive, camera_update
from cameras.signals import agency_changed, camera_changed

News = list[dict[str, Any]]


@pytest.fixture
def news() -> Iterator[News]:
    heard: News = []

    def hear(signal: Any, sender: Any, **told: Any) -> None:
        heard.append(told)

    def fail(**told: Any) -> None:
        raise RuntimeError("the receiver is broken")

    for signal in (camera_changed, agency_changed):
        signal.connect(fail)
        signal.connect(hear)
    yield heard
    for signal in (camera_changed, agency_changed):
        signal.disconnect(fail)
        signal.disconnect(hear)


@pytest.mark.parametrize(
    ("act", "flags"),
    [
        (lambda camera: camera_update(camera=camera, place="there"), set()),
        (lambda camera: camera_update(camera=camera, password="new"), {"source_changed"}),
        (lambda camera: camera_update(camera=camera, audio=True), {"source_changed"}),
        (lambda camera: camera_update(camera=camera, enabled=False), {"disabled"}),
        (lambda camera: camera_update(camera=camera, enabled=True), set()),
        (lambda camera: camera_archive(camera=camera), {"archived"}),
    ],
)
def test_the_flags_say_what_the_change_did(
    camera_a: Camera,
    news: News,
    django_capture_on_commit_callbacks: Any,
    act: Callable[[Camera], object],
    flags: set[str],
) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        act(camera_a)
        assert news == []
    assert [told["camera_pk"] for told in news] == [camera_a.pk]
    assert {name for name in ("source_changed", "disabled", "archived") if news[0][name]} == flags


def test_switching_an_agency_off_is_told(camera_a: Camera, news: News, django_capture_on_commit_callbacks: Any) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        agency_update(agency=camera_a.agency, enabled=False)
    assert [(told["agency_pk"], told["disabled"]) for told in news] == [(camera_a.agency_id, True)]
