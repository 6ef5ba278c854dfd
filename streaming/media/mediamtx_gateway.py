"""Gateway by MediaMTX: one connection per camera however many read it, RTSP to pushers, HLS to viewers.

Paths are added by the API and are gone after MediaMTX's restart: the rows are the truth, and the reconciler adds what
is missing. `forward` and `sourceOnDemand` of a path that exists belong to ForwardPushers.
"""

from __future__ import annotations

from typing import Any

from streaming.media import forward_dest, names
from streaming.media import mediamtx_paths as paths
from streaming.media.mediamtx_client import MediaMtx
from streaming.media.mediamtx_credentials import hls_token, rtsp_url
from streaming.media.ports import GatewayPath, HlsSession, MediaError, PathStatus, Secret

Json = dict[str, Any]
IN_HLS = frozenset({"AV1", "VP9", "H265", "H264"})


class MediaMtxGateway:
    def ensure_path(
        self, camera_id: str, source: Secret, generation: int, *, sub_source: Secret | None = None
    ) -> GatewayPath:
        """A path that says the same already is not touched: its source and its readers go on."""
        main, sub = names.path(camera_id), names.sub_path(camera_id)

        def older_forward(conf: Json) -> Json:
            return {"forward": []} if forward_dest.generation_in(conf, default=generation) < generation else {}

        with MediaMtx() as api:
            conf = paths.find(api, main)
            if sub_source is None and paths.has_sub(conf):
                _delete(api, sub)
            paths.write(api, main, conf, paths.wanted(source, with_sub=sub_source is not None), older_forward)
            if sub_source is not None:
                paths.write(api, sub, paths.find(api, sub), paths.wanted(sub_source))
        sub_url = rtsp_url(camera_id, generation, sub=True) if sub_source is not None else None
        return GatewayPath(rtsp_url(camera_id, generation), sub_rtsp_url=sub_url)

    def remove_path(self, camera_id: str) -> None:
        """The main path first: of a removal that breaks off the listing shows the sub-stream's."""
        with MediaMtx() as api:
            conf = _mine(api, names.path(camera_id))
            if conf is not None:
                paths.delete(api, names.path(camera_id))
            if conf is None or paths.has_sub(conf):
                _delete(api, names.sub_path(camera_id))

    def path_status(self, camera_id: str) -> PathStatus | None:
        """`ready`, because a pulled source is said to be `online` as soon as somebody asks for it."""
        with MediaMtx() as api:
            name = names.path(camera_id)
            found = paths.status(api, name) if _mine(api, name) else None
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
    return paths.cameras(api.items("/config/paths/list"))


def _delete(api: MediaMtx, name: str) -> None:
    if _mine(api, name) is not None:
        paths.delete(api, name)


def _mine(api: MediaMtx, name: str) -> Json | None:
    """What somebody else holds under the name is nothing of ours."""
    try:
        return paths.find(api, name)
    except MediaError as error:
        if error.code == "name_taken":
            return None
        raise
