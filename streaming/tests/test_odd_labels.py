"""A label that we never wrote is nobody's: it must not stop whoever lists and sorts them all."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from streaming.media import docker_labels
from streaming.media.supervisor_files import PusherFiles

NAME = "whip-pusher-cam-a"
GOOD = {"name": NAME, "instance": "i", "camera_id": "cam-a", "generation": 5, "started": True}
ODD = [
    {"generation": "5"}, {"generation": 5.0}, {"generation": True}, {"generation": None}, {"generation": -1},
    {"generation": 10**30}, {"camera_id": 7}, {"camera_id": "Cam A"}, {"camera_id": "c" * 500}, {"instance": 1},
    {"name": "whip-pusher-cam-b"}, {"camera_id": "cam-b"}, {"started": "no"}, {"more": 1},
]  # fmt: skip


def written(folder: Path, label: Any) -> PusherFiles:
    (folder / f"{NAME}.json").write_text(json.dumps(label))
    return PusherFiles(folder, folder)


def test_a_label_of_our_making_is_read(tmp_path: Path) -> None:
    found = written(tmp_path, GOOD).label(NAME)
    assert found is not None
    assert (found.camera_id, found.generation) == ("cam-a", 5)


@pytest.mark.parametrize("odd", ODD)
def test_a_supervisor_s_label_of_another_form_is_a_stranger_s(tmp_path: Path, odd: dict[str, Any]) -> None:
    files = written(tmp_path, GOOD | odd)
    assert (files.labels(), files.foreign(NAME)) == ([], True)


@pytest.mark.parametrize("text", ["[]", "7", "null", "{", ""])
def test_a_file_that_is_no_label_is_a_stranger_s(tmp_path: Path, text: str) -> None:
    (tmp_path / f"{NAME}.json").write_text(text)
    assert PusherFiles(tmp_path, tmp_path).labels() == []


@pytest.mark.parametrize(
    ("camera_id", "generation", "ours"),
    [
        ("cam-a", "5", True), ("cam-a", "", False), ("cam-a", "5.0", False), ("cam-a", "-5", False),
        ("cam-a", "٣", False), ("cam-a", "9" * 30, False), ("Cam A", "5", False), ("c" * 500, "5", False),
        ("", "5", False),
    ],
)  # fmt: skip
def test_a_container_s_label_of_another_form_is_a_stranger_s(
    settings: Any, camera_id: str, generation: str, ours: bool
) -> None:
    labels = {"cctv.instance": settings.INSTANCE_ID, "cctv.camera": camera_id, "cctv.generation": generation}
    assert (docker_labels.found(labels) is not None) == ours
