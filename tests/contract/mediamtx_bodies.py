"""Bodies captured from MediaMTX 1.20.1, without what a camera's path never sets (rpiCamera…, runOn…, srt…, moq…)."""

from __future__ import annotations

from typing import Any

Json = dict[str, Any]

# GET /v3/config/paths/get/NAME, of a path that was added with `{}` over the defaults of deploy/mediamtx.yml.
PATH: Json = {
    "name": "camera_a",
    "source": "publisher",
    "sourceFingerprint": "",
    "sourceOnDemand": False,
    "sourceOnDemandStartTimeout": "10s",
    "sourceOnDemandCloseAfter": "15s",
    "maxReaders": 150,
    "useAbsoluteTimestamp": False,
    "alwaysAvailable": False,
    "alwaysAvailableTracks": [],
    "alwaysAvailableFile": "",
    "forward": [],
    "record": False,
    "recordPath": "./recordings/%path/%Y-%m-%d_%H-%M-%S-%f",
    "recordFormat": "fmp4",
    "recordPartDuration": "1s",
    "recordMaxPartSize": "50M",
    "recordSegmentDuration": "1h0m0s",
    "recordDeleteAfter": "1d",
    "overridePublisher": False,
    "rtspDemuxMpegts": False,
    "rtspTransport": "tcp",
    "rtspAnyPort": False,
    "rtspRangeType": "",
    "rtspRangeStart": "",
    "rtspScale": "",
    "rtspUDPSourcePortRange": [32768, 60999],
}
DURATIONS = ("sourceOnDemandStartTimeout", "sourceOnDemandCloseAfter", "recordPartDuration", "recordSegmentDuration")

# GET /v3/paths/get/NAME, before anybody reads a pulled source, and what changes once it plays.
STATUS: Json = {
    "name": "camera_a",
    "confName": "camera_a",
    "ready": False,
    "readyTime": None,
    "available": False,
    "availableTime": None,
    "online": True,
    "onlineTime": "0001-01-01T00:00:00Z",
    "source": {"type": "rtspSource", "id": ""},
    "tracks": [],
    "tracks2": [],
    "readers": [],
    "inboundBytes": 0,
    "outboundBytes": 0,
    "inboundFramesInError": 0,
    "bytesReceived": 0,
    "bytesSent": 0,
}
H264 = {"codec": "H264", "codecProps": {"width": 1280, "height": 720, "profile": "Baseline", "level": "3.1"}}
H265 = {"codec": "H265", "codecProps": {"width": 640, "height": 360, "profile": "Main", "level": "2.1"}}
MJPEG = {"codec": "M-JPEG", "codecProps": None}
G711 = {"codec": "G711", "codecProps": {"muLaw": False, "sampleRate": 8000, "channelCount": 1}}

# GET /v3/paths/forward/list?path=NAME, one item; and what it says of media that WebRTC cannot carry.
FORWARD: Json = {
    "id": "ae155eb2-6bcd-4778-8d1e-3a5d376d9661",
    "pos": 1,
    "created": "2026-11-21T08:50:19.034640542Z",
    "conf": {"dest": "", "destFingerprint": "", "whipBearerToken": ""},
    "protocol": "whip",
    "state": "forwarding",
    "lastError": "",
    "outboundBytes": 449910,
}
B_FRAMES = "WebRTC doesn't support H264 streams with B-frames"
NO_CODEC = (
    "the stream doesn't contain any supported codec, "
    "which are currently AV1, VP9, VP8, H265, H264, Opus, G722, G711, LPCM"
)

# GET /v3/hlssessions/list, one item.
HLS_SESSION: Json = {
    "id": "4dc6f460-1fac-4d20-8540-39aaca25bdba",
    "created": "2026-11-21T08:49:47.370685299Z",
    "remoteAddr": "9.9.9.9:42540",
    "path": "camera_a",
    "query": "token=tok1",
    "user": "",
    "userAgent": "curl/7.88.1",
    "isCDN": False,
    "outboundBytes": 549,
}

# Errors: status and text of `{"status": "error", "error": …}`.
EXISTS = (400, "path already exists")
NO_CONFIGURATION = (404, "path configuration not found")
NO_PATH = (404, "path not found")
NO_SESSION = (404, "session not found")
HALF_A_LOGIN = (400, "username and password must be both provided")
