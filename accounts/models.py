"""Who asks: people with a role in an agency, and service accounts with API keys.

Agencies are named by their code (a string key), so that this app never imports cameras.
"""

from __future__ import annotations

from django.contrib.auth.models import AbstractUser
from django.db import models
from django.utils.translation import gettext_lazy as _


class Theme(models.TextChoices):
    AUTO = "auto", _("As this device")
    DARK = "dark", _("Dark")
    LIGHT = "light", _("Light")
    CONTRAST = "contrast", _("High contrast")


class Digits(models.TextChoices):
    """CLDR's names of numbering systems."""

    LATN = "latn", _("Western (0123)")
    ARAB = "arab", _("Arabic (٠١٢٣), in Arabic texts")


class User(AbstractUser):
    # Each language is named in itself. Empty: never chosen.
    language = models.CharField(
        _("language"),
        max_length=8,
        blank=True,
        default="",
        choices=[("", _("As the browser asks")), ("en", "English"), ("ar", "العربية")],
    )
    time_zone = models.CharField(_("time zone"), max_length=64, default="Asia/Dubai")
    theme = models.CharField(_("appearance"), max_length=8, choices=Theme, default=Theme.DARK)
    digits = models.CharField(_("digits"), max_length=4, choices=Digits, default=Digits.LATN)

    class Meta:
        verbose_name = _("user")
        verbose_name_plural = _("users")
        constraints = [
            models.CheckConstraint(condition=models.Q(theme__in=Theme.values), name="user_theme_known"),
            models.CheckConstraint(condition=models.Q(digits__in=Digits.values), name="user_digits_known"),
        ]


class Role(models.TextChoices):
    VIEWER = "viewer", _("Viewer")
    OPERATOR = "operator", _("Operator")
    AGENCY_ADMIN = "agency_admin", _("Agency admin")
    AUDITOR = "auditor", _("Auditor")


# May watch live video; an auditor sees cameras, events and numbers, but no picture.
WATCHERS = frozenset({Role.VIEWER, Role.OPERATOR, Role.AGENCY_ADMIN})


class Membership(models.Model):
    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="memberships", verbose_name=_("user"))
    agency_code = models.CharField(_("agency"), max_length=32)
    role = models.CharField(_("role"), max_length=16, choices=Role.choices)

    class Meta:
        verbose_name = _("membership")
        verbose_name_plural = _("memberships")
        constraints = [
            models.UniqueConstraint(fields=["user", "agency_code"], name="membership_once"),
            models.CheckConstraint(condition=models.Q(role__in=Role.values), name="membership_role_known"),
        ]

    def __str__(self) -> str:
        return f"{self.user} · {self.agency_code} · {self.role}"


class ServiceAccount(models.Model):
    name = models.SlugField(_("name"), max_length=64, unique=True)
    agency_codes = models.JSONField(_("agencies"), default=list, help_text=_("Codes of the agencies it may watch."))
    all_agencies = models.BooleanField(_("all agencies"), default=False)
    may_publish = models.BooleanField(_("may publish"), default=False, help_text=_("Is told the WHIP URL of a stream."))
    may_manage = models.BooleanField(_("may manage cameras"), default=False)
    enabled = models.BooleanField(_("enabled"), default=True)

    class Meta:
        verbose_name = _("service account")
        verbose_name_plural = _("service accounts")

    def __str__(self) -> str:
        return self.name

    # What DRF and templates ask of whoever is logged in.
    is_authenticated = True
    is_anonymous = False
    is_staff = False
    is_superuser = False


class ApiKey(models.Model):
    """`<prefix>.<secret>`; only the SHA-256 of the secret (256 random bits) is kept."""

    account = models.ForeignKey(
        ServiceAccount, on_delete=models.CASCADE, related_name="keys", verbose_name=_("service account")
    )
    prefix = models.CharField(_("prefix"), max_length=12, unique=True)
    secret_sha256 = models.CharField(max_length=64)
    created_at = models.DateTimeField(_("created"), auto_now_add=True)
    last_used_at = models.DateTimeField(_("last use"), null=True, blank=True)
    revoked_at = models.DateTimeField(_("revoked"), null=True, blank=True)

    class Meta:
        verbose_name = _("API key")
        verbose_name_plural = _("API keys")

    def __str__(self) -> str:
        return f"{self.account} {self.prefix}…"
