"""What a path says besides mediamtx_bodies (MediaMTX 1.20.1), so that a listing costs its reader the real 3 kB each."""

from __future__ import annotations

from typing import Any

REST: dict[str, Any] = {
    "fallback": "", "srtReadPassphrase": "", "srtPublishPassphrase": "", "rtspUDPReadBufferSize": 0,
    "sourceRedirect": "", "mpegtsUDPReadBufferSize": 0, "rtpSDP": "", "rtpUDPReadBufferSize": 0,
    "whepBearerToken": "", "whepSTUNGatherTimeout": "5s", "whepHandshakeTimeout": "10s",
    "whepTrackGatherTimeout": "2s", "rpiCameraCamID": 0, "rpiCameraSecondary": False, "rpiCameraWidth": 1920,
    "rpiCameraHeight": 1080, "rpiCameraHFlip": False, "rpiCameraVFlip": False, "rpiCameraBrightness": 0,
    "rpiCameraContrast": 1, "rpiCameraSaturation": 1, "rpiCameraSharpness": 1, "rpiCameraExposure": "normal",
    "rpiCameraAWB": "auto", "rpiCameraAWBGains": [0, 0], "rpiCameraDenoise": "off", "rpiCameraShutter": 0,
    "rpiCameraMetering": "centre", "rpiCameraGain": 0, "rpiCameraEV": 0, "rpiCameraROI": "", "rpiCameraHDR": False,
    "rpiCameraTuningFile": "", "rpiCameraMode": "", "rpiCameraFPS": 30, "rpiCameraAfMode": "continuous",
    "rpiCameraAfRange": "normal", "rpiCameraAfSpeed": "normal", "rpiCameraLensPosition": 0, "rpiCameraAfWindow": "",
    "rpiCameraFlickerPeriod": 0, "rpiCameraTextOverlayEnable": False,
    "rpiCameraTextOverlay": "%Y-%m-%d %H:%M:%S - MediaMTX", "rpiCameraCodec": "auto", "rpiCameraIDRPeriod": 60,
    "rpiCameraBitrate": 5000000, "rpiCameraHardwareH264Profile": "main", "rpiCameraHardwareH264Level": "4.1",
    "rpiCameraSoftwareH264Profile": "baseline", "rpiCameraSoftwareH264Level": "4.1", "rpiCameraMJPEGQuality": 60,
    "runOnInit": "", "runOnInitRestart": False, "runOnDemand": "", "runOnDemandRestart": False,
    "runOnDemandStartTimeout": "10s", "runOnDemandCloseAfter": "10s", "runOnUnDemand": "", "runOnReady": "",
    "runOnReadyRestart": False, "runOnNotReady": "", "runOnRead": "", "runOnReadRestart": False, "runOnUnread": "",
    "runOnRecordSegmentCreate": "", "runOnRecordSegmentComplete": "",
}  # fmt: skip
