"""Gateway by MediaMTX: one connection per camera however many read it, RTSP to pushers, HLS to viewers.

Paths are added by the API and are gone after MediaMTX's restart: the rows are the truth, and the reconciler adds what
is missing. `forward` and `sourceOnDemand` of a path that exists belong to ForwardPushers.
"""

from __future__ import annotations

from streaming.media import forward_dest, names
from streaming.media import mediamtx_paths as paths
from streaming.media.mediamtx_client import MediaMtx
from streaming.media.mediamtx_credentials import hls_token, rtsp_url
from streaming.media.ports import GatewayPath, HlsSession, MediaError, PathStatus, Secret

IN_HLS = frozenset({"AV1", "VP9", "H265", "H264"})


class MediaMtxGateway:
    def ensure_path(self, camera_id: str, source: Secret, generation: int) -> GatewayPath:
        """A path that says the same already is not touched: its source and its readers go on."""
        fields = paths.wanted(source)
        with MediaMtx() as api:
            conf = paths.find(api, camera_id)
            if conf is None and not paths.add(api, camera_id, {**fields, "sourceOnDemand": True}):
                conf = paths.find(api, camera_id)  # another worker was faster
            if conf is not None:
                changes = paths.differences(conf, fields)
                if forward_dest.generation_in(conf, default=generation) < generation:
                    changes["forward"] = []
                if changes and not paths.patch(api, camera_id, changes):
                    raise MediaError("path_gone")
        return GatewayPath(rtsp_url(camera_id, generation))

    def remove_path(self, camera_id: str) -> None:
        with MediaMtx() as api:
            if _ours(api, camera_id):
                paths.delete(api, camera_id)

    def path_status(self, camera_id: str) -> PathStatus | None:
        """`ready`, because a pulled source is said to be `online` as soon as somebody asks for it."""
        with MediaMtx() as api:
            found = paths.status(api, camera_id) if _ours(api, camera_id) else None
        if found is None:
            return None
        codecs = [track.get("codec") for track in found.get("tracks2") or []]
        video = next((codec for codec in codecs if codec in paths.VIDEO), None)
        return PathStatus(names.path(camera_id), bool(found.get("ready")), int(found.get("inboundBytes") or 0), video)

    def list_paths(self) -> list[str]:
        with MediaMtx() as api:
            return _cameras(api)

    def hls_ready(self, camera_id: str) -> bool:
        """MediaMTX makes HLS when somebody asks; what it needs is the camera's video in a codec that HLS knows."""
        status = self.path_status(camera_id)
        return status is not None and status.ready and status.video_codec in IN_HLS

    def hls_sessions(self) -> list[HlsSession]:
        """Of paths of this INSTANCE_ID: another instance's tokens say nothing to us."""
        with MediaMtx() as api:
            found = list(api.items("/hlssessions/list"))
            ours = set(_cameras(api)) if found else set()
        sessions = ((item, names.camera_of_path(str(item.get("path")))) for item in found)
        return [
            HlsSession(str(item.get("id")), camera_id, hls_token(str(item.get("query"))))
            for item, camera_id in sessions
            if camera_id in ours and camera_id
        ]

    def kick_hls(self, session_id: str) -> None:
        """Its next request is 401; a new session is asked for, and refused without an ACTIVE lease."""
        with MediaMtx() as api:
            api.call("POST", f"/hlssessions/kick/{session_id}")


def _cameras(api: MediaMtx) -> list[str]:
    return sorted({camera for conf in api.items("/config/paths/list") if (camera := paths.camera_of(conf))})


def _ours(api: MediaMtx, camera_id: str) -> bool:
    try:
        return paths.find(api, camera_id) is not None
    except MediaError as error:
        if error.code == "name_taken":
            return False
        raise
