"""/api/v1/cameras and /api/v1/agencies for those who may."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from rest_framework.test import APIClient

from accounts.models import ServiceAccount, User
from cameras.models import Agency, Camera, CameraGroup
from tests.cast import make_account, make_agency, make_camera

Api = Callable[..., APIClient]
CAMERAS = "/api/v1/cameras"
NEW = {"camera_id": "cam-new", "agency": "METRO", "name_en": "New"}


def test_a_camera_is_made_read_changed_and_archived(api: Api, agency_admin: User) -> None:
    client = api(agency_admin)
    made = client.post(CAMERAS, {**NEW, "main_url": "rtsp://u:p@cam/1", "tags": ["x"], "latitude": 25.2})
    assert (made.status_code, made.headers["Location"]) == (201, f"{CAMERAS}/cam-new")
    read = client.get(f"{CAMERAS}/cam-new").json()
    assert read == made.json()
    assert (read["configured"], read["has_sub"], read["state"], read["agency"]) == (True, False, "UNKNOWN", "METRO")
    changed = client.patch(f"{CAMERAS}/cam-new", {"camera_id": "cam-new", "sub_url": "rtsp://cam/2", "name_ar": "جديد"})
    assert (changed.status_code, changed.json()["has_sub"], changed.json()["name_ar"]) == (200, True, "جديد")
    assert client.delete(f"{CAMERAS}/cam-new").status_code == 204
    assert client.get(f"{CAMERAS}/cam-new").json()["code"] == "camera_not_found"
    assert Camera.objects.get().archived_at is not None


def test_sound_is_off_unless_its_manager_switches_it_on(
    api: Api, agency_admin: User, operator_a: User, camera_a: Camera
) -> None:
    assert api(operator_a).get(f"{CAMERAS}/cam-a").json()["audio"] is False
    assert api(operator_a).patch(f"{CAMERAS}/cam-a", {"audio": True}).status_code == 403
    assert api(agency_admin).patch(f"{CAMERAS}/cam-a", {"audio": True}).json()["audio"] is True


def test_the_list_holds_what_the_caller_sees_in_pages(
    api: Api, operator_a: User, camera_a: Camera, camera_b: Camera
) -> None:
    make_camera("cam-a2", "METRO")
    answer = api(operator_a).get(CAMERAS, {"limit": 1, "offset": 1}).json()
    assert (answer["count"], [camera["camera_id"] for camera in answer["results"]]) == (2, ["cam-a2"])


def test_a_list_of_any_length_is_as_many_queries(
    api: Api, operator_a: User, camera_a: Camera, django_assert_num_queries: Any
) -> None:
    client = api(operator_a)
    with django_assert_num_queries(4):  # session, user, count, cameras
        client.get(CAMERAS)
    for number in range(20):
        make_camera(f"cam-{number}", "METRO")
    with django_assert_num_queries(4):
        assert len(client.get(CAMERAS).json()["results"]) == 21


def test_the_list_is_narrowed_by_the_query(api: Api, site_admin: User, camera_a: Camera, camera_b: Camera) -> None:
    client = api(site_admin)
    for query, found in [({"q": "cam-b"}, ["cam-b"]), ({"agency": "METRO"}, ["cam-a"]), ({"state": "ONLINE"}, [])]:
        assert [camera["camera_id"] for camera in client.get(CAMERAS, query).json()["results"]] == found


def test_agencies_are_those_of_the_caller(api: Api, service_account: ServiceAccount) -> None:
    make_agency("TAXI")
    assert api(service_account).get("/api/v1/agencies").json() == [
        {"code": "METRO", "name": "Metro", "name_en": "Metro", "name_ar": "", "enabled": True, "watermark": "off"}
    ]


def test_an_agency_tells_whether_the_viewer_has_to_be_named(api: Api, operator_a: User, agency_a: Any) -> None:
    Agency.objects.update(watermark="always")
    assert [agency["watermark"] for agency in api(operator_a).get("/api/v1/agencies").json()] == ["always"]


def test_the_schema_tells_both_policies_of_the_watermark(client: Client, db: None) -> None:
    schema = client.get("/api/schema", {"format": "json"}).json()["components"]["schemas"]
    told = schema["Agency" if "Agency" in schema else "AgencyOut"]["properties"]["watermark"]
    names = [told.get("$ref", ""), *(part.get("$ref", "") for part in told.get("allOf", []))]
    enum = next(schema[name.rpartition("/")[2]] for name in names if name)
    assert enum["enum"] == ["off", "always"]


def test_names_are_in_the_language_asked_for(api: Api, operator_a: User, agency_a: Any) -> None:
    make_camera("cam-ar", agency_a, name_en="Gate", name_ar="بوابة")
    client = api(operator_a)
    client.cookies["django_language"] = "ar"
    assert client.get(f"{CAMERAS}/cam-ar").json()["name"] == "بوابة"


@pytest.mark.parametrize("who", ["operator_a", "viewer_a", "auditor", "service_account"])
def test_who_only_sees_a_camera_may_not_change_it(
    request: pytest.FixtureRequest, api: Api, camera_a: Camera, who: str
) -> None:
    client = api(request.getfixturevalue(who))
    for answer in (
        client.post(CAMERAS, NEW),
        client.patch(f"{CAMERAS}/cam-a", {"name_en": "x"}),
        client.delete(f"{CAMERAS}/cam-a"),
    ):
        assert (answer.status_code, answer.json()["code"]) == (403, "agency_forbidden")
    assert Camera.objects.get().name_en == "cam-a"


def test_foreign_cameras_are_not_found_and_foreign_agencies_forbidden(
    api: Api, agency_admin: User, camera_a: Camera, camera_b: Camera
) -> None:
    client = api(agency_admin)
    for answer in (
        client.get(f"{CAMERAS}/cam-b"),
        client.patch(f"{CAMERAS}/cam-b", {"name_en": "x"}),
        client.delete(f"{CAMERAS}/cam-b"),
        client.get(f"{CAMERAS}/NO SUCH"),
    ):
        assert (answer.status_code, answer.json()["code"]) == (404, "camera_not_found")
    for agency in ("TAXI", "UNKNOWN"):
        assert client.post(CAMERAS, {**NEW, "agency": agency}).json()["code"] == "agency_forbidden"
        assert client.patch(f"{CAMERAS}/cam-a", {"agency": agency}).json()["code"] == "agency_forbidden"


def test_a_camera_moves_between_agencies_of_one_manager(api: Api, camera_a: Camera, agency_b: Any) -> None:
    account = make_account("mover", agency_codes=["METRO", "TAXI"], may_manage=True)
    assert api(account).patch(f"{CAMERAS}/cam-a", {"agency": "TAXI"}).json()["agency"] == "TAXI"


def test_a_group_is_of_the_cameras_agency(api: Api, agency_admin: User, camera_a: Camera, agency_b: Any) -> None:
    own = CameraGroup.objects.create(agency=camera_a.agency, name_en="own")
    foreign = CameraGroup.objects.create(agency=agency_b, name_en="foreign")
    client = api(agency_admin)
    assert client.patch(f"{CAMERAS}/cam-a", {"group": own.pk}).json()["group"] == own.pk
    refused = [client.patch(f"{CAMERAS}/cam-a", {"group": pk}) for pk in (foreign.pk, 2**63 - 1)]
    assert [(answer.status_code, list(answer.json()["fields"])) for answer in refused] == [(400, ["group"])] * 2
    assert refused[0].json() == refused[1].json()
    assert client.patch(f"{CAMERAS}/cam-a", {"group": None}).json()["group"] is None
