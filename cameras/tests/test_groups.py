"""Groups are a tree within one agency."""

from __future__ import annotations

import pytest
from django.core.exceptions import ValidationError

from cameras.models import Camera, CameraGroup
from cameras.search import search
from tests.cast import make_agency, make_camera

pytestmark = pytest.mark.django_db


def make_group(name: str, parent: CameraGroup | None = None, agency: str = "METRO") -> CameraGroup:
    return CameraGroup.objects.create(name_en=name, parent=parent, agency=make_agency(agency))


def test_a_group_is_never_below_itself() -> None:
    top = make_group("top")
    bottom = make_group("bottom", make_group("middle", top))
    for parent in (top, bottom):
        moved = CameraGroup.objects.get(pk=top.pk)
        moved.parent = parent
        with pytest.raises(ValidationError, match="below itself"):
            moved.clean()
    bottom.parent = top
    bottom.clean()


def test_a_circle_in_the_rows_does_not_hang_the_check_nor_the_search() -> None:
    one = make_group("one")
    two = make_group("two", one)
    CameraGroup.objects.filter(pk=one.pk).update(parent=two)
    camera = make_camera(group=one)
    with pytest.raises(ValidationError):
        CameraGroup(name_en="new", agency=one.agency, parent=CameraGroup.objects.get(pk=two.pk)).clean()
    assert list(search(Camera.objects.all(), group=two.pk)) == [camera]


def test_a_parent_is_of_the_same_agency() -> None:
    with pytest.raises(ValidationError, match="another agency"):
        CameraGroup(name_en="x", agency=make_agency("TAXI"), parent=make_group("top")).clean()


def test_searching_a_group_finds_what_is_below_it() -> None:
    top = make_group("top")
    below = make_camera("cam-below", group=make_group("bottom", make_group("middle", top)))
    beside = make_camera("cam-beside", group=make_group("other"))
    assert list(search(Camera.objects.all(), group=top.pk)) == [below]
    assert beside in search(Camera.objects.all())
