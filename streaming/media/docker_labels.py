"""Whose a container or service is, and which camera's and generation's: in its labels."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from django.conf import settings

from streaming.media.ports import MediaError, PusherSpec

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


def found(labels: Mapping[str, str] | None) -> Label | None:
    """None for what is not ours."""
    labels = labels or {}
    generation = labels.get(GENERATION, "")
    if labels.get(INSTANCE) != settings.INSTANCE_ID or not labels.get(CAMERA) or not generation.isdecimal():
        return None
    return Label(labels[CAMERA], int(generation))


def held(labels: Mapping[str, str] | None, spec: PusherSpec) -> int:
    """The generation that holds the camera's name. MediaError `name_taken`, or `superseded` where it is newer."""
    label = found(labels)
    if label is None or label.camera_id != spec.camera_id:
        raise MediaError("name_taken")
    if label.generation > spec.generation:
        raise MediaError("superseded", generation=label.generation)
    return label.generation
