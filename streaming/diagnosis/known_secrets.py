"""Every value that is a secret here: of settings by their names, of cameras and ingests by their columns."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

from django.conf import settings

from cameras.fields import EncryptedTextField, Sealed
from cameras.models import Camera
from streaming.media import names
from streaming.models import Stream
from streaming.states import UNFINISHED

# Of a setting's name, whatever comes before and after: PASSWORD_HASHERS too, which costs nothing.
NAMES = re.compile(r"SECRET|PASSWORD|TOKEN|CREDENTIAL|PRIVATE|(?:^|_)KEYS?$|ENCRYPTION_KEY|API_KEY")
# They match, and hold none.
HARMLESS = {
    "AUTH_PASSWORD_VALIDATORS",
    "PASSWORD_HASHERS",
    "PASSWORD_RESET_TIMEOUT",
    "TURN_CREDENTIAL_SECONDS",
    "VIEWER_TOKEN_SECONDS",
}
# Of a camera URL's query: what they name is no secret, and too common in ordinary text to be masked.
PLAIN = {"user", "username", "usr", "login", "channel", "stream", "subtype", "profile", "transport", "resolution"}
_USERINFO = re.compile(r"\w+://[^\s/?#]*@")


def is_secret(name: str) -> bool:
    return NAMES.search(name.upper()) is not None and name.upper() not in HARMLESS


def settings_shown() -> dict[str, Any]:
    """Every setting by name; what is a secret by its name, or holds credentials, as `***`."""
    return {name: _shown(name, getattr(settings, name)) for name in sorted(dir(settings)) if name.isupper()}


def of_settings() -> set[str]:
    """Their values, those inside of URLs and nested settings too."""
    return {secret for name in dir(settings) if name.isupper() for secret in _inside(name, getattr(settings, name))}


def of_rows() -> set[str]:
    """What the encrypted columns of cameras and unfinished streams hold: passwords, and the secret parts of URLs."""
    found: set[str] = set()
    for rows in (Camera.objects.all(), Stream.objects.filter(state__in=UNFINISHED)):  # keys of ended ones are refused
        sealed = [field.name for field in rows.model._meta.local_fields if isinstance(field, EncryptedTextField)]
        for row in rows.values_list(*sealed).iterator():
            columns = zip(sealed, row, strict=True)
            found.update(secret for name, value in columns if value for secret in _of_column(name, value))
    # The last part of an ingest's URL is LiveKit's stream key, but with Janus the camera's room.
    cameras = set(Camera.objects.values_list("camera_id", flat=True))
    return found - cameras - {names.room(camera_id) for camera_id in cameras}


def _of_column(name: str, value: str) -> Iterable[str]:
    if isinstance(value, Sealed) or name == "password":
        return [value]
    return [] if name == "username" else _of_url(value, ingest=name == "whip_url")


def _of_url(url: str, *, ingest: bool = False) -> Iterator[str]:
    """Password, values of the query, and of an ingest the last part of its path: the stream key."""
    try:
        parts = urlsplit(url)
        password = parts.password
    except ValueError:
        yield url
        return
    if password:
        yield from (password, unquote(password))
    last = parts.path.rpartition("/")[2]
    # Some makers' URLs have their user and password in the path: /user=…&password=…
    yield from (value for name, value in parse_qsl(f"{parts.query}&{last}") if name.lower() not in PLAIN)
    if ingest:
        yield last


def _shown(name: str, value: Any) -> Any:
    if is_secret(name) and value:
        return "***"
    if isinstance(value, dict):
        return {str(key): _shown(str(key), inner) for key, inner in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [_shown(name, inner) for inner in value]
    if value is None or isinstance(value, bool | int | float):
        return value
    return _USERINFO.sub(lambda found: f"{found[0].partition('://')[0]}://***@", str(value))


def _inside(name: str, value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        for key, inner in value.items():
            yield from _inside(name if is_secret(name) else str(key), inner)
    elif isinstance(value, list | tuple | set | frozenset):
        for inner in value:
            yield from _inside(name, inner)
    elif isinstance(value, str) and value:
        yield from ([value] if is_secret(name) else _of_url(value) if "://" in value else [])
