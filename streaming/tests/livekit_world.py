"""A fake LiveKit behind the adapter, for the tests of this folder."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from pytest_django import Settings

from cameras.models import Agency, Camera
from streaming.media.livekit_sfu import LiveKitSfu
from tests.contract.livekit_fake import FakeLiveKit

CAMERA = "cam-001-test"
ROOM = f"camera_{CAMERA}"
PUBLISHER = f"camera_{CAMERA}_publisher"


@pytest.fixture
def livekit(settings: Settings, transactional_db: None) -> Iterator[FakeLiveKit]:
    """A running fake with nothing in it, and one camera in the rows."""
    agency = Agency.objects.create(code="LIVEKIT", name_en="LiveKit")
    Camera.objects.create(camera_id=CAMERA, name_en=CAMERA, agency=agency)
    fake = FakeLiveKit()
    own = {"INSTANCE_ID": "contract", "NAME_SUFFIX": "", "LIVEKIT_INGEST": "ingress", "TURN_URLS": []}
    for name, value in {**fake.settings, **own}.items():
        setattr(settings, name, value)
    fake.start()
    yield fake
    fake.kill()


@pytest.fixture
def sfu(livekit: FakeLiveKit) -> LiveKitSfu:
    return LiveKitSfu()
