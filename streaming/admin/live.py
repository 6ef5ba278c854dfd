"""Streams and reservations, with the actions that end them."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any, TypeVar

from django.contrib import admin, messages
from django.db.models import Count, Q, QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from cameras.access import manages_agency
from cameras.models import Agency
from cctv.errors import DomainError
from streaming.admin.base import ReadOnlyAdmin, reason_of
from streaming.diagnosis.reset_rows import reset_soon
from streaming.models import Reservation, Stream, StreamEvent
from streaming.querysets import STALLED_NOW
from streaming.services.releasing import revoke, stream_stop
from streaming.states import ReservationState

R = TypeVar("R", Stream, Reservation)


def _managed(request: HttpRequest, rows: Iterable[R], agency: Callable[[R], Agency]) -> tuple[User, list[R]]:
    """Who asks, and those of the chosen rows whose agency he manages."""
    user = request.user
    assert isinstance(user, User)
    return user, [row for row in rows if manages_agency(user, agency(row))]


def _each(site: ReadOnlyAdmin, request: HttpRequest, rows: list[R], act: Callable[[R], bool]) -> int:
    """How many it was done to. One whose camera is locked, for longer than anybody waits, keeps no other from it."""
    done = busy = 0
    for row in rows:
        try:
            done += act(row)
        except DomainError:
            busy += 1
    if busy:
        told = ngettext("%d is busy: please try again.", "%d are busy: please try again.", busy) % busy
        site.message_user(request, told, messages.WARNING)
    return done


class EventInline(admin.TabularInline[StreamEvent, Stream]):
    model = StreamEvent
    fields = readonly_fields = ("at", "old", "new", "reason", "actor", "generation")
    extra = 0
    can_delete = False

    @admin.display(description=_("reason"))
    def reason(self, row: StreamEvent) -> str:
        return reason_of(row)

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


@admin.register(Stream)
class StreamAdmin(ReadOnlyAdmin):
    list_display = ("camera", "agency", "state", "state_since", "viewers", "generation", "reason")
    list_filter = ("state", "agency")
    search_fields = ("camera__camera_id", "camera__name_en", "camera__name_ar")
    list_select_related = ("camera", "agency")
    date_hierarchy = "created_at"
    exclude = ("params", "code")
    inlines = (EventInline,)
    actions = ("stop", "reset")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        active = Count("reservations", filter=Q(reservations__state=ReservationState.ACTIVE))
        rows: QuerySet[Any] = super().get_queryset(request).annotate(viewer_count=active)
        return rows

    @admin.display(description=_("viewers"), ordering="viewer_count")
    def viewers(self, row: Any) -> int:
        return int(row.viewer_count)

    @admin.display(description=_("reason"))
    def reason(self, row: Stream) -> str:
        return reason_of(row)

    @admin.action(description=_("Stop stream"), permissions=["view"])
    def stop(self, request: HttpRequest, rows: QuerySet[Stream]) -> None:
        user, mine = _managed(request, rows.select_related("agency"), lambda row: row.agency)
        done = _each(self, request, mine, lambda row: stream_stop(by=user, stream=row))
        self.message_user(request, ngettext("%d stream stopped.", "%d streams stopped.", done) % done, messages.SUCCESS)

    @admin.action(description=_("Reset stream"), permissions=["view"])
    def reset(self, request: HttpRequest, rows: QuerySet[Stream]) -> None:
        """What is outside is left to the tear-down: nobody waits for a media server here."""
        user, mine = _managed(request, rows.select_related("agency"), lambda row: row.agency)
        done = _each(self, request, mine, lambda row: reset_soon(by=user, stream=row))
        self.message_user(request, ngettext("%d stream reset.", "%d streams reset.", done) % done, messages.SUCCESS)


@admin.register(Reservation)
class ReservationAdmin(ReadOnlyAdmin):
    agency_path = "stream__agency"
    list_display = ("id", "camera", "holder", "state", "seen", "transport", "created_at", "expires_at", "reason")
    list_filter = ("state", "transport", "stream__agency")
    search_fields = ("=id", "camera__camera_id", "user__username", "account__name", "on_behalf_of")
    list_select_related = ("camera", "user", "account")
    date_hierarchy = "created_at"
    exclude = ("params", "code", "socket")
    actions = ("revoke",)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        rows: QuerySet[Any] = super().get_queryset(request).annotate(is_stalled=STALLED_NOW)
        return rows

    @admin.display(description=_("picture"))
    def seen(self, row: Any) -> str:
        """What the viewer has of it, by its own heartbeats; nothing to say of one that has ended."""
        if row.state != ReservationState.ACTIVE:
            return ""
        if row.paused_since:
            return gettext("paused")
        if row.is_stalled:
            return gettext("stalled")
        return gettext("playing") if row.joined_at else gettext("waiting")

    @admin.display(description=_("holder"))
    def holder(self, row: Reservation) -> str:
        return f"{row.user or row.account} {row.on_behalf_of}".strip()

    @admin.display(description=_("reason"))
    def reason(self, row: Reservation) -> str:
        return reason_of(row)

    @admin.action(description=_("Revoke reservation"), permissions=["view"])
    def revoke(self, request: HttpRequest, rows: QuerySet[Reservation]) -> None:
        user, mine = _managed(request, rows.select_related("stream__agency"), lambda row: row.stream.agency)
        done = _each(self, request, mine, lambda row: revoke(by=user, reservation=row))
        message = ngettext("%d reservation revoked.", "%d reservations revoked.", done) % done
        self.message_user(request, message, messages.SUCCESS)
