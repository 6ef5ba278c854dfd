"""Who may use how much, and who used how much.

An agency without a row, or with an empty one, has the default of its code, else AGENCY_CAMERA_LIMIT.
"""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class AgencyLimit(models.Model):
    agency = models.OneToOneField(
        "cameras.Agency", on_delete=models.CASCADE, related_name="limit", verbose_name=_("agency")
    )
    cameras = models.PositiveIntegerField(
        _("cameras watched at once"), null=True, blank=True, help_text=_("Empty: the default for this agency.")
    )
    # Null: set before this was kept. A limit taken back keeps its row, so that the moment it fell is known.
    changed_at = models.DateTimeField(_("changed"), null=True, editable=False)

    class Meta:
        verbose_name = _("agency limit")
        verbose_name_plural = _("agency limits")

    def __str__(self) -> str:
        return str(self.agency)


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
    changed_at = models.DateTimeField(_("changed"), null=True, editable=False)  # null: never set by hand

    class Meta:
        verbose_name = _("system limit")
        verbose_name_plural = _("system limits")
        constraints = [models.CheckConstraint(condition=models.Q(id=1), name="one_site_limit")]

    def __str__(self) -> str:
        return str(_("System limits"))


class UsageMinute(models.Model):
    """What an agency used in one minute, of its limit above all. A minute without a row had no use and no refusal."""

    agency = models.ForeignKey(
        "cameras.Agency", on_delete=models.CASCADE, related_name="usage", verbose_name=_("agency")
    )
    minute = models.DateTimeField(_("minute"))  # its beginning
    peak = models.PositiveIntegerField(_("most cameras watched at once"), default=0)
    refusals = models.PositiveIntegerField(_("refused"), default=0)  # for want of the agency's limit
    limit = models.PositiveIntegerField(_("limit then"))  # the last one in force in that minute
    # Written by the tick alone, so that an admission need not know them.
    viewers = models.PositiveIntegerField(_("most viewers at once"), default=0, db_default=0)
    refused_otherwise = models.PositiveIntegerField(_("refused for another limit"), default=0, db_default=0)

    class Meta:
        verbose_name = _("minute of usage")
        verbose_name_plural = _("minutes of usage")
        ordering = ["minute"]
        indexes = [models.Index(fields=["minute"], name="usage_minute")]
        constraints = [models.UniqueConstraint(fields=["agency", "minute"], name="one_usage_minute_per_agency")]
