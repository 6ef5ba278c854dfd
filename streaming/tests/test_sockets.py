"""WebSockets: who gets in, what is pushed, what a close means. Real Redis between the parts."""

from __future__ import annotations

import asyncio

import pytest
from channels.db import database_sync_to_async as sync_to_async

from streaming.events import stream_changed
from streaming.models import Reservation
from streaming.services.releasing import release
from streaming.services.tickets import ticket_make
from streaming.tests.sockets import ORIGIN, cookie_of, logged_in, opened, told
from streaming.tests.steps import watch

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("memory", "sent")]


async def test_the_reservation_is_sent_at_once_and_at_each_change(camera_a, operator_a, work):
    lease = await sync_to_async(watch)(operator_a)
    socket = await logged_in(f"/ws/reservations/{lease.pk}", operator_a)
    assert (await told(socket))["state"] == "STARTING"
    await sync_to_async(work)()
    live = await told(socket, 1.5)
    assert (live["type"], live["state"], live["generation"]) == ("reservation", "LIVE", 1)
    await sync_to_async(release)(caller=operator_a, reservation_id=lease.pk)
    ended = await told(socket, 1.5)
    assert (ended["reservation_state"], ended["reason"]["code"]) == ("RELEASED", "released")
    assert (await socket.receive_output(timeout=2))["code"] == 4410
    await socket.disconnect()


async def test_a_foreign_reservation_is_refused_with_a_reason(camera_a, operator_a, operator_b):
    lease = await sync_to_async(watch)(operator_a)
    socket = await logged_in(f"/ws/reservations/{lease.pk}", operator_b)
    assert (await told(socket))["code"] == "reservation_not_found"
    assert (await socket.receive_output(timeout=2))["code"] == 4404
    await socket.disconnect()


@pytest.mark.parametrize("path", ["/ws/stats", "/ws/dashboard", "/ws/cameras", "/ws/reservations/x"])
async def test_nobody_without_a_login(path, db):
    socket, _ = await opened(path, ORIGIN)
    assert (await told(socket))["code"] == "not_authenticated"
    await socket.disconnect()


async def test_a_page_of_another_site_does_not_get_in(operator_a):
    cookie = await sync_to_async(cookie_of)(operator_a)
    _, connected = await opened("/ws/stats", (b"origin", b"http://evil.example"), cookie)
    assert not connected


async def test_a_ticket_opens_one_socket_and_no_second_one(service_account):
    ticket = (await sync_to_async(ticket_make)(service_account))["ticket"]
    socket, _ = await opened(f"/ws/stats?ticket={ticket}")
    assert (await told(socket))["type"] == "stats"
    await socket.disconnect()
    second, _ = await opened(f"/ws/stats?ticket={ticket}")
    assert (await told(second))["code"] == "not_authenticated"
    await second.disconnect()


async def test_numbers_are_pushed_within_a_second(camera_a, operator_a, viewer_a):
    socket = await logged_in("/ws/stats", operator_a)
    assert (await told(socket))["total_viewers"] == 0
    await asyncio.sleep(0.5)
    await sync_to_async(watch)(viewer_a)
    numbers = await told(socket, 1.0)
    assert (numbers["total_viewers"], numbers["active_streams"]) == (1, 1)
    await socket.disconnect()


async def test_a_clean_close_brings_the_end_to_8_seconds_and_a_lost_network_changes_nothing(camera_a, operator_a):
    async def remaining(code: int) -> float:
        lease = await sync_to_async(watch)(operator_a)
        socket = await logged_in(f"/ws/reservations/{lease.pk}", operator_a)
        await told(socket)
        await socket.disconnect(code=code)
        row = await sync_to_async(Reservation.objects.get)(pk=lease.pk)
        kept: float = (row.expires_at - row.created_at).total_seconds()
        return kept

    assert 7 < await remaining(1001) < 12
    assert await remaining(1006) > 44


async def test_a_user_switched_off_loses_his_open_socket(camera_a, operator_a):
    socket = await logged_in("/ws/stats", operator_a)
    await told(socket)

    def off():
        type(operator_a).objects.update(is_active=False)
        stream_changed(camera_a.pk)

    await asyncio.sleep(0.5)
    await sync_to_async(off)()
    assert (await told(socket, 2))["code"] == "not_authenticated"
    await socket.disconnect()
