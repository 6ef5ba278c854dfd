"""One zip for whoever has to find out what is wrong, without a single secret in it."""

from __future__ import annotations

import io
import time
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass, field

from django.db import DatabaseError

from cctv import reasons
from streaming.diagnosis import known_secrets
from streaming.diagnosis.bundle_parts import Part, parts
from streaming.diagnosis.redaction import Redaction
from streaming.media.ports import MediaError

README = "README.txt"


@dataclass(frozen=True, slots=True)
class Bundle:
    """`missing`: names of parts that could not be written, with the reason."""

    data: bytes
    written: list[str] = field(default_factory=list)
    missing: dict[str, str] = field(default_factory=dict)


def bundle(wanted: Mapping[str, Part] | None = None) -> Bundle:
    """Every part goes through the same redaction; one that fails is a file NAME.error.txt."""
    redaction, missing = _redaction()
    texts, written = {}, []
    for name, part in (wanted if wanted is not None else parts()).items():
        try:
            texts[name] = part()
            written.append(name)
        except Exception as error:  # noqa: BLE001 - whatever it is, the other parts are wanted all the same
            missing[name] = _why(error)
            texts[f"{name}.error.txt"] = missing[name]
    texts[README] = _readme(written, missing)
    return Bundle(_zipped({name: redaction.clean(text) for name, text in texts.items()}), written, missing)


def _redaction() -> tuple[Redaction, dict[str, str]]:
    """Without the database the cameras' own passwords are not known: what looks like one goes all the same."""
    values = known_secrets.of_settings()
    try:
        return Redaction(values | known_secrets.of_rows()), {}
    except DatabaseError as error:
        return Redaction(values), {"secrets of rows": _why(error)}


def _why(error: BaseException) -> str:
    if isinstance(error, MediaError):
        return f"{error.code}: {reasons.text(error.code, error.params)}"
    return f"{type(error).__name__}: {error}"


def _readme(written: list[str], missing: Mapping[str, str]) -> str:
    moment = time.strftime("%Y-%m-%d %H:%M:%SZ", time.gmtime())
    lines = [f"Made by debug_bundle at {moment}. What each file holds: docs/operate/debug_bundle.md", "", *written]
    if missing:
        lines += ["", "missing:", *(f"{name}: {why.splitlines()[0]}" for name, why in missing.items())]
    return "\n".join(lines) + "\n"


def _zipped(texts: Mapping[str, str]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in sorted(texts.items()):
            archive.writestr(name, text)
    return buffer.getvalue()
