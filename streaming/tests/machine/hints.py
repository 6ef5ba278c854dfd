"""What LiveKit tells by webhook, signed as it signs: true or no longer, late, twice, in any order. Hints, no more."""

from __future__ import annotations

import base64
import hashlib
import json
import uuid

from django.conf import settings
from hypothesis import strategies as st
from hypothesis.stateful import precondition, rule
from livekit import api

from cctv import clock
from cctv.errors import DomainError
from streaming.media import names
from streaming.models import Reservation
from streaming.services.webhook_hints import livekit_told
from streaming.tests.machine.base import ACTIVE, Base
from streaming.tests.machine.people import cameras, which

KEY, SECRET = "machine", "s" * 40
OF_ROOMS = ["room_started", "room_finished", "ingress_ended"]
OF_PEOPLE = ["participant_joined", "participant_left", "participant_connection_aborted", "track_unpublished"]


class Hints(Base):
    def __init__(self) -> None:
        super().__init__()
        self.events: list[tuple[bytes, str]] = []  # body and token

    @rule(camera_id=cameras, name=st.sampled_from(OF_ROOMS))
    def an_event_of_a_room(self, camera_id: str, name: str) -> None:
        self.events.append(signed(name, camera_id))

    @rule(camera_id=cameras, name=st.sampled_from(OF_PEOPLE))
    def an_event_of_a_publisher(self, camera_id: str, name: str) -> None:
        self.events.append(signed(name, camera_id, names.publisher(camera_id)))

    @precondition(lambda self: self.leases)
    @rule(at=which, camera_id=cameras, name=st.sampled_from(OF_PEOPLE))
    def an_event_of_a_viewer(self, at: int, camera_id: str, name: str) -> None:
        """In whatever room."""
        self.events.append(signed(name, camera_id, names.viewer(str(self.lease(at)[0]))))

    @precondition(lambda self: self.events)
    @rule(at=which, times=st.integers(1, 3), at_once=st.booleans())
    def is_told(self, at: int, times: int, at_once: bool) -> None:
        """Any of those that happened, so also again, and before an earlier one. No lease comes or goes by it."""
        active = held()
        for _ in range(times):
            try:
                livekit_told(*self.events[at % len(self.events)])
            except DomainError as refusal:
                self.count(refusal.code)
                assert_too_old(refusal)
        assert held() == active
        self.count("told")
        if at_once:
            self.run_tasks()


def assert_too_old(refusal: DomainError) -> None:
    """By our clock, which jumps."""
    assert refusal.code == "bad_webhook"


def held() -> set[object]:
    return set(Reservation.objects.filter(state=ACTIVE).values_list("pk", flat=True))


def signed(name: str, camera_id: str, who: str = "") -> tuple[bytes, str]:
    room = {"name": names.room(camera_id), "metadata": json.dumps({"instance": settings.INSTANCE_ID})}
    happened = str(int(clock.now().timestamp()))
    said: dict[str, object] = {"event": name, "room": room, "id": f"EV_{uuid.uuid4().hex}", "createdAt": happened}
    if who:
        said["participant"] = {"identity": who, "state": "ACTIVE"}
    body = json.dumps(said).encode()
    digest = base64.b64encode(hashlib.sha256(body).digest()).decode()
    return body, api.AccessToken(KEY, SECRET).with_sha256(digest).to_jwt()
