from django.apps import AppConfig


class CctvConfig(AppConfig):
    name = "cctv"

    def ready(self) -> None:
        from cctv import checks  # noqa: F401  # registers the checks
