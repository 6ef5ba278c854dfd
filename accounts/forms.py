"""Login and profile."""

from __future__ import annotations

from functools import cache
from typing import Any
from zoneinfo import available_timezones

from django import forms
from django.contrib.admin.forms import AdminAuthenticationForm
from django.contrib.auth.forms import AuthenticationForm, PasswordChangeForm
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from accounts import throttle
from accounts.models import User

TOO_MANY = "too_many_attempts"
LATER = ("digits", "theme")


class LoginForm(AuthenticationForm):
    """Django's, with a limit on guessing; it is in the form so that the admin's own login has it too."""

    def clean(self) -> dict[str, Any]:
        who = self.cleaned_data.get("username") or "", self._address()
        if throttle.too_many(*who):
            raise ValidationError(_("Too many attempts. Please wait five minutes."), code=TOO_MANY)
        try:
            cleaned = super().clean()
        except ValidationError:
            throttle.failed(*who)
            raise
        throttle.succeeded(*who)
        return cleaned

    def _address(self) -> str:
        """Behind a proxy the ASGI server sets it from the header of a trusted one; we never read the header."""
        return str(self.request.META.get("REMOTE_ADDR", "")) if self.request else ""


class AdminLoginForm(LoginForm, AdminAuthenticationForm):
    pass


class PasswordForm(PasswordChangeForm):
    """Django's, which takes the focus on a page of its own; here it is the second form."""

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["old_password"].widget.attrs.pop("autofocus", None)


@cache
def _zones() -> list[tuple[str, str]]:
    """Kept, because looking reads hundreds of files."""
    return [(zone, zone) for zone in sorted(available_timezones())]


class PreferencesForm(forms.ModelForm[User]):
    time_zone = forms.ChoiceField(label=_("time zone"), choices=_zones)

    class Meta:
        model = User
        fields = ["language", "time_zone", "digits", "theme"]

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        for name in LATER:
            self.fields[name].required = False

    def clean(self) -> dict[str, Any]:
        """What a form of before these fields leaves out stays as it is."""
        cleaned = super().clean() or {}
        left_out = (name for name in LATER if cleaned.get(name) == "")
        return {**cleaned, **{name: getattr(self.instance, name) for name in left_out}}
