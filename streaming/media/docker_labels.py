"""Whose a container or service is, and which camera's and generation's: in its labels."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from django.conf import settings

from cameras.models import CAMERA_ID
from streaming.media.ports import MediaError, PusherSpec

NUMBER = r"[0-9]{1,18}"  # what fits into a row
INSTANCE, CAMERA, GENERATION = "cctv.instance", "cctv.camera", "cctv.generation"


@dataclass(frozen=True, slots=True)
class Label:
    camera_id: str
    generation: int


def made(spec: PusherSpec) -> dict[str, str]:
    return {INSTANCE: settings.INSTANCE_ID, CAMERA: spec.camera_id, GENERATION: str(spec.generation)}


def ours() -> str:
    """The filter of everything of this INSTANCE_ID."""
    return f"{INSTANCE}={settings.INSTANCE_ID}"


def of_camera(camera_id: str) -> list[str]:
    """The same of one camera."""
    return [ours(), f"{CAMERA}={camera_id}"]


def found(labels: Mapping[str, str] | None) -> Label | None:
    """None for what is not ours, or bears a label that we never wrote."""
    labels = labels or {}
    camera_id, generation = labels.get(CAMERA, ""), labels.get(GENERATION, "")
    if labels.get(INSTANCE) != settings.INSTANCE_ID or not re.fullmatch(CAMERA_ID, camera_id):
        return None
    return Label(camera_id, int(generation)) if re.fullmatch(NUMBER, generation) else None


def held(labels: Mapping[str, str] | None, spec: PusherSpec) -> int:
    """The generation that holds the camera's name. MediaError `name_taken`, or `superseded` where it is newer."""
    label = found(labels)
    if label is None or label.camera_id != spec.camera_id:
        raise MediaError("name_taken")
    if label.generation > spec.generation:
        raise MediaError("superseded", generation=label.generation)
    return label.generation
