"""Changes of what exists. Who may ask for them is decided by the caller through cameras.access.

All raise DomainError `invalid` (400, `fields`: name → sentences) on bad input and `busy` (503) where a lock is held.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any, TypedDict, Unpack, cast

from django.core.exceptions import ValidationError
from django.db import IntegrityError, models, transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from cameras.busy import busy_when_locked
from cameras.models import Agency, Camera, CameraGroup, CameraState
from cameras.signals import emit_agency, emit_camera
from cameras.sources import separated, source_of
from cctv import clock
from cctv.errors import DomainError


class CameraDetails(TypedDict, total=False):
    group: CameraGroup | None
    name_ar: str
    place: str
    latitude: float | None  # degrees
    longitude: float | None  # degrees
    main_url: str  # "" removes it; credentials inside are moved to the two below
    sub_url: str
    username: str
    password: str
    audio: bool  # whether viewers may hear it
    enabled: bool
    tags: list[str]


class CameraChanges(CameraDetails, total=False):
    agency: Agency
    name_en: str


class AgencyDetails(TypedDict, total=False):
    name_ar: str
    enabled: bool
    time_zone: str
    watermark: str  # of WatermarkPolicy


class AgencyChanges(AgencyDetails, total=False):
    name_en: str


def camera_create(*, camera_id: str, agency: Agency, name_en: str, **others: Unpack[CameraDetails]) -> Camera:
    camera = Camera(camera_id=camera_id, agency=agency, name_en=name_en)
    with _one_change({"camera_id": [_("A camera with this ID exists or is archived.")]}):
        _set(camera, cast(dict[str, Any], others))
        _clean(camera, but=["agency", "group"])
        camera.save(force_insert=True)
        emit_camera(camera.pk)
    return camera


def camera_update(*, camera: Camera, **changes: Unpack[CameraChanges]) -> Camera:
    """The camera as it is now. A changed source is a new revision, whose state is not known yet; sound switched on or
    off is one, too, and both restart a stream that is watched.

    Moving to another agency leaves the group of the old one, and takes effect on the next life of its stream.
    """
    with _one_change({}):
        row = _locked(camera.pk)
        source, audio, enabled = source_of(row), row.audio, row.enabled
        written = _set(row, cast(dict[str, Any], changes))
        moved = source_of(row) != source
        if moved:
            row.state, row.state_since, row.state_code = CameraState.UNKNOWN, clock.now(), ""
            written |= {"state", "state_since", "state_code"}
        if anew := moved or row.audio != audio:
            row.source_revision += 1
            written |= {"source_revision"}
        _clean(row, but=["agency", "group", "camera_id"])
        row.save(update_fields=written)
        emit_camera(row.pk, source_changed=anew, disabled=enabled and not row.enabled)
    return row


def camera_archive(*, camera: Camera) -> None:
    """Nobody sees it from here on; its ID stays taken. A second time changes nothing."""
    with _one_change({}):
        if Camera.objects.filter(pk=camera.pk, archived_at=None).update(archived_at=clock.now()):
            emit_camera(camera.pk, archived=True)


def camera_restore(*, camera: Camera) -> None:
    with _one_change({}):
        if Camera.objects.filter(pk=camera.pk, archived_at__isnull=False).update(archived_at=None):
            emit_camera(camera.pk)


def camera_set_state(camera_pk: int, state: str, code: str, now: datetime) -> bool:
    """Whether the state changed. News older than what is known are dropped; the same news keep `state_since`."""
    known = Camera.objects.filter(Q(state_since=None) | Q(state_since__lte=now), pk=camera_pk)
    with busy_when_locked():
        if known.exclude(state=state).update(state=state, state_since=now, state_code=code):
            return True
        known.filter(state=state).exclude(state_code=code).update(state_code=code)
        return False


def agency_create(*, code: str, name_en: str, **others: Unpack[AgencyDetails]) -> Agency:
    agency = Agency(code=code, name_en=name_en)
    with _one_change({"code": [_("An agency with this code exists.")]}):
        _assign(agency, cast(dict[str, Any], others))
        _clean(agency)
        agency.save(force_insert=True)
    return agency


def agency_update(*, agency: Agency, **changes: Unpack[AgencyChanges]) -> Agency:
    """The agency as it is now; its code never changes."""
    with _one_change({}):
        row = Agency.objects.select_for_update(no_key=True).get(pk=agency.pk)
        enabled = row.enabled
        written = _assign(row, cast(dict[str, Any], changes))
        _clean(row, but=["code"])
        row.save(update_fields=written)
        emit_agency(row.pk, disabled=enabled and not row.enabled)
    return row


@contextmanager
def _one_change(taken: dict[str, list[str]]) -> Iterator[None]:
    """One transaction. `taken` is said where another inserted the same name between our look and our insert."""
    try:
        with busy_when_locked(), transaction.atomic():
            yield
    except IntegrityError as error:
        raise DomainError("invalid", 400, fields=taken) from error


def _locked(pk: int) -> Camera:
    """The camera's lock comes first in the order (DESIGN §3.3), and no other is taken here."""
    rows = Camera.objects.select_for_update(no_key=True, of=("self",))
    return rows.select_related("agency", "group").get(pk=pk)


def _set(camera: Camera, changes: dict[str, Any]) -> set[str]:
    changes = separated(camera, changes)
    moved = "agency" in changes and changes["agency"].pk != camera.agency_id
    if moved and "group" not in changes:
        changes["group"] = None
    if "tags" in changes:
        changes["tags"] = list(dict.fromkeys(str(tag).strip() for tag in changes["tags"]))
    return _assign(camera, changes)


def _assign(row: models.Model, changes: dict[str, Any]) -> set[str]:
    for name, value in changes.items():
        setattr(row, name, value)
    return set(changes)


def _clean(row: models.Model, but: list[str] | None = None) -> None:
    """Constraints are left to the database: the fields' validators say the same, and each would be a query."""
    try:
        row.full_clean(exclude=but, validate_constraints=False)
    except ValidationError as error:
        raise DomainError("invalid", 400, fields=error.message_dict) from None
