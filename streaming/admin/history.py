"""What happened and who asked: the audit."""

from __future__ import annotations

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from cameras.access import managed_agencies
from streaming.admin.base import ReadOnlyAdmin, reason_of
from streaming.models import StreamEvent, StreamRequest


@admin.register(StreamEvent)
class StreamEventAdmin(ReadOnlyAdmin):
    agency_path = "stream__agency"
    list_display = ("at", "camera", "old", "new", "reason", "actor", "generation")
    list_filter = ("new", "stream__agency")
    search_fields = ("stream__camera__camera_id", "code", "actor")
    list_select_related = ("stream__camera",)
    date_hierarchy = "at"

    @admin.display(description=_("camera"))
    def camera(self, row: StreamEvent) -> str:
        return row.stream.camera.camera_id

    @admin.display(description=_("reason"))
    def reason(self, row: StreamEvent) -> str:
        return reason_of(row)


@admin.register(StreamRequest)
class StreamRequestAdmin(ReadOnlyAdmin):
    list_display = ("at", "action", "camera_ref", "agency_code", "user", "account", "on_behalf_of", "reason")
    list_filter = ("action", "agency_code", "code")
    search_fields = ("camera_ref", "=reservation", "user__username", "account__name", "on_behalf_of")
    list_select_related = ("user", "account")
    date_hierarchy = "at"

    def get_queryset(self, request: HttpRequest) -> QuerySet[StreamRequest]:
        rows = StreamRequest.objects.all()
        if request.user.is_superuser:
            return rows
        return rows.filter(agency_code__in=managed_agencies(request.user).order_by().values("code"))

    @admin.display(description=_("reason"))
    def reason(self, row: StreamRequest) -> str:
        return reason_of(row)
