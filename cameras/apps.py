from __future__ import annotations

from collections.abc import Iterable

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from accounts import agency_codes


class CamerasConfig(AppConfig):
    name = "cameras"
    verbose_name = _("Cameras")

    def ready(self) -> None:
        agency_codes.register(_codes)


def _codes() -> Iterable[str]:
    from cameras.models import Agency

    return Agency.objects.values_list("code", flat=True)
