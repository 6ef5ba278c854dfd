"""The strip survives noise and scaling, and the browser's reader agrees with this one."""

from __future__ import annotations

import json
import random
import shutil
import subprocess
from pathlib import Path

import pytest

from deploy.demo.clock_strip import COLUMNS, Strip, camera_number, crc16, encode, read_plane

SCRIPT = Path(__file__).resolve().parents[2] / "static" / "js" / "clock-strip.js"
MS, CAMERA = 1_795_237_469_073, camera_number("cam-001-sheikh-zayed")


def picture(width: int, height: int, noise: int = 0) -> bytes:
    """A grey picture with the strip on top."""
    bits, chance = format(encode(MS, CAMERA), "080b"), random.Random(1)  # noqa: S311 noise, not a secret
    plane = bytearray()
    for y in range(height):
        row = int(y * 22.5 / height)
        for x in range(width):
            level = 90 if row > 1 else 225 if bits[row * COLUMNS + x * COLUMNS // width] == "1" else 25
            plane.append(max(0, min(255, level + chance.randint(-noise, noise))))
    return bytes(plane)


@pytest.mark.parametrize(("width", "height"), [(320, 180), (480, 270), (640, 360), (854, 480)])
def test_it_is_read_at_any_scale_through_noise(width: int, height: int) -> None:
    assert read_plane(picture(width, height, noise=25), width, height, width) == Strip(MS, CAMERA)


def test_no_strip_and_a_damaged_one_are_nothing() -> None:
    assert read_plane(bytes([90]) * 640 * 360, 640, 360, 640) is None
    damaged = bytearray(picture(640, 360))
    for y in range(16):
        damaged[y * 640 + 160 : y * 640 + 176] = bytes(255 - value for value in damaged[y * 640 + 160 : y * 640 + 176])
    assert read_plane(bytes(damaged), 640, 360, 640) is None


def test_the_checksum_is_ccitt_false() -> None:
    assert crc16(b"123456789") == 0x29B1


@pytest.mark.skipif(shutil.which("node") is None, reason="needs Node.js")
def test_the_browsers_reader_agrees(tmp_path: Path) -> None:
    module, pixels = tmp_path / "strip.mjs", tmp_path / "pixels.json"
    module.write_text(SCRIPT.read_text())
    rgba = [part for level in picture(480, 270, noise=25) for part in (level, level, level, 255)]
    pixels.write_text(json.dumps({"width": 480, "height": 270, "data": rgba}))
    program = (
        f"import {{ readStrip, cameraNumber }} from '{module}'; import {{ readFileSync }} from 'node:fs';"
        f"const image = JSON.parse(readFileSync('{pixels}'));"
        "console.log(JSON.stringify([readStrip(image), cameraNumber('cam-001-sheikh-zayed')]))"
    )
    command = ["node", "--input-type=module", "-e", program]
    found = json.loads(subprocess.run(command, capture_output=True, text=True, check=True).stdout)
    assert found == [{"ms": MS, "camera": CAMERA, "ok": True}, CAMERA]
