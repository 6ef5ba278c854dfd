"""Where texts for people can stand: our own templates, scripts and Python modules, without tests and libraries."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
NOT_OURS = {"tests", "migrations", "node_modules", ".venv", ".data", "vendor", "bench", "staticfiles", "test-results"}


def ours(ending: str) -> Iterator[Path]:
    """Every such file of the Django project, relative to its root."""
    apps = sorted(path.parent for path in ROOT.glob("*/apps.py"))
    for folder in [*apps, ROOT / "templates", ROOT / "static" / "js"]:
        for path in sorted(folder.rglob(f"*{ending}")):
            if not NOT_OURS & set(path.relative_to(ROOT).parts):
                yield path.relative_to(ROOT)
