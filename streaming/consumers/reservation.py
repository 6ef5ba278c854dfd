"""/ws/reservations/<id>: the reservation at each change, and the presence of its viewer."""

from __future__ import annotations

import uuid
from typing import Any

from channels.db import database_sync_to_async

from streaming.consumers.base import WatchingConsumer
from streaming.events import camera_group
from streaming.models import Reservation
from streaming.services.answers import reservation_answer
from streaming.services.callers import reservation_for
from streaming.services.renewing import socket_closed, socket_opened
from streaming.states import ReservationState

CLEAN = {1000, 1001}


class ReservationConsumer(WatchingConsumer):
    every = 2.0
    pause = 0.02

    async def opened(self) -> list[str]:
        lease = await database_sync_to_async(self._lease)()
        self._socket = uuid.uuid4().hex
        await database_sync_to_async(socket_opened)(lease.pk, self._socket)
        self._pk = lease.pk
        return [camera_group(lease.camera_id)]

    def _lease(self) -> Reservation:
        return reservation_for(self.caller, self.scope["url_route"]["kwargs"]["reservation_id"])

    def read(self) -> dict[str, Any]:
        return {"type": "reservation", **reservation_answer(self._lease(), self.caller)}

    def done(self, message: dict[str, Any]) -> bool:
        state = message["reservation_state"]
        # An expired lease may still be renewed by a heartbeat, so its socket stays.
        return state not in {ReservationState.ACTIVE.value, ReservationState.EXPIRED.value}

    async def closed(self, code: int) -> None:
        if code in CLEAN and hasattr(self, "_pk"):
            await database_sync_to_async(socket_closed)(self._pk, self._socket)
