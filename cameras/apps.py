from __future__ import annotations

from collections.abc import Iterable

from django.apps import AppConfig

from accounts import agency_codes


class CamerasConfig(AppConfig):
    name = "cameras"

    def ready(self) -> None:
        agency_codes.register(_codes)


def _codes() -> Iterable[str]:
    from cameras.models import Agency

    return Agency.objects.values_list("code", flat=True)
