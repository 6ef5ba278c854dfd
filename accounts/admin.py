"""People, their roles, service accounts and keys. The text of a key is shown once, when it is made."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.contrib.auth.admin import UserAdmin as DjangoUserAdmin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.template.response import TemplateResponse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts import agency_codes
from accounts.forms import AdminLoginForm
from accounts.models import ApiKey, Membership, ServiceAccount, User
from accounts.services import api_key_create, api_key_revoke
from cctv.comma_text import CommaTextField

PREFERENCES = ("language", "time_zone", "digits", "theme")
# The limit on guessing passwords holds at this door too.
admin.site.login_form = AdminLoginForm


class MembershipForm(forms.ModelForm[Membership]):
    class Meta:
        model = Membership
        fields = ["agency_code", "role"]


class MembershipInline(admin.TabularInline[Membership, User]):
    model = Membership
    form = MembershipForm
    extra = 0

    def get_queryset(self, request: HttpRequest) -> QuerySet[Membership]:
        """Each row names its user."""
        return super().get_queryset(request).select_related("user")

    def get_formset(self, request: HttpRequest, obj: Any = None, **options: Any) -> Any:
        """With the codes that exist now: asked once, not by the form of each row."""
        codes = [("", "---------"), *((code, code) for code in agency_codes.known())]
        field = forms.ChoiceField(label=_("agency"), choices=codes)
        form = type("MembershipForm", (MembershipForm,), {"agency_code": field})
        return super().get_formset(request, obj, form=form, **options)


@admin.register(User)
class UserAdmin(DjangoUserAdmin[User]):
    list_display = ["username", "first_name", "last_name", "language", "is_active", "is_staff", "is_superuser"]
    list_filter = ["is_active", "is_staff", "is_superuser", "memberships__role"]
    inlines = [MembershipInline]
    fieldsets = [*(DjangoUserAdmin.fieldsets or []), (_("Preferences"), {"fields": [*PREFERENCES]})]


class KeyInline(admin.TabularInline[ApiKey, ServiceAccount]):
    model = ApiKey
    readonly_fields = ["prefix", "created_at", "last_used_at", "revoked_at"]
    exclude = ["secret_sha256"]
    extra = 0
    can_delete = False

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


class CodesField(CommaTextField):
    """A list of agency codes."""

    def validate(self, value: Any) -> None:
        agency_codes.check(value)


class ServiceAccountForm(forms.ModelForm[ServiceAccount]):
    agency_codes = CodesField(label=_("agencies"), required=False, help_text=_("Codes, separated by commas."))

    class Meta:
        model = ServiceAccount
        fields = ["name", "agency_codes", "all_agencies", "may_publish", "may_manage", "enabled"]


@admin.register(ServiceAccount)
class ServiceAccountAdmin(admin.ModelAdmin[ServiceAccount]):
    form = ServiceAccountForm
    list_display = ["name", "agency_codes", "all_agencies", "may_publish", "may_manage", "enabled"]
    list_filter = ["enabled", "all_agencies", "may_publish", "may_manage"]
    search_fields = ["name", "keys__prefix"]
    inlines = [KeyInline]
    actions = ["make_key", "revoke_keys"]

    @admin.action(description=_("Make an API key (shown once)"), permissions=["change"])
    def make_key(self, request: HttpRequest, queryset: QuerySet[ServiceAccount]) -> HttpResponseBase | None:
        account = queryset.first()
        if account is None or queryset.count() > 1:
            self.message_user(request, gettext("Choose one service account."), messages.ERROR)
            return None
        key, text = api_key_create(account=account)
        self.log_change(request, account, f"API key {key.prefix} made")
        return self._shown_once(request, account, text)

    @admin.action(description=_("Revoke all API keys"), permissions=["change"])
    def revoke_keys(self, request: HttpRequest, queryset: QuerySet[ServiceAccount]) -> None:
        for key in ApiKey.objects.filter(account__in=queryset, revoked_at=None):
            api_key_revoke(key=key)
            self.log_change(request, key.account, f"API key {key.prefix} revoked")
        self.message_user(request, gettext("The keys were revoked."))

    def _shown_once(self, request: HttpRequest, account: ServiceAccount, text: str) -> HttpResponseBase:
        """In the answer itself: a message would travel through a cookie."""
        context = {**self.admin_site.each_context(request), "title": _("API key"), "account": account, "key": text}
        headers = {"Cache-Control": "no-store"}
        return TemplateResponse(request, "accounts/admin_api_key.html", context, headers=headers)
