"""LiveKit as the product's SFU: a room per camera, fed by WHIP through LiveKit Ingress or into the SFU itself.

Everything is LiveKit's own; from our rows comes only up to which generation ingests have ended.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Literal

from django.conf import settings

from streaming.media import livekit_floors, livekit_ingests, livekit_rooms, livekit_tokens, livekit_whip, turn
from streaming.media.livekit_client import LiveKit
from streaming.media.ports import Ingest, MediaError, Participant, ViewerAccess

INGRESS = "ingress"
LISTING_SECONDS = 15.0  # a call for each room; each of them fast, or the server is not well


class LiveKitSfu:
    """Implements `streaming.media.ports.Sfu`. Holds no state: safe between threads and processes."""

    kind: Literal["livekit", "janus"] = "livekit"

    def ensure_room(self, camera_id: str) -> None:
        with LiveKit() as api:
            livekit_rooms.make(api, camera_id)

    def create_ingest(self, camera_id: str, generation: int) -> Ingest:
        """The room and the ingest. MediaError("superseded") for a generation that is older or already ended."""
        livekit_floors.begin(camera_id, generation)
        with LiveKit() as api:
            livekit_rooms.make(api, camera_id)
            made = _create(api, camera_id, generation)
        try:
            livekit_floors.refuse_ended(camera_id, generation)
        except MediaError:
            # It ended while we made it, and whoever ended it may have looked too early to see it.
            self.delete_ingests(camera_id, up_to=generation)
            raise
        return made

    def delete_ingests(self, camera_id: str, *, up_to: int) -> None:
        """They cannot be asked for again from the first moment, even where LiveKit can't be reached and this raises."""
        livekit_floors.end(camera_id, up_to=up_to)
        with LiveKit() as api:
            for held in livekit_ingests.of_camera(api, camera_id) if _through_ingress() else ():
                if held.generation <= up_to:
                    livekit_ingests.delete(api, held)
            there = livekit_rooms.publisher_of(api, camera_id)
            if there is not None and there.generation is not None and there.generation <= up_to:
                livekit_rooms.remove(api, camera_id, there.identity)

    def delete_room(self, camera_id: str) -> None:
        with LiveKit() as api:
            livekit_rooms.destroy(api, camera_id)

    def publisher(self, camera_id: str) -> Participant | None:
        """Until LiveKit misses it: a publisher that was killed for 16 s, one behind Ingress for 32 s (measured)."""
        with LiveKit() as api:
            found = livekit_rooms.publisher_of(api, camera_id)
        return found if found is not None and found.publishing else None

    def viewer_access(self, camera_id: str, reservation_id: str) -> ViewerAccess:
        """Signed here: LiveKit is not asked. TURN servers where there are any."""
        token = livekit_tokens.viewer(camera_id, reservation_id)
        return ViewerAccess(settings.LIVEKIT_PUBLIC_URL, token, turn.ice_servers(reservation_id))

    def participants(self, camera_id: str) -> list[Participant]:
        """Those whose peer connection is up."""
        with LiveKit() as api:
            return livekit_rooms.people(api, camera_id)

    def people(self) -> dict[str, list[Participant]]:
        with LiveKit(LISTING_SECONDS) as api:
            return livekit_rooms.everybody(api)

    def remove_participant(self, camera_id: str, identity: str) -> None:
        """A viewer, or the publisher, whose key stays good. It is gone when this returns."""
        with LiveKit() as api:
            livekit_rooms.remove(api, camera_id, identity)

    def set_viewer_layers(self, camera_id: str, reservation_id: str, layers: frozenset[str]) -> None:
        """Nothing: its clients subscribe to the track that they want."""

    def list_rooms(self) -> list[str]:
        with LiveKit() as api:
            return livekit_rooms.ours(api)

    def list_ingests(self, people: Mapping[str, Sequence[Participant]] | None = None) -> list[Ingest]:
        if not _through_ingress():
            return livekit_whip.everything(self.people() if people is None else people)
        with LiveKit(LISTING_SECONDS) as api:
            return livekit_ingests.everything(api)


def _through_ingress() -> bool:
    return bool(settings.LIVEKIT_INGEST == INGRESS)


def _create(api: LiveKit, camera_id: str, generation: int) -> Ingest:
    if _through_ingress():
        return livekit_ingests.create(api, camera_id, generation)
    return livekit_whip.create(api, camera_id, generation)
