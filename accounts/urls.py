from __future__ import annotations

from django.contrib.auth.views import LogoutView
from django.urls import path

from accounts.api import PreferencesView
from accounts.pages import LoginPage, language, profile

urlpatterns = [
    path("login", LoginPage.as_view(), name="login"),
    path("logout", LogoutView.as_view(), name="logout"),
    path("profile", profile, name="profile"),
    path("language", language, name="set_language"),
    path("api/v1/preferences", PreferencesView.as_view(), name="api-preferences"),
]
