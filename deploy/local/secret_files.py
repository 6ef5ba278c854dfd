"""Secrets of a local stack: made once, each in a 0600 file of its own, given to programs as NAME_FILE."""

from __future__ import annotations

import base64
import os
import secrets
from collections.abc import Callable
from pathlib import Path

from deploy.local.layout import Layout


def _word() -> str:
    """32 letters, the fewest that LiveKit takes for a secret."""
    return secrets.token_urlsafe(24)


def _fernet_key() -> str:
    return base64.urlsafe_b64encode(secrets.token_bytes(32)).decode()


def _api_key() -> str:
    """`<prefix>.<secret of 256 bits>`, as accounts.ApiKey keeps it."""
    return f"{secrets.token_hex(6)}.{secrets.token_urlsafe(32)}"


def _typed() -> str:
    """A password that a person types from a screen: no letters that look alike, 70 bits."""
    letters = "abcdefghjkmnpqrstuvwxyz23456789"
    return "-".join("".join(secrets.choice(letters) for _ in range(5)) for _ in range(3))


SECRETS: dict[str, Callable[[], str]] = {
    "SECRET_KEY": lambda: secrets.token_urlsafe(48),
    "FIELD_ENCRYPTION_KEY": _fernet_key,
    "DATABASE_PASSWORD": _word,
    "JANUS_API_SECRET": _word,
    "JANUS_ADMIN_SECRET": _word,
    "LIVEKIT_API_SECRET": _word,
    "DEMO_PASSWORD": _typed,
    "DEMO_CAMERA_PASSWORD": _word,
    "DEMO_API_KEY": _api_key,
}


def secret_path(layout: Layout, name: str) -> Path:
    return layout.secrets / name.lower()


def read_secret(layout: Layout, name: str) -> str:
    return secret_path(layout, name).read_text().strip()


def make_secrets(layout: Layout) -> None:
    for name, make in SECRETS.items():
        if not secret_path(layout, name).exists():
            write_private(secret_path(layout, name), make() + "\n")


def write_private(path: Path, text: str) -> None:
    """Replace `path` at once by a 0600 file: no reader sees half of it, nobody else reads it."""
    new = path.with_name(f".{path.name}.{os.getpid()}.new")
    new.unlink(missing_ok=True)
    with os.fdopen(os.open(new, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        file.write(text)
    new.replace(path)
