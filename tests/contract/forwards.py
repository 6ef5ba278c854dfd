"""MediaMTX' forwards as the contract of the runners meets them: on the fake, and on the real one where it is met."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from pytest_django import Settings

from streaming.media import mediamtx_paths as paths
from streaming.media import names
from streaming.media.forward_pushers import AWAY, ForwardPushers
from streaming.media.mediamtx_client import MediaMtx
from streaming.media.ports import PusherRunner, PusherSpec, PusherStatus, Secret
from tests.contract import mediamtxes

CAMERA = "cam-001-test"
SOURCE = Secret("rtsp://127.0.0.1:9/cam")


class _AsBroughtUp(ForwardPushers):
    """A bring-up makes the path before it starts the pusher."""

    def start(self, spec: PusherSpec) -> PusherStatus:
        with MediaMtx(AWAY) as api:
            paths.add(api, names.path(spec.camera_id), {**paths.wanted(SOURCE), "sourceOnDemand": True})
        return super().start(spec)


class ForwardHarness:
    """One path of MediaMTX. There are no programs, and so no exit codes, files or environments."""

    kind: str
    refuses_at_start = True
    stop_seconds = 4.0

    def __init__(self, folder: Path) -> None:
        self.server = mediamtxes.made(self.kind, folder)

    def configure(self, settings: Settings) -> None:
        mediamtxes.point(settings, self.server)
        settings.MEDIA_CALL_TIMEOUT = 5.0

    def runner(self) -> PusherRunner:
        return _AsBroughtUp()

    def program(self, settings: Settings, *words: str) -> None:
        """Nothing to choose."""

    def alive(self) -> list[str]:
        """The destinations of the camera's path, whoever's it is."""
        with MediaMtx() as api:
            found = api.get("/paths/forward/list", path=names.path(CAMERA)) or {}
        return [item["conf"]["dest"] for item in found.get("items") or []]

    def occupy(self, name: str) -> None:
        """Somebody else's path of that name, which forwards."""
        theirs: dict[str, Any] = {"source": "rtsp://127.0.0.1:9/theirs", "forward": [{"dest": "whip://127.0.0.1:9/x"}]}
        with MediaMtx() as api:
            assert paths.add(api, names.path(CAMERA), theirs)

    def shown(self, name: str) -> str:
        raise NotImplementedError("MediaMTX shows the key to whoever may ask its API: that is internal")

    def left_behind(self) -> list[str]:
        return []

    def break_down(self) -> None:
        self.server.kill()

    def hang(self) -> None:
        self.server.hang()

    def repair(self) -> None:
        self.server.start()

    def clear(self) -> None:
        with MediaMtx() as api:
            paths.delete(api, names.path(CAMERA))

    def close(self) -> None:
        self.server.kill()


def runners() -> dict[str, type[ForwardHarness]]:
    return {f"forward-{kind}": type(kind, (ForwardHarness,), {"kind": kind}) for kind in mediamtxes.KINDS}
