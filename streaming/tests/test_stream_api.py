"""/api/v1/stream: shapes, codes, bad input (DESIGN §5)."""

from __future__ import annotations

import uuid

import pytest

from cameras.models import Agency
from quotas.models import AgencyLimit
from streaming.models import Reservation
from streaming.states import ReservationState
from tests.cast import api_client, make_account

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("memory")]
RESERVE = "/api/v1/stream/reserve"
FIELDS = {
    "reservation_id", "reservation_state", "camera_id", "state", "generation", "reused", "sfu", "transport", "quality",
    "quality_effective", "room_name", "livekit_url", "livekit_token", "ice_servers", "hls_url", "ingress_id",
    "whip_url", "reason", "expires_at", "heartbeat_interval", "layers", "watermark",
}  # fmt: skip


@pytest.fixture
def operator(camera_a, operator_a):
    return api_client(operator_a)


def reserved(client, **more):
    answer = client.post(RESERVE, {"camera_id": "cam-a", **more})
    assert answer.status_code == 201, answer.content
    return answer.json()


def test_reserve_answers_201_with_every_field_null_until_live(operator, sent):
    body = reserved(operator)
    assert set(body) == FIELDS
    assert (body["state"], body["reused"], body["hls_url"], body["whip_url"]) == ("STARTING", False, None, None)
    assert body["room_name"] == "camera_cam-a"


def test_where_the_agency_wants_it_the_viewer_is_named_over_the_picture(operator, camera_a, sent):
    assert reserved(operator)["watermark"] == ""
    Agency.objects.update(watermark="always")
    assert reserved(operator)["watermark"] == "operator-a"
    account = api_client(make_account("pub", agency_codes=["METRO"]))
    assert reserved(account, user_id="Mona")["watermark"] == "Mona"


def test_the_second_reserve_says_that_the_stream_existed(operator, sent):
    reserved(operator)
    assert reserved(operator)["reused"] is True


def test_at_live_hls_is_told_and_the_whip_url_only_to_those_who_may_publish(operator, camera_a, work):
    publisher = api_client(make_account("pub", agency_codes=["METRO"], may_publish=True))
    mine, theirs = reserved(operator), reserved(publisher)
    work()
    seen = operator.get(f"/api/v1/stream/reservations/{mine['reservation_id']}").json()
    told = publisher.get(f"/api/v1/stream/reservations/{theirs['reservation_id']}").json()
    assert seen["state"] == "LIVE"
    assert seen["hls_url"].startswith("/hls/camera_cam-a/index.m3u8?token=")
    assert (seen["whip_url"], told["whip_url"]) == (None, "http://sfu/cam-a")


def test_nobody_without_login_or_key(client, camera_a):
    answer = client.post(RESERVE, {"camera_id": "cam-a"}, content_type="application/json")
    assert (answer.status_code, answer.json()["code"]) == (401, "not_authenticated")
    assert answer["Content-Type"] == "application/problem+json"


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        ({"camera_id": "cam-nowhere"}, 404, "camera_not_found"),
        ({"camera_id": "Ümlaut/../x"}, 404, "camera_not_found"),
        ({"camera_id": "cam-a\u0000"}, 400, "invalid"),
        ({}, 400, "invalid"),
        ({"camera_id": "cam-a", "quality": "best"}, 400, "invalid"),
        ({"camera_id": "cam-a", "transport": "pigeon"}, 400, "invalid"),
        ({"camera_id": {"a": 1}}, 400, "invalid"),
        ({"camera_id": "cam-a", "user_id": "else"}, 403, "user_mismatch"),
        ([1, 2], 400, "malformed"),
    ],
)
def test_bad_input_is_a_coded_problem(operator, sent, body, status, code):
    answer = operator.post(RESERVE, body)
    assert (answer.status_code, answer.json()["code"]) == (status, code)
    assert answer["Content-Type"] == "application/problem+json"
    assert not Reservation.objects.exists()


@pytest.mark.parametrize("raw", [b"{", b"", b"\xff\xfe", b"null", b'"x"', b"[" * 20000])
def test_what_is_no_json_object_is_malformed(operator, raw):
    answer = operator.generic("POST", RESERVE, raw, content_type="application/json")
    assert answer.status_code == 400
    assert answer.json()["code"] in {"malformed", "invalid"}


def test_a_huge_body_is_refused(operator):
    raw = b'{"camera_id": "' + b"a" * 300_000 + b'"}'
    answer = operator.generic("POST", RESERVE, raw, content_type="application/json")
    assert (answer.status_code, answer.json()["code"]) == (413, "too_large")


def test_a_foreign_reservation_is_not_found(operator, operator_b, sent):
    lease = reserved(operator)["reservation_id"]
    stranger = api_client(operator_b)
    assert stranger.get(f"/api/v1/stream/reservations/{lease}").status_code == 404
    assert stranger.post(f"/api/v1/stream/heartbeat/{lease}", {}).json()["code"] == "reservation_not_found"
    assert stranger.delete(f"/api/v1/stream/release/{lease}").status_code == 404
    assert Reservation.objects.get().state == ReservationState.ACTIVE


@pytest.mark.parametrize("name", ["not-a-uuid", str(uuid.uuid4()), "%00", "x" * 300])
def test_an_unknown_reservation_is_not_found(operator, name):
    assert operator.post(f"/api/v1/stream/heartbeat/{name}", {}).status_code == 404


def test_release_is_204_twice(operator, sent):
    lease = reserved(operator)["reservation_id"]
    for _ in range(2):
        assert operator.delete(f"/api/v1/stream/release/{lease}").status_code == 204
    gone = operator.post(f"/api/v1/stream/heartbeat/{lease}", {})
    assert (gone.status_code, gone.json()["code"]) == (410, "released")


def test_a_beacon_releases_with_the_token_in_its_body(camera_a, operator_a, sent):
    browser = api_client(csrf=True)
    browser.get("/login")
    token = browser.cookies["csrftoken"].value
    browser.force_login(operator_a)
    answer = browser.post(RESERVE, {"camera_id": "cam-a"}, headers={"X-CSRFToken": token})
    url = f"/api/v1/stream/release/{answer.json()['reservation_id']}"
    assert browser.post(url, {}, format="multipart").status_code == 403
    assert browser.post(url, {"csrfmiddlewaretoken": token}, format="multipart").status_code == 204


def test_heartbeats_answer_state_and_expiry_and_check_their_numbers(operator, sent):
    lease = reserved(operator)["reservation_id"]
    url = f"/api/v1/stream/heartbeat/{lease}"
    good = operator.post(url, {"frames_decoded": 10, "paused": False, "bitrate": 1.5e6, "latency_ms": 60})
    assert set(good.json()) == {"state", "expires_at"}
    for bad in ({"frames_decoded": -1}, {"paused": "perhaps"}, {"bitrate": "fast"}, {"quality": "best"}):
        assert operator.post(url, bad).json()["code"] == "invalid"


def test_the_token_endpoint_finds_the_only_lease_or_asks_which(operator, sent):
    url = "/api/v1/stream/token/cam-a"
    assert operator.get(url).json()["code"] == "reservation_not_found"
    first = reserved(operator)["reservation_id"]
    answer = operator.get(url)
    assert (answer.json()["reservation_id"], answer["Cache-Control"]) == (first, "no-store")
    second = reserved(operator)["reservation_id"]
    assert (operator.get(url).status_code, operator.get(url).json()["code"]) == (409, "several_reservations")
    assert operator.get(f"{url}?reservation_id={second}").json()["reservation_id"] == second


def test_stats_name_every_visible_agency_zeros_too(operator, camera_b, sent):
    reserved(operator)
    reserved(operator)
    body = operator.get("/api/v1/stream/stats").json()
    assert (body["active_streams"], body["total_viewers"], body["source_counts"]) == (1, 2, {"METRO": 1})
    assert (body["agencies"][0]["used"], body["agencies"][0]["limit"]) == (1, 30)
    assert body["camera_stats"][0]["viewer_count"] == 2


def test_a_refusal_over_the_limit_carries_its_numbers(operator, camera_a):
    AgencyLimit.objects.create(agency=camera_a.agency, cameras=0)
    answer = operator.post(RESERVE, {"camera_id": "cam-a"})
    assert answer.status_code == 429
    body = answer.json()
    assert (body["code"], body["limit"], body["used"], body["agency"]) == ("agency_limit_reached", 0, 0, "METRO")
    assert answer["Retry-After"]


def test_refusals_are_in_the_readers_language(operator, camera_a):
    answer = operator.post(RESERVE, {"camera_id": "cam-nowhere"}, headers={"Accept-Language": "ar"})
    assert answer.json()["code"] == "camera_not_found"


class TestIdempotency:
    def post(self, client, key="k1", **body):
        return client.post(RESERVE, {"camera_id": "cam-a", **body}, headers={"Idempotency-Key": key})

    def test_the_same_key_gives_the_same_reservation(self, operator, sent):
        first, second = self.post(operator), self.post(operator)
        assert (first.status_code, second.status_code) == (201, 201)
        assert first.json()["reservation_id"] == second.json()["reservation_id"]
        assert second.json()["reused"] is False
        assert Reservation.objects.count() == 1

    def test_another_body_under_the_same_key_is_422(self, operator, sent):
        self.post(operator)
        answer = self.post(operator, quality="low")
        assert (answer.status_code, answer.json()["code"]) == (422, "idempotency_mismatch")

    def test_keys_belong_to_their_caller(self, operator, viewer_a, sent):
        mine, theirs = self.post(operator), self.post(api_client(viewer_a))
        assert mine.json()["reservation_id"] != theirs.json()["reservation_id"]

    def test_a_refused_request_may_be_tried_again_under_its_key(self, operator, camera_a, sent):
        type(camera_a).objects.update(enabled=False)
        assert self.post(operator).status_code == 409
        type(camera_a).objects.update(enabled=True)
        assert self.post(operator).status_code == 201


def test_lists_are_filtered_by_what_the_caller_may_see(operator, operator_b, work):
    reserved(operator)
    work()
    for path in ("/api/v1/streams", "/api/v1/events"):
        assert operator.get(path).json()["count"] > 0
        assert api_client(operator_b).get(path).json()["count"] == 0


def test_no_answer_holds_a_source_url(operator, site_admin, work):
    lease = reserved(operator)["reservation_id"]
    work()
    admin = api_client(site_admin)
    for path in ("/api/v1/streams", "/api/v1/events", "/api/v1/cameras", "/api/v1/cameras/cam-a"):
        assert b"rtsp://" not in admin.get(path).content
    assert b"rtsp://" not in operator.get(f"/api/v1/stream/reservations/{lease}").content


def test_an_unknown_api_path_is_a_problem_too(operator):
    answer = operator.get("/api/v1/nothing")
    assert (answer.status_code, answer.json()["code"]) == (404, "not_found")


def test_wait_is_bounded_and_checked(operator, sent):
    assert operator.post(f"{RESERVE}?wait=99", {"camera_id": "cam-a"}).json()["code"] == "invalid"
    assert operator.post(f"{RESERVE}?wait=nan", {"camera_id": "cam-a"}).json()["code"] == "invalid"
    assert operator.post(f"{RESERVE}?wait=0.3", {"camera_id": "cam-a"}).status_code == 201


@pytest.mark.parametrize(
    "query", ["state=%00", "camera_id=%00", "offset=99999999999999999999999", "limit=-1", "limit=x"]
)
@pytest.mark.parametrize("path", ["streams", "events"])
def test_no_query_breaks_a_list(operator, path, query):
    assert operator.get(f"/api/v1/{path}?{query}").status_code in {200, 400}


@pytest.mark.parametrize("key", ["", "x" * 256, "tab\there", "\x7f"])
def test_a_key_that_is_none_is_refused(operator, sent, key):
    answer = operator.post(RESERVE, {"camera_id": "cam-a"}, headers={"Idempotency-Key": key})
    assert (answer.status_code, answer.json()["code"]) == (400, "invalid")


@pytest.mark.parametrize("method", ["post", "delete"])
@pytest.mark.parametrize("room", ["camera_%00", "camera_", "else", "camera_UPPER", "camera_" + "x" * 60])
def test_a_whip_room_that_is_none_is_not_found(client, room, method):
    path = f"/whip/{room}" + ("/x" if method == "delete" else "")
    answer = getattr(client, method)(
        path, b"v=0", content_type="application/sdp", headers={"Authorization": "Bearer x"}
    )
    assert answer.status_code == 404


def test_options_breaks_nothing(operator):
    for path in ("/api/v1/cameras", "/api/v1/streams", RESERVE):
        assert operator.options(path).status_code in {200, 405}


def test_staff_of_an_agency_see_its_streams_in_the_admin_and_may_stop_them(operator, agency_admin, operator_b, work):
    reserved(operator)
    work()
    agency_admin.is_staff = True
    agency_admin.save()
    admin = api_client(agency_admin)
    page = admin.get("/admin/streaming/stream/")
    assert page.status_code == 200
    assert page.context["cl"].result_count == 1
    operator_b.is_staff = True
    operator_b.save()
    assert api_client(operator_b).get("/admin/streaming/stream/").status_code == 403


@pytest.mark.parametrize(
    ("sub_url", "layers", "effective"), [("rtsp://cam/sub", ["high", "low"], "low"), ("", ["high"], "high")]
)
def test_a_reservation_says_what_there_is_to_choose_from_and_what_its_viewer_gets(
    operator, camera_a, sent, sub_url, layers, effective
):
    camera_a.sub_url = sub_url
    camera_a.save()
    body = reserved(operator, quality="low")
    assert (body["layers"], body["quality"], body["quality_effective"]) == (layers, "low", effective)
    operator.post(f"/api/v1/stream/heartbeat/{body['reservation_id']}", {"layers": ["high", "low"]})
    body = operator.get(f"/api/v1/stream/reservations/{body['reservation_id']}").json()
    assert body["quality_effective"] == "high"


@pytest.mark.parametrize("layers", [[], "low", ["mid"], None, [1], {"low": 1}, ["low", "high", "low"], [["low"]]])
def test_layers_that_are_none_are_refused_by_name(operator, sent, layers):
    lease = reserved(operator)
    answer = operator.post(f"/api/v1/stream/heartbeat/{lease['reservation_id']}", {"layers": layers})
    assert (answer.status_code, answer.json()["code"], list(answer.json()["fields"])) == (400, "invalid", ["layers"])
