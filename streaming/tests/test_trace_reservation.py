"""`trace_reservation`: the story of one lease, from rows."""

from __future__ import annotations

import json
import uuid
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from accounts.models import Membership
from cctv.errors import DomainError
from streaming.diagnosis import trace
from streaming.diagnosis.reset_rows import reset_soon
from streaming.media.ports import MediaError
from streaming.services.releasing import release, revoke
from streaming.services.renewing import heartbeat
from streaming.tests.steps import the_stream, watch
from tests.cast import make_camera, make_site_admin

pytestmark = pytest.mark.django_db(transaction=True)


def told(capsys, *words: str) -> str:
    call_command("trace_reservation", *words)
    return str(capsys.readouterr().out)


def lines(capsys, *words: str) -> list[dict[str, Any]]:
    return list(json.loads(told(capsys, *words, "--json"))["lines"])


def test_a_whole_life_is_told_in_order_of_time(camera_a, operator_a, memory, work, later, capsys):
    lease = watch(operator_a)
    work()
    later(3)
    heartbeat(caller=operator_a, reservation_id=lease.pk, report={"frames_decoded": 50})
    release(caller=operator_a, reservation_id=lease.pk)
    later(6)
    work()
    found = lines(capsys, str(lease.pk))
    assert [line["what"] for line in found] == [
        "reserve", "→ STARTING", "STARTING → LIVE", "lease joined", "lease last heartbeat", "lease last frames",
        "release", "LIVE → DRAINING", "lease RELEASED", "DRAINING → STOPPING", "STOPPING → STOPPED",
    ]  # fmt: skip
    assert [line["at"] for line in found] == sorted(str(line["at"]) for line in found)


def test_each_line_says_who_and_why_in_words(camera_a, operator_a, memory, work, capsys):
    lease = watch(operator_a)
    work()
    text = told(capsys, str(lease.pk))
    assert f"reserve                 user:{operator_a.pk} operator-a" in text
    assert "g1  worker  live: Live." in text


def test_a_lease_that_was_renewed_onto_another_stream_shows_both_lives(
    camera_a, operator_a, memory, work, later, capsys
):
    lease = watch(operator_a)
    work()
    first = the_stream().pk
    for silence in (46, 6):  # the lease expires, the stream drains
        later(silence)
        work()
    heartbeat(caller=operator_a, reservation_id=lease.pk, report={})
    work()
    found = json.loads(told(capsys, str(lease.pk), "--json"))
    assert [stream["id"] for stream in found["streams"]] == [first, the_stream().pk]
    assert [line["what"] for line in found["lines"] if line["reservation"] == str(lease.pk)] == [
        "reserve", "expire", "renew", "lease last heartbeat", "lease expires",
    ]  # fmt: skip
    assert {1, 2} <= {line["generation"] for line in found["lines"]}


def test_a_failed_lease_says_why(camera_a, operator_a, memory, work, capsys):
    memory.fail["ensure_path"] = MediaError("source_unauthorised", permanent=True)
    lease = watch(operator_a)
    work()
    last = lines(capsys, str(lease.pk))[-1]
    assert (last["what"], last["code"]) == ("lease FAILED", "source_unauthorised")
    assert last["text"] == "The camera refuses our user name or password."


def test_the_holders_refusals_on_that_camera_belong_to_the_story(camera_a, operator_a, memory, work, settings, capsys):
    lease = watch(operator_a)
    settings.CAMERA_WEBRTC_LIMIT = 1
    with pytest.raises(DomainError):
        watch(operator_a)
    refused = [line for line in lines(capsys, str(lease.pk)) if line["what"] == "refuse"]
    assert [(line["code"], line["params"]["limit"]) for line in refused] == [("stream_at_capacity", 1)]


def test_a_camera_tells_of_all_its_viewers_and_of_refusals(camera_a, operator_a, viewer_a, stranger, memory, capsys):
    watch(operator_a)
    watch(viewer_a)
    with pytest.raises(DomainError):
        watch(stranger)
    found = lines(capsys, "--camera", "cam-a")
    assert [line["what"] for line in found].count("reserve") == 2
    assert [line["code"] for line in found if line["what"] == "refuse"] == ["camera_not_found"]


def test_a_camera_tells_only_what_is_recent_enough(camera_a, operator_a, memory, later, capsys):
    release(caller=operator_a, reservation_id=watch(operator_a).pk)
    later(7200)
    assert lines(capsys, "--camera", "cam-a", "--since", "1h") == []
    assert lines(capsys, "--camera", "cam-a", "--since", "3h") != []


def test_other_cameras_are_left_out(camera_a, operator_a, memory, capsys):
    make_camera("cam-2", camera_a.agency)
    watch(operator_a)
    watch(operator_a, "cam-2")
    assert {line["stream"] for line in lines(capsys, "--camera", "cam-2")} - {None} == {the_stream("cam-2").pk}


def test_who_ended_a_lease_of_somebody_else_is_told(camera_a, operator_a, viewer_a, memory, work, capsys):
    admin, leases = make_site_admin(), [watch(operator_a), watch(viewer_a)]
    work()
    revoke(by=admin, reservation=leases[0])
    reset_soon(by=admin, stream=the_stream())
    for lease, holder in zip(leases, (operator_a, viewer_a), strict=True):
        (line,) = [line for line in lines(capsys, str(lease.pk)) if line["what"] == "revoke"]
        assert line["who"] == f"user:{holder.pk} {holder.username}"
        assert (line["params"], line["note"]) == (
            {"by": f"user:{admin.pk}"},
            f"by user:{admin.pk} {admin.username}",
        )
    assert f"by user:{admin.pk} {admin.username}" in told(capsys, str(leases[0].pk))


def test_a_lease_lost_with_its_holder_s_role_was_ended_by_access(camera_a, operator_a, memory, work, capsys):
    lease = watch(operator_a)
    Membership.objects.all().delete()
    with pytest.raises(DomainError, match="access_lost"):
        heartbeat(caller=operator_a, reservation_id=lease.pk, report={})
    (line,) = [line for line in lines(capsys, str(lease.pk)) if line["what"] == "revoke"]
    assert (line["code"], line["note"]) == ("access_lost", "by access")


def test_what_a_viewer_released_himself_names_nobody_else(camera_a, operator_a, memory, capsys):
    lease = watch(operator_a)
    release(caller=operator_a, reservation_id=lease.pk)
    (line,) = [line for line in lines(capsys, str(lease.pk)) if line["what"] == "release"]
    assert (line["params"], line["note"]) == ({}, "")


def test_a_story_that_is_too_long_is_cut_at_one_moment_and_says_so(
    camera_a, operator_a, memory, work, later, capsys, monkeypatch
):
    for _ in range(4):
        release(caller=operator_a, reservation_id=watch(operator_a).pk)
        later(60)
        work()
    whole = json.loads(told(capsys, "--camera", "cam-a", "--json"))
    assert whole["truncated"] is None
    monkeypatch.setattr(trace, "MOST", 3)
    cut = json.loads(told(capsys, "--camera", "cam-a", "--json"))
    assert cut["truncated"] is not None
    assert cut["lines"] == [line for line in whole["lines"] if line["at"] > cut["truncated"]]
    assert cut["lines"]
    assert "truncated    what was up to 20" in told(capsys, "--camera", "cam-a")


@pytest.mark.parametrize(
    "words", [[str(uuid.uuid4())], ["nonsense"], ["--camera", "cam-x"], [], ["a", "--camera", "b"]]
)
def test_what_nobody_knows_is_exit_code_2(words, db):
    with pytest.raises(CommandError) as refused:
        call_command("trace_reservation", *words)
    assert refused.value.returncode == 2
