"""A poster is the picture there is: asking for it starts nothing, and having none is no error."""

from __future__ import annotations

from datetime import timedelta
from urllib.parse import unquote

import pytest

from cctv import clock
from streaming.models import CameraWork, Snapshot
from tests.cast import api_client

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("memory")]
POSTER = "/api/v1/cameras/cam-a/poster"
JPEG = b"\xff\xd8\xff\xe0 a picture"


@pytest.fixture
def picture(camera_a):
    """An hour old."""
    return Snapshot.objects.create(camera=camera_a, jpeg=JPEG, taken_at=clock.now() - timedelta(hours=1))


def test_the_picture_comes_with_its_age_and_nothing_is_started(operator_a, picture, sent):
    answer = api_client(operator_a).get(POSTER)
    assert (answer.status_code, answer["Content-Type"], answer.content) == (200, "image/jpeg", JPEG)
    assert answer["Last-Modified"] == f"{picture.taken_at:%a, %d %b %Y %H:%M:%S} GMT"
    assert answer["Cache-Control"] == "private, no-store"
    assert (sent, CameraWork.objects.count()) == ([], 0)


def test_it_tells_whose_name_has_to_stand_over_it(operator_a, agency_a, picture):
    assert api_client(operator_a).get(POSTER)["X-Watermark"] == ""
    agency_a.watermark, operator_a.first_name = "always", "منى"
    agency_a.save()
    operator_a.save()
    assert unquote(api_client(operator_a).get(POSTER)["X-Watermark"]) == "منى"


def test_none_is_no_error_and_asks_for_none(operator_a, camera_a, sent):
    answer = api_client(operator_a).get(POSTER)
    assert (answer.status_code, answer.content, sent, CameraWork.objects.count()) == (204, b"", [], 0)


def test_who_may_not_watch_gets_no_poster(operator_b, auditor, picture):
    foreign, audit = api_client(operator_b).get(POSTER), api_client(auditor).get(POSTER)
    assert (foreign.status_code, foreign.json()["code"]) == (404, "camera_not_found")
    assert (audit.status_code, audit.json()["code"]) == (403, "watch_not_allowed")


def test_who_is_not_logged_in_gets_none_either(client, picture):
    assert client.get(POSTER).status_code == 401


def test_a_wall_of_them_costs_the_same_queries_each(operator_a, picture, django_assert_max_num_queries):
    client = api_client(operator_a)
    with django_assert_max_num_queries(5):  # session, user, camera, role, picture
        client.get(POSTER)
