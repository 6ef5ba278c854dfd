"""/ws/dashboard: everything at once, then what changed and nothing else; what one may not know is not in it."""

from __future__ import annotations

import asyncio
import json

import pytest
from channels.db import database_sync_to_async as sync_to_async

from cctv.errors import DomainError
from quotas.services import agency_limit_set
from streaming.consumers import dashboard
from streaming.models import StreamEvent
from streaming.services.releasing import release
from streaming.tests.sockets import logged_in, told
from streaming.tests.steps import watch
from tests.cast import make_camera

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("memory", "sent")]
PARTS = {"type", "numbers", "audited", "viewers", "events", "refusals", "history"}


async def told_of(socket, part: str):
    """The next message that has this part; others may come before."""
    async with asyncio.timeout(5):
        while part not in (message := await told(socket)):
            pass
    return message[part]


async def test_a_viewer_is_pushed_within_a_second_of_his_coming_and_going(camera_a, viewer_a, agency_admin):
    socket = await logged_in("/ws/dashboard", agency_admin)
    first = await told(socket)
    assert (set(first), first["numbers"]["total_viewers"], first["viewers"]) == (PARTS, 0, [])
    lease = await sync_to_async(watch)(viewer_a)
    async with asyncio.timeout(1.5):
        viewers = await told_of(socket, "viewers")
    assert [(each["camera_id"], each["who"], each["state"]) for each in viewers] == [("cam-a", "viewer-a", "waiting")]
    await sync_to_async(release)(caller=viewer_a, reservation_id=lease.pk)
    async with asyncio.timeout(1.5):
        assert await told_of(socket, "viewers") == []
    await socket.disconnect()


async def test_only_the_parts_that_changed_are_sent(agency_a, operator_a, agency_admin):
    await sync_to_async(agency_limit_set)(agency=agency_a, cameras=0)
    await sync_to_async(make_camera)("cam-a", agency_a)
    socket = await logged_in("/ws/dashboard", agency_admin)
    await told(socket)
    await asyncio.sleep(0.6)  # the pause between two looks
    with pytest.raises(DomainError):
        await sync_to_async(watch)(operator_a)
    message = await told(socket)
    assert set(message) == {"type", "refusals"}
    assert [row["who"] for row in message["refusals"]] == ["operator-a"]
    await socket.disconnect()


async def test_many_changes_become_few_messages(camera_a, operator_a, agency_admin):
    socket = await logged_in("/ws/dashboard", agency_admin)
    await told(socket)
    for _ in range(10):
        lease = await sync_to_async(watch)(operator_a)
        await sync_to_async(release)(caller=operator_a, reservation_id=lease.pk)
    newest, messages, seen = (await sync_to_async(StreamEvent.objects.latest)("pk")).pk, 0, 0
    async with asyncio.timeout(5):
        while seen < newest:
            seen = max([seen, *(event["id"] for event in (await told(socket)).get("events", []))])
            messages += 1
    assert messages < 6
    await socket.disconnect()


async def test_who_may_not_know_is_sent_no_viewer(camera_a, viewer_a, operator_a):
    await sync_to_async(watch)(viewer_a)
    socket = await logged_in("/ws/dashboard", operator_a)
    first = await told(socket)
    assert (first["numbers"]["total_viewers"], first["viewers"], first["audited"]) == (1, [], [])
    assert "viewer-a" not in json.dumps(first)
    await socket.disconnect()


async def test_a_socket_that_comes_back_begins_with_everything(camera_a, viewer_a, agency_admin):
    socket = await logged_in("/ws/dashboard", agency_admin)
    await told(socket)
    await socket.disconnect(code=1006)
    await sync_to_async(watch)(viewer_a)
    again = await logged_in("/ws/dashboard", agency_admin)
    message = await told(again)
    assert (set(message), message["numbers"]["total_viewers"], len(message["viewers"])) == (PARTS, 1, 1)
    await again.disconnect()


async def test_a_quiet_system_still_says_that_it_is_there(agency_admin, monkeypatch):
    monkeypatch.setattr(dashboard, "QUIET", 0.0)
    monkeypatch.setattr(dashboard.DashboardConsumer, "every", 0.1)
    socket = await logged_in("/ws/dashboard", agency_admin)
    await told(socket)
    assert await told(socket) == {"type": "dashboard"}
    await socket.disconnect()
