"""Limits: of an agency on the agency's own page, of the whole system in one row. Only the site sets them."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext_lazy as _

from cameras.access import is_site_admin
from cameras.admin import AgencyAdmin
from cameras.admin_scope import ScopedAdmin
from cameras.models import Agency
from quotas.models import AgencyLimit, SiteLimit
from quotas.services import SITE_LIMITS, agency_limit_of, agency_limit_set, site_limits_set
from quotas.usage_page import usage_csv, usage_page


class AgencyLimitInline(admin.StackedInline[AgencyLimit, Agency]):
    model = AgencyLimit
    readonly_fields = ["changed_at"]

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Whoever sees the agency's page sees its limit."""
        return True

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return is_site_admin(request.user)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return is_site_admin(request.user)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """An emptied limit goes back to the agency's default, and keeps the moment."""
        return False


admin.site.unregister(Agency)


@admin.register(Agency)
class AgencyWithLimitAdmin(AgencyAdmin):
    """The page of an agency with its limit; cameras cannot have it there, as quotas stand above them."""

    list_display = [*AgencyAdmin.list_display, "limit_now"]
    list_select_related = ["limit"]
    inlines = [AgencyLimitInline]

    @admin.display(description=_("cameras at once"))
    def limit_now(self, agency: Agency) -> int:
        return agency_limit_of(agency)

    def save_formset(self, request: HttpRequest, form: Any, formset: Any, change: bool) -> None:
        formset.save(commit=False)
        for inner in formset.forms:
            if inner.has_changed():
                agency_limit_set(agency=form.instance, cameras=inner.instance.cameras)

    def render_change_form(self, request: HttpRequest, context: Any, *args: Any, **options: Any) -> Any:
        """Reached by those who may see the agency; its usage is theirs to see, too."""
        agency: Agency | None = options.get("obj")
        if agency is not None:
            context["usage"] = usage_page(agency, request.GET.get("usage"))
            context["usage_file"] = reverse("admin:cameras_agency_usage", args=[agency.pk])
        return super().render_change_form(request, context, *args, **options)

    def get_urls(self) -> list[URLPattern]:
        file = path("<int:pk>/usage.csv", self.admin_site.admin_view(self.usage_file), name="cameras_agency_usage")
        return [file, *super().get_urls()]

    def usage_file(self, request: HttpRequest, pk: int) -> HttpResponse:
        """A foreign agency is answered like one that does not exist."""
        agency = self.get_queryset(request).filter(pk=pk).first()
        if agency is None:
            raise Http404
        return usage_csv(agency, request.GET.get("usage"))


@admin.register(SiteLimit)
class SiteLimitAdmin(ScopedAdmin):
    """One row, made when first looked at; the list leads straight to it."""

    fields = [*SITE_LIMITS, "changed_at"]
    readonly_fields = ["changed_at"]

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> HttpResponseBase:  # type: ignore[override]
        if not self.has_view_permission(request):
            raise PermissionDenied
        SiteLimit.objects.bulk_create([SiteLimit(pk=1)], ignore_conflicts=True)
        return HttpResponseRedirect(reverse("admin:quotas_sitelimit_change", args=[1]))

    def save_model(self, request: HttpRequest, obj: SiteLimit, form: Any, change: bool) -> None:
        site_limits_set(**{name: form.cleaned_data[name] for name in form.changed_data})

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
