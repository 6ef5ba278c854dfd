"""Walls, to look at and to take away. What is on them is changed on the page of walls, where one sees it.

An agency's administrator meets the walls shared with it, as by `walls.access`; a site administrator all of them, those
that nobody else sees, too.
"""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.db.models import Count, Model, QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from cameras.access import visible_cameras
from cameras.admin_scope import ScopedAdmin
from walls.models import Wall, WallTile
from walls.services import wall_delete


class TileInline(admin.TabularInline[WallTile, Wall]):
    """Tiles whose camera the reader may see: sharing a wall shares no camera."""

    model = WallTile
    fields = readonly_fields = ("number", "camera")
    extra = 0
    can_delete = False

    def get_queryset(self, request: HttpRequest) -> QuerySet[WallTile]:
        seen = visible_cameras(request.user).order_by()
        return super().get_queryset(request).filter(camera__in=seen).select_related("camera")

    @admin.display(description=_("place"))
    def number(self, tile: WallTile) -> int:
        """From 1, as on the wall."""
        return tile.place + 1

    def has_view_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return True  # of a wall that may be looked at

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False


@admin.register(Wall)
class WallAdmin(ScopedAdmin):
    list_display = ["name", "owner", "agency", "layout", "tile_count", "camera_count", "updated_at"]
    list_filter = [("agency", admin.RelatedOnlyFieldListFilter), "layout"]
    list_select_related = ["owner", "agency"]
    search_fields = ["name", "owner__username", "owner__first_name", "owner__last_name", "agency__code"]
    date_hierarchy = "updated_at"
    fields = ["name", "owner", "agency", "layout", "version", "updated_at"]
    inlines = [TileInline]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        rows: QuerySet[Any] = super().get_queryset(request).annotate(filled_count=Count("filled"))
        return rows

    @admin.display(description=_("tiles"))
    def tile_count(self, wall: Wall) -> int:
        return wall.tiles

    @admin.display(description=_("cameras"), ordering="filled_count")
    def camera_count(self, wall: Any) -> int:
        return int(wall.filled_count)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return self.has_view_permission(request, obj)

    def view_on_site(self, obj: Wall) -> str | None:
        """One that is not shared opens for its owner only."""
        return reverse("wall-saved", args=[obj.pk]) if obj.agency_id else None

    def get_deleted_objects(self, objs: Any, request: HttpRequest) -> Any:
        """The walls themselves: their tiles go with them and say nothing to a reader."""
        return [str(wall) for wall in objs], {Wall._meta.verbose_name_plural: len(objs)}, set(), []

    def delete_model(self, request: HttpRequest, obj: Wall) -> None:
        wall_delete(wall=obj)

    def delete_queryset(self, request: HttpRequest, queryset: QuerySet[Wall]) -> None:
        for wall in queryset:
            wall_delete(wall=wall)
