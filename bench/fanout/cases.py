"""What is tried: which cameras, at which steps of viewers; how long each step is measured."""

from __future__ import annotations

from dataclasses import dataclass

from bench.cameras import H264_1080
from deploy.demo.camera_list import CITY, CameraSpec, extra

EXTRA_CAMERAS = 10
MOST = 100  # viewers of one camera: the product's own limit


@dataclass(frozen=True)
class Case:
    """`steps`: viewers of all cameras together, growing; a step that does not hold is the last."""

    name: str
    cameras: tuple[CameraSpec, ...]
    steps: tuple[int, ...]

    @property
    def camera_ids(self) -> tuple[str, ...]:
        return tuple(camera.camera_id for camera in self.cameras)

    @property
    def fps(self) -> int:
        return min(camera.fps for camera in self.cameras)

    def column(self, viewers: int) -> str:
        """Cameras × viewers of each."""
        return f"{len(self.cameras)} × {viewers / len(self.cameras):g}"

    @property
    def words(self) -> str:
        first = self.cameras[0]
        return f"{first.width}×{first.height}, {first.fps} frames/s, {first.kbps / 1000:g} Mbit/s each"


ONE = Case("one", tuple(camera for camera in CITY if camera.mount == H264_1080), (25, 50, 75, MOST))
TEN = Case("ten", tuple(extra(EXTRA_CAMERAS)), (20, 50, MOST))
CASES = {case.name: case for case in (ONE, TEN)}
