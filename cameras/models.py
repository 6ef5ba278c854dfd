"""What exists: agencies, a tree of groups, cameras. Cameras are archived, agencies protected."""

from __future__ import annotations

import math

from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator, RegexValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from cameras.fields import EncryptedTextField

CAMERA_ID = r"^[a-z0-9](?:[a-z0-9-]{0,46}[a-z0-9])?$"


class Named(models.Model):
    """A name in English and in Arabic; `name` is the reader's."""

    name_en = models.CharField(_("name (English)"), max_length=120)
    name_ar = models.CharField(_("name (Arabic)"), max_length=120, blank=True)

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return self.name

    @property
    def name(self) -> str:
        return (self.name_ar if (get_language() or "en").startswith("ar") else "") or self.name_en


class WatermarkPolicy(models.TextChoices):
    OFF = "off", _("Off")
    ALWAYS = "always", _("Always")


class Agency(Named):
    code = models.CharField(_("code"), max_length=32, unique=True, validators=[RegexValidator(r"^[A-Z][A-Z0-9_]*$")])
    enabled = models.BooleanField(_("enabled"), default=True)
    time_zone = models.CharField(_("time zone"), max_length=64, default="Asia/Dubai")
    watermark = models.CharField(
        _("watermark"),
        max_length=8,
        choices=WatermarkPolicy,
        default=WatermarkPolicy.OFF,
        help_text=_("The viewer's name and the time over the picture, on the screen and in saved pictures."),
    )

    class Meta:
        verbose_name = _("agency")
        verbose_name_plural = _("agencies")
        ordering = ["code"]
        constraints = [
            models.CheckConstraint(condition=Q(code__regex=r"^[A-Z][A-Z0-9_]*$"), name="agency_code_form"),
            models.CheckConstraint(condition=Q(watermark__in=WatermarkPolicy.values), name="agency_watermark_known"),
        ]


class CameraGroup(Named):
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="groups", verbose_name=_("agency"))
    parent = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="children", verbose_name=_("parent")
    )

    class Meta:
        verbose_name = _("camera group")
        verbose_name_plural = _("camera groups")
        ordering = ["agency", "name_en"]
        constraints = [models.CheckConstraint(condition=~Q(parent=models.F("id")), name="group_not_its_own_parent")]

    def clean(self) -> None:
        """A tree within one agency: no group is its own ancestor. One query per level above."""
        above = self.parent
        if above is not None and above.agency_id != self.agency_id:
            raise ValidationError({"parent": _("The parent belongs to another agency.")})
        passed = {self.pk} - {None}
        while above is not None:
            if above.pk in passed:
                raise ValidationError({"parent": _("A group cannot be below itself.")})
            passed.add(above.pk)
            above = above.parent


class CameraState(models.TextChoices):
    ONLINE = "ONLINE", _("Online")
    OFFLINE = "OFFLINE", _("Offline")
    UNKNOWN = "UNKNOWN", _("Unknown")


class Camera(Named):
    camera_id = models.CharField(
        _("camera ID"),
        max_length=48,
        unique=True,
        validators=[RegexValidator(CAMERA_ID)],
        help_text=_("Lower-case letters, digits and hyphens; it never changes."),
    )
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="cameras", verbose_name=_("agency"))
    group = models.ForeignKey(
        CameraGroup, on_delete=models.SET_NULL, null=True, blank=True, related_name="cameras", verbose_name=_("group")
    )
    place = models.CharField(_("place"), max_length=200, blank=True)
    latitude = models.FloatField(
        _("latitude"), null=True, blank=True, validators=[MinValueValidator(-90), MaxValueValidator(90)]
    )
    longitude = models.FloatField(
        _("longitude"), null=True, blank=True, validators=[MinValueValidator(-180), MaxValueValidator(180)]
    )
    main_url = EncryptedTextField(_("main stream URL"), blank=True, default="")
    sub_url = EncryptedTextField(_("sub-stream URL"), blank=True, default="")
    username = EncryptedTextField(_("user name"), blank=True, default="")
    password = EncryptedTextField(_("password"), blank=True, default="")
    audio = models.BooleanField(
        _("sound"),
        default=False,
        help_text=_("Viewers may hear the camera. Where sound may be recorded or listened to, the law differs."),
    )
    source_revision = models.PositiveIntegerField(_("source revision"), default=1, editable=False)
    enabled = models.BooleanField(_("enabled"), default=True)
    archived_at = models.DateTimeField(_("archived"), null=True, blank=True, editable=False)
    tags = models.JSONField(_("tags"), default=list, blank=True)
    state = models.CharField(_("state"), max_length=8, choices=CameraState, default=CameraState.UNKNOWN, editable=False)
    state_since = models.DateTimeField(_("since"), null=True, blank=True, editable=False)
    state_code = models.CharField(_("reason"), max_length=48, blank=True, editable=False)
    created_at = models.DateTimeField(_("created"), auto_now_add=True)

    class Meta:
        verbose_name = _("camera")
        verbose_name_plural = _("cameras")
        ordering = ["camera_id"]
        constraints = [
            models.CheckConstraint(condition=Q(camera_id__regex=CAMERA_ID), name="camera_id_form"),
            models.CheckConstraint(condition=Q(state__in=CameraState.values), name="camera_state_known"),
            models.CheckConstraint(
                condition=Q(latitude__isnull=True) | Q(latitude__gte=-90, latitude__lte=90), name="camera_latitude"
            ),
            models.CheckConstraint(
                condition=Q(longitude__isnull=True) | Q(longitude__gte=-180, longitude__lte=180),
                name="camera_longitude",
            ),
        ]

    @property
    def configured(self) -> bool:
        return bool(self.main_url)

    @property
    def has_sub(self) -> bool:
        return bool(self.sub_url)

    def clean(self) -> None:
        """What field validators cannot say: a group of the same agency, real numbers, tags as a list of words."""
        if self.group is not None and self.group.agency_id != self.agency_id:
            raise ValidationError({"group": _("The group belongs to another agency.")})
        for field in ("latitude", "longitude"):
            if not math.isfinite(getattr(self, field) or 0):  # NaN passes every comparison
                raise ValidationError({field: _("Enter a number.")})
        if not _are_tags(self.tags):
            raise ValidationError({"tags": _("At most 20 tags of at most 40 characters.")})


def _are_tags(tags: object) -> bool:
    return (
        isinstance(tags, list)
        and len(tags) <= 20
        and all(isinstance(tag, str) and 0 < len(tag) <= 40 and tag.isprintable() for tag in tags)
    )
