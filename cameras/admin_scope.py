"""What a person may touch in the admin is what he manages by cameras.access, not what Django's permissions say."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import admin, messages
from django.db.models import ForeignKey, Model, QuerySet
from django.http import HttpRequest, HttpResponseRedirect

from cameras.access import is_site_admin, managed_agencies
from cameras.models import Agency, CameraGroup
from cctv.errors import DomainError
from cctv.reasons import text


class ScopedAdmin(admin.ModelAdmin[Any]):
    """Rows of the agencies the person manages. A site administrator manages all of them."""

    agency_field = "agency_id"

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        rows = super().get_queryset(request)
        return rows if _site(request) else rows.filter(**{f"{self.agency_field}__in": managed(request)})

    def has_module_permission(self, request: HttpRequest) -> bool:
        return _site(request) or bool(managed(request))

    def has_view_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        if obj is None or _site(request):
            return self.has_module_permission(request)
        return getattr(obj, self.agency_field) in managed(request)

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return self.has_view_permission(request, obj)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return self.has_module_permission(request)

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False

    def formfield_for_foreignkey(self, db_field: ForeignKey[Any, Any], request: HttpRequest, **options: Any) -> Any:
        """Only what he manages can be chosen, whatever is posted."""
        if db_field.related_model is Agency:
            options["queryset"] = managed_agencies(request.user)
        if db_field.related_model is CameraGroup:
            options["queryset"] = CameraGroup.objects.filter(agency__in=managed_agencies(request.user))
        return super().formfield_for_foreignkey(db_field, request, **options)

    def changeform_view(self, request: HttpRequest, *args: Any, **options: Any) -> Any:
        return self._or_refused(super().changeform_view, request, *args, **options)

    def delete_view(self, request: HttpRequest, *args: Any, **options: Any) -> Any:
        return self._or_refused(super().delete_view, request, *args, **options)

    def changelist_view(self, request: HttpRequest, *args: Any, **options: Any) -> Any:
        return self._or_refused(super().changelist_view, request, *args, **options)

    def _or_refused(self, view: Callable[..., Any], request: HttpRequest, *args: Any, **options: Any) -> Any:
        """A refusal of the service that the page could not foresee (a lock, a race) is a message, not a 500."""
        try:
            return view(request, *args, **options)
        except DomainError as error:
            return self.refused(request, error)

    def refused(self, request: HttpRequest, error: DomainError) -> HttpResponseRedirect:
        self.message_user(request, text(error.code, error.params), messages.ERROR)
        return HttpResponseRedirect(request.get_full_path())


def managed(request: HttpRequest) -> set[int]:
    """Primary keys of the agencies managed; asked of the database once per request."""
    known: set[int] | None = getattr(request, "_managed_agencies", None)
    if known is None:
        known = set(managed_agencies(request.user).values_list("pk", flat=True))
        request._managed_agencies = known  # type: ignore[attr-defined]
    return known


def _site(request: HttpRequest) -> bool:
    return is_site_admin(request.user)
