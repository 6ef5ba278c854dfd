"""Walls of cameras: whose they are, and which camera is in which tile."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from walls.layouts import MOST, TILES


class Wall(models.Model):
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="walls", verbose_name=_("owner")
    )
    agency = models.ForeignKey(
        "cameras.Agency",
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="walls",
        verbose_name=_("shared with"),
    )
    name = models.CharField(_("name"), max_length=80)
    layout = models.CharField(_("layout"), max_length=8, choices=[(name, name) for name in TILES])
    version = models.PositiveIntegerField(_("version"), default=1, editable=False)  # +1 at every save
    updated_at = models.DateTimeField(_("changed"), editable=False)

    class Meta:
        verbose_name = _("wall")
        verbose_name_plural = _("walls")
        ordering = ["name", "id"]
        constraints = [models.CheckConstraint(condition=Q(layout__in=list(TILES)), name="wall_layout_known")]

    def __str__(self) -> str:
        return self.name

    @property
    def tiles(self) -> int:
        return TILES[self.layout]


class WallTile(models.Model):
    """A tile that shows a camera; an empty one has no row. Places count from 0, in reading order."""

    wall = models.ForeignKey(Wall, on_delete=models.CASCADE, related_name="filled", verbose_name=_("wall"))
    place = models.PositiveSmallIntegerField(_("place"))
    camera = models.ForeignKey("cameras.Camera", on_delete=models.CASCADE, related_name="+", verbose_name=_("camera"))

    class Meta:
        verbose_name = _("tile")
        verbose_name_plural = _("tiles")
        ordering = ["place"]
        constraints = [
            models.UniqueConstraint(fields=["wall", "place"], name="one_camera_per_tile"),
            models.CheckConstraint(condition=Q(place__lt=MOST), name="wall_place_known"),
        ]
