"""The demo's cameras that the bench measures with (deploy/demo/camera_list.py)."""

from __future__ import annotations

H264_720 = "cam-001-sheikh-zayed"
H265 = "cam-002-metro-station"
LAYERED = "cam-004-taxi-airport"  # 720p, and a sub-stream of 360p
H264_1080 = "cam-003-parking-deira"
