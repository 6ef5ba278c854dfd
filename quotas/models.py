"""Who may use how much. An agency without a row has the default of its code, else AGENCY_CAMERA_LIMIT."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class AgencyLimit(models.Model):
    agency = models.OneToOneField(
        "cameras.Agency", on_delete=models.CASCADE, related_name="limit", verbose_name=_("agency")
    )
    cameras = models.PositiveIntegerField(_("cameras watched at once"))

    class Meta:
        verbose_name = _("agency limit")
        verbose_name_plural = _("agency limits")

    def __str__(self) -> str:
        return f"{self.agency_id}: {self.cameras}"


class SiteLimit(models.Model):
    """One row (id 1), also the lock of the system. An empty field means the setting, so that the setting stays true."""

    cameras = models.PositiveIntegerField(
        _("cameras watched at once"), null=True, blank=True, help_text=_("Empty: SYSTEM_CAMERA_LIMIT.")
    )
    camera_webrtc = models.PositiveIntegerField(
        _("WebRTC viewers of a camera"), null=True, blank=True, help_text=_("Empty: CAMERA_WEBRTC_LIMIT.")
    )
    camera_hls = models.PositiveIntegerField(
        _("HLS viewers of a camera"), null=True, blank=True, help_text=_("Empty: CAMERA_HLS_LIMIT.")
    )
    viewer_cameras = models.PositiveIntegerField(
        _("cameras one viewer watches at once"), null=True, blank=True, help_text=_("Empty: VIEWER_CAMERA_LIMIT.")
    )

    class Meta:
        verbose_name = _("system limit")
        verbose_name_plural = _("system limits")
        constraints = [models.CheckConstraint(condition=models.Q(id=1), name="one_site_limit")]

    def __str__(self) -> str:
        return str(_("System limits"))
