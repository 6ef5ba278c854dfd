"""What a change of a camera's URLs and credentials comes to. Credentials never stay inside a URL."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _

from cameras import rtsp
from cameras.models import Camera
from cctv.errors import DomainError

SOURCE_FIELDS = ("main_url", "sub_url", "username", "password")
Pair = tuple[str, str]  # user name, password


def source_of(camera: Camera) -> tuple[str, ...]:
    return tuple(getattr(camera, name) for name in SOURCE_FIELDS)


def separated(camera: Camera, changes: dict[str, Any]) -> dict[str, Any]:
    """`changes` with credentials moved out of the URLs; a user name or password given by itself wins over them.

    Raises DomainError `invalid` naming the field.
    """
    moved = dict(changes)
    embedded: dict[str, Pair] = {}
    for name in ("main_url", "sub_url"):
        if moved.get(name):
            source = _parsed(name, moved[name])
            moved[name] = source.url
            if source.username or source.password:
                embedded[name] = (source.username, source.password)
    if embedded and not (changes.get("username") or changes.get("password")):
        moved["username"], moved["password"] = _one_pair(camera, changes, embedded)
    for name in ("username", "password"):
        if not str(moved.get(name, "")).isprintable() or len(moved.get(name, "")) > 200:
            raise _invalid(name, _("Control characters and more than 200 characters are not allowed."))
    return moved


def _one_pair(camera: Camera, changes: dict[str, Any], embedded: dict[str, Pair]) -> Pair:
    """A camera has one user: a sub-stream must not silently change that of the main stream."""
    pairs = set(embedded.values())
    kept = (camera.username, camera.password)
    if "main_url" not in changes and camera.main_url and any(kept):
        pairs.add(kept)
    if len(pairs) > 1:
        raise _invalid("sub_url", _("Both streams of a camera need the same user name and password."))
    return pairs.pop()


def _parsed(name: str, url: str) -> rtsp.Source:
    try:
        return rtsp.parse(url)
    except rtsp.BadUrl as error:
        raise _invalid(name, _sentence(error.code)) from None


def _invalid(name: str, sentence: str) -> DomainError:
    return DomainError("invalid", 400, fields={name: [sentence]})


def _sentence(code: str) -> str:
    return {
        "rtsp_scheme": _("The address must begin with rtsp:// or rtsps://."),
        "rtsp_host": _("The address names no valid host."),
        "rtsp_port": _("The port must be a number from 1 to 65535."),
        "rtsp_characters": _("The address has characters that are not allowed."),
        "rtsp_too_long": _("The address has more than 500 characters."),
    }[code]
