"""Short words for the steps that many tests take."""

from __future__ import annotations

from typing import Any

from cameras.access import Caller
from streaming.models import Reservation, Stream
from streaming.services.reserving import reserve
from streaming.states import Quality, Transport


def watch(
    caller: Caller,
    camera_id: str = "cam-a",
    transport: Transport = Transport.AUTO,
    quality: Quality = Quality.AUTO,
    **more: Any,
) -> Reservation:
    return reserve(caller=caller, camera_id=camera_id, quality=quality, transport=transport, **more)[0]


def the_stream(camera_id: str = "cam-a") -> Stream:
    """The newest life."""
    return Stream.objects.filter(camera__camera_id=camera_id).latest("pk")


def state(camera_id: str = "cam-a") -> str:
    return the_stream(camera_id).state


def lease_state(lease: Reservation) -> str:
    return Reservation.objects.get(pk=lease.pk).state
