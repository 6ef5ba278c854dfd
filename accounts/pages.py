"""Login, logout, the switch of languages and the user's own profile."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth import update_session_auth_hash, views
from django.contrib.auth.decorators import login_required
from django.contrib.auth.forms import AuthenticationForm
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST
from django.views.i18n import set_language

from accounts.forms import TOO_MANY, LoginForm, PasswordForm, PreferencesForm
from accounts.models import User
from accounts.preferences import known_language
from accounts.services import preferences_set
from accounts.throttle import WINDOW_SECONDS


class LoginPage(views.LoginView):
    """`registration/login.html`: `form` (username, password), `next`. 429 after too many failures."""

    authentication_form = LoginForm
    redirect_authenticated_user = True

    def form_invalid(self, form: AuthenticationForm) -> HttpResponse:
        response = super().form_invalid(form)
        if form.has_error("__all__", TOO_MANY):
            response.status_code = 429
            response.headers["Retry-After"] = str(WINDOW_SECONDS)
        return response


@require_POST
def language(request: HttpRequest) -> HttpResponse:
    """The switch: `language`, and `next` to go back to. Kept in a user's profile, in a visitor's cookie."""
    wanted = known_language(request.POST.get("language"))
    if not (wanted and isinstance(request.user, User)):
        return set_language(request)
    preferences_set(user=request.user, language=wanted)
    return redirect(_next(request))


def _next(request: HttpRequest) -> str:
    """Within this site, whatever the form says."""
    where = request.POST.get("next", "")
    safe = url_has_allowed_host_and_scheme(where, {request.get_host()}, require_https=request.is_secure())
    return where if safe else "/"


@login_required
@require_http_methods(["GET", "POST"])
def profile(request: HttpRequest) -> HttpResponse:
    """`accounts/profile.html`: `preferences_form` (language, time_zone, digits, theme), `password_form` (old_password,
    new_password1, new_password2). Each posts here with a button named `action`: `preferences` or `password`."""
    user = request.user
    assert isinstance(user, User)
    wanted = request.POST.get("action")
    # The form gets a copy of the row, so that a refused value does not show up elsewhere in the page.
    row = User.objects.get(pk=user.pk)
    preferences = PreferencesForm(request.POST if wanted == "preferences" else None, instance=row)
    password = PasswordForm(user, request.POST if wanted == "password" else None)
    if preferences.is_bound and preferences.is_valid():
        return _preferences_saved(request, user, preferences)
    if password.is_bound and password.is_valid():
        return _password_saved(request, password)
    status = 422 if preferences.is_bound or password.is_bound else 200
    context = {"preferences_form": preferences, "password_form": password}
    return render(request, "accounts/profile.html", context, status=status)


def _preferences_saved(request: HttpRequest, user: User, form: PreferencesForm) -> HttpResponse:
    preferences_set(user=user, **form.cleaned_data)
    messages.success(request, _("Saved."))
    return redirect("profile")


def _password_saved(request: HttpRequest, form: PasswordForm) -> HttpResponse:
    user = form.save()
    update_session_auth_hash(request, user)  # this session goes on, all others end
    messages.success(request, _("The password was changed."))
    return redirect("profile")
