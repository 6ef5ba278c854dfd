"""Rows made by the machine: nobody adds, edits or deletes them by hand."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.db.models import Model, QuerySet
from django.http import HttpRequest

from cameras.access import managed_agencies
from cctv.reasons import text


class ReadOnlyAdmin(admin.ModelAdmin[Any]):
    agency_path = "agency"  # from the row to its agency, for staff of one agency

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False

    def has_module_permission(self, request: HttpRequest) -> bool:
        return self.has_view_permission(request)

    def has_view_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        """Staff see what happens in the agencies they administer; the rows are filtered below."""
        user = request.user
        if not (user.is_active and user.is_staff):
            return False
        return user.is_superuser or managed_agencies(user).exists()

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        rows = super().get_queryset(request)
        if request.user.is_superuser:
            return rows
        return rows.filter(**{f"{self.agency_path}__in": managed_agencies(request.user).order_by()})


def reason_of(row: Any) -> str:
    return text(row.code, row.params) if row.code else ""
