"""Limits: of an agency on the agency's own page, of the whole system in one row. Only the site sets them."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from cameras.access import is_site_admin
from cameras.admin import AgencyAdmin
from cameras.models import Agency
from quotas.models import AgencyLimit, SiteLimit
from quotas.services import agency_limit_set, agency_limits


class AgencyLimitInline(admin.StackedInline[AgencyLimit, Agency]):
    model = AgencyLimit

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Whoever sees the agency's page sees its limit."""
        return True

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return is_site_admin(request.user)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return is_site_admin(request.user)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Deleting goes back to the agency's default."""
        return is_site_admin(request.user)


admin.site.unregister(Agency)


@admin.register(Agency)
class AgencyWithLimitAdmin(AgencyAdmin):
    """The page of an agency with its limit; cameras cannot have it there, as quotas stand above them."""

    list_display = [*AgencyAdmin.list_display, "limit_now"]
    list_select_related = ["limit"]
    inlines = [AgencyLimitInline]

    @admin.display(description=_("cameras at once"))
    def limit_now(self, agency: Agency) -> int:
        row: AgencyLimit | None = getattr(agency, "limit", None)
        return row.cameras if row else agency_limits([agency])[agency.pk]

    def save_formset(self, request: HttpRequest, form: Any, formset: Any, change: bool) -> None:
        formset.save(commit=False)
        for limit in formset.deleted_objects:
            agency_limit_set(agency=limit.agency, cameras=None)
        for inner in formset.forms:
            if inner.has_changed() and not inner.cleaned_data.get("DELETE"):
                agency_limit_set(agency=form.instance, cameras=inner.instance.cameras)


@admin.register(SiteLimit)
class SiteLimitAdmin(admin.ModelAdmin[SiteLimit]):
    """One row, made when first looked at; the list leads straight to it."""

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> HttpResponseBase:  # type: ignore[override]
        if not self.has_view_permission(request):
            raise PermissionDenied
        SiteLimit.objects.bulk_create([SiteLimit(pk=1)], ignore_conflicts=True)
        return HttpResponseRedirect(reverse("admin:quotas_sitelimit_change", args=[1]))

    def has_module_permission(self, request: HttpRequest) -> bool:
        return is_site_admin(request.user)

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return is_site_admin(request.user)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return is_site_admin(request.user)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False
