"""Who watches, and who holds an agency's cameras: told to its admins and auditors, and to nobody else."""

from __future__ import annotations

import pytest
from django.utils import translation

from cctv.errors import DomainError
from quotas.services import agency_limit_set
from streaming.models import StreamRequest
from streaming.services.dashboard import dashboard
from streaming.services.viewers import holders, viewers
from streaming.states import Quality, Transport
from streaming.tests.steps import watch
from tests.cast import make_account, make_agency, make_camera, make_user

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("memory", "sent")]


def full(agency, holder, count=1):
    """The agency's limit is taken by cameras that `holder` watches; answers the name of one more."""
    for n in range(count):
        watch(holder, make_camera(f"held-{n}", agency).camera_id)
    agency_limit_set(agency=agency, cameras=count)
    return make_camera("one-more", agency).camera_id


def refused(caller, camera_id):
    with pytest.raises(DomainError) as refusal:
        watch(caller, camera_id)
    return refusal.value


def test_a_viewer_is_named_with_what_he_gets(camera_a, operator_a, auditor):
    lease = watch(operator_a, quality=Quality.LOW, transport=Transport.HLS)
    (row,) = viewers(auditor)
    assert row == {
        "id": str(lease.pk), "camera_id": "cam-a", "name": "cam-a", "agency": "METRO", "who": "operator-a",
        "since": lease.created_at.isoformat(), "quality": "low", "transport": "hls", "layer": "high",
        "state": "waiting",
    }  # fmt: skip


def test_the_low_layer_is_what_a_small_tile_gets_where_the_camera_has_one(agency_a, operator_a, auditor):
    make_camera("cam-sub", agency_a, sub_url="rtsp://127.0.0.1:8554/sub")
    watch(operator_a, "cam-sub", quality=Quality.LOW)
    assert viewers(auditor)[0]["layer"] == "low"


def test_a_person_is_called_by_his_name_and_an_account_with_whom_it_asked_for(camera_a, operator_a, auditor):
    type(operator_a).objects.update(first_name="Sara", last_name="Ahmed")
    watch(operator_a)
    watch(make_account("wall", all_agencies=True), user_id="desk-7")
    assert {row["who"] for row in viewers(auditor)} == {"Sara Ahmed", "wall · desk-7"}


@pytest.mark.parametrize("who", ["operator_a", "viewer_a", "operator_b", "stranger", "service_account"])
def test_to_others_nobody_is_named(who, camera_a, operator_a, request):
    watch(operator_a)
    assert viewers(request.getfixturevalue(who)) == []


def test_an_auditor_of_one_agency_is_told_nothing_of_another(camera_a, camera_b, operator_b, auditor):
    watch(operator_b, "cam-b")
    assert viewers(auditor) == []


def test_holders_are_cameras_with_their_viewers_the_longest_first(agency_a, operator_a, viewer_a, agency_admin):
    full(agency_a, operator_a, count=2)
    watch(viewer_a, "held-0")
    rows = holders(agency_admin, "METRO")
    assert [(row["camera_id"], [v["who"] for v in row["viewers"]]) for row in rows] == [
        ("held-0", ["operator-a", "viewer-a"]),
        ("held-1", ["operator-a"]),
    ]
    assert rows[0]["since"] == rows[0]["viewers"][0]["since"]


@pytest.mark.parametrize(
    ("who", "status"),
    [("agency_admin", 200), ("auditor", 200), ("site_admin", 200), ("operator_a", 403), ("viewer_a", 403),
     ("service_account", 403), ("operator_b", 404), ("stranger", 404), (None, 401)],
)  # fmt: skip
def test_holders_are_asked_for_by_those_who_may_know(who, status, agency_a, api, request):
    caller = request.getfixturevalue(who) if who else None
    assert api(caller).get("/api/v1/agencies/METRO/holders").status_code == status
    assert api(caller).get("/api/v1/agencies/NOWHERE/holders").status_code == (401 if who is None else 404)


def test_a_refusal_calls_the_full_agency_by_its_name_in_the_readers_language(operator_a, api):
    agency = make_agency("METRO")
    type(agency).objects.update(name_en="Dubai Metro", name_ar="مترو دبي")
    more = full(agency, operator_a)
    for language, name in (("en", "Dubai Metro"), ("ar", "مترو دبي")):
        type(operator_a).objects.update(language=language)
        answer = api(operator_a).post("/api/v1/stream/reserve", {"camera_id": more})
        assert (answer.status_code, answer.json()["agency"], answer.json()["agency_name"]) == (429, "METRO", name)
        assert name in answer.json()["title"]


def test_the_feed_says_it_in_the_language_of_whoever_reads_it(operator_a, auditor):
    agency = make_agency("METRO")
    type(agency).objects.update(name_en="Dubai Metro", name_ar="مترو دبي")
    refused(operator_a, full(agency, operator_a))
    with translation.override("ar"):
        assert "مترو دبي" in dashboard(auditor)["refusals"][0]["text"]
    with translation.override("en"):
        assert "Dubai Metro has 1 of its 1" in dashboard(auditor)["refusals"][0]["text"]


def test_what_is_kept_of_a_refusal_is_no_word_of_a_language_and_no_link(agency_a, operator_a, agency_admin):
    refused(agency_admin, full(agency_a, operator_a))
    assert StreamRequest.objects.get(action="refuse").params == {"limit": 1, "used": 1, "agency": "METRO"}


def test_a_refusal_leads_to_the_holders_only_those_who_may_know_them(agency_a, operator_a, viewer_a, agency_admin):
    more = full(agency_a, operator_a)
    assert refused(agency_admin, more).params["holders"] == "/api/v1/agencies/METRO/holders"
    assert "holders" not in refused(viewer_a, more).params


def test_the_feed_names_who_was_refused_only_to_those_who_may_know(agency_a, operator_a, viewer_a, auditor):
    refused(viewer_a, full(agency_a, operator_a))
    assert dashboard(auditor)["refusals"][0]["who"] == "viewer-a"
    assert dashboard(operator_a)["refusals"][0]["who"] is None


def test_a_strangers_guess_is_in_nobodys_feed_but_the_site_admins(camera_a, stranger, auditor, site_admin):
    refused(stranger, "cam-a")
    assert dashboard(auditor)["refusals"] == []
    assert [row["who"] for row in dashboard(site_admin)["refusals"]] == ["stranger"]


def test_events_of_other_agencies_are_in_nobodys_feed(camera_a, camera_b, operator_b, operator_a):
    watch(operator_b, "cam-b")
    assert dashboard(operator_a)["events"] == []
    assert [(row["camera_id"], row["new"]) for row in dashboard(operator_b)["events"]] == [("cam-b", "STARTING")]


def test_the_number_of_queries_does_not_grow_with_the_rows(
    agency_a, auditor, site_admin, django_assert_num_queries, django_assert_max_num_queries
):
    def crowd(agency, count, start):
        for n in range(start, start + count):
            person = make_user(f"{agency.code}-{n}".lower(), **{agency.code: "operator"})
            watch(person, make_camera(f"{agency.code}-{n}".lower().replace("_", "-"), agency).camera_id)

    crowd(agency_a, 1, 0)
    with django_assert_max_num_queries(12) as few:
        dashboard(site_admin)
    with django_assert_max_num_queries(4) as few_holders:
        holders(site_admin, "METRO")
    for code in ("TAXI", "PARKING", "DUBAI_POLICE"):
        crowd(make_agency(code), 4, 0)
    crowd(agency_a, 8, 1)
    with django_assert_num_queries(len(few)):
        shown = dashboard(site_admin)
    with django_assert_num_queries(len(few_holders)):
        assert len(holders(site_admin, "METRO")) == 9
    assert (len(shown["viewers"]), len(shown["events"])) == (21, 21)
