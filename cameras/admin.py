"""Agencies, groups and cameras, run from here. Saves go through services; cameras are archived, never deleted."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import admin
from django.db.models import Model, QuerySet
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from cameras.access import is_site_admin
from cameras.admin_scope import ScopedAdmin
from cameras.forms import CameraForm
from cameras.models import Agency, Camera, CameraGroup
from cameras.services import agency_create, agency_update, camera_archive, camera_create, camera_restore, camera_update
from cctv.errors import DomainError


@admin.register(Agency)
class AgencyAdmin(ScopedAdmin):
    """An agency's own administrators look at it; what it is and whether it is switched on is the site's business."""

    agency_field = "id"
    list_display = ["code", "name_en", "name_ar", "enabled", "time_zone", "watermark"]
    list_filter = ["enabled"]
    search_fields = ["code", "name_en", "name_ar"]
    fields = ["code", "name_en", "name_ar", "enabled", "time_zone", "watermark"]

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return is_site_admin(request.user)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return is_site_admin(request.user)

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        return ["code"] if obj else []

    def save_model(self, request: HttpRequest, obj: Agency, form: Any, change: bool) -> None:
        changes = {name: form.cleaned_data[name] for name in form.changed_data}
        if change:
            _shown(obj, agency_update(agency=obj, **changes))
        else:
            _shown(obj, agency_create(**changes))


@admin.register(CameraGroup)
class CameraGroupAdmin(ScopedAdmin):
    list_display = ["name_en", "name_ar", "agency", "parent"]
    list_filter = [("agency", admin.RelatedOnlyFieldListFilter)]
    list_select_related = ["agency", "parent"]
    search_fields = ["name_en", "name_ar", "agency__code"]
    fields = ["agency", "parent", "name_en", "name_ar"]

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        """Its cameras and the groups below belong to the agency, too."""
        return ["agency"] if obj else []

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return self.has_change_permission(request, obj)


@admin.register(Camera)
class CameraAdmin(ScopedAdmin):
    form = CameraForm
    list_display = ["camera_id", "name_en", "agency", "group", "state", "state_since", "source_set", "enabled", "shown"]
    list_filter = [
        ("agency", admin.RelatedOnlyFieldListFilter),
        "state",
        "enabled",
        ("archived_at", admin.EmptyFieldListFilter),
        ("group", admin.RelatedOnlyFieldListFilter),
    ]
    list_select_related = ["agency", "group"]
    search_fields = ["camera_id", "name_en", "name_ar", "place", "agency__code"]
    actions = ["enable", "disable", "archive", "restore"]
    machine_made: list[Any] = ["state", "state_code", "state_since", "source_revision", "archived_at", "created_at"]
    fieldsets = [
        (None, {"fields": ["camera_id", "agency", "group", "name_en", "name_ar", "enabled", "tags"]}),
        (_("Source"), {"fields": ["new_main_url", "new_sub_url", "new_username", "new_password", "audio"]}),
        (_("Place"), {"fields": ["place", "latitude", "longitude"]}),
        (_("State"), {"fields": machine_made}),
    ]

    @admin.display(boolean=True, description=_("source"))
    def source_set(self, camera: Camera) -> bool:
        return camera.configured

    @admin.display(boolean=True, description=_("in use"), ordering="archived_at")
    def shown(self, camera: Camera) -> bool:
        return camera.archived_at is None

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        return [*self.machine_made, "camera_id"] if obj else self.machine_made

    def view_on_site(self, obj: Camera) -> str | None:
        return reverse("camera-detail", args=[obj.camera_id]) if obj.archived_at is None else None

    def save_model(self, request: HttpRequest, obj: Camera, form: CameraForm, change: bool) -> None:
        if change:
            _shown(obj, camera_update(camera=obj, **form.changes()))
        else:
            _shown(obj, camera_create(**form.changes()))

    @admin.action(description=_("Switch on"), permissions=["change"])
    def enable(self, request: HttpRequest, queryset: QuerySet[Camera]) -> HttpResponseBase | None:
        return self._each(request, queryset, lambda camera: camera_update(camera=camera, enabled=True))

    @admin.action(description=_("Switch off"), permissions=["change"])
    def disable(self, request: HttpRequest, queryset: QuerySet[Camera]) -> HttpResponseBase | None:
        return self._each(request, queryset, lambda camera: camera_update(camera=camera, enabled=False))

    @admin.action(description=_("Archive"), permissions=["change"])
    def archive(self, request: HttpRequest, queryset: QuerySet[Camera]) -> HttpResponseBase | None:
        return self._each(request, queryset, lambda camera: camera_archive(camera=camera))

    @admin.action(description=_("Take out of the archive"), permissions=["change"])
    def restore(self, request: HttpRequest, queryset: QuerySet[Camera]) -> HttpResponseBase | None:
        return self._each(request, queryset, lambda camera: camera_restore(camera=camera))

    def _each(
        self, request: HttpRequest, cameras: QuerySet[Camera], act: Callable[[Camera], object]
    ) -> HttpResponseBase | None:
        """Each in a transaction of its own; stops at the first that is refused and says so."""
        done = 0
        try:
            for camera in cameras:
                act(camera)
                done += 1
        except DomainError as error:
            return self.refused(request, error)
        self.message_user(request, ngettext("%(n)d camera changed.", "%(n)d cameras changed.", done) % {"n": done})
        return None


def _shown(obj: Model, saved: Model) -> None:
    """The admin goes on with its own object: it gets what the service has written."""
    obj.__dict__.update(saved.__dict__)
