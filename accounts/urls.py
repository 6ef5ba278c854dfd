from __future__ import annotations

from django.contrib.auth.views import LogoutView
from django.urls import path

from accounts.pages import LoginPage, profile

urlpatterns = [
    path("login", LoginPage.as_view(), name="login"),
    path("logout", LogoutView.as_view(), name="logout"),
    path("profile", profile, name="profile"),
]
