"""Gateway without a server (embedded plane): the pusher reads the camera itself, and from that connection writes HLS.

A path is a folder `HLS_DIR/<path name>/<generation>`; it exists from `ensure_path` to `remove_path`.
"""

from __future__ import annotations

import shutil
import time
from pathlib import Path

from django.conf import settings

from streaming.media import names
from streaming.media.ports import GatewayPath, HlsSession, MediaError, PathStatus, Secret

PLAYLIST = "index.m3u8"


class DirectGateway:
    def ensure_path(
        self, camera_id: str, source: Secret, generation: int, *, sub_source: Secret | None = None
    ) -> GatewayPath:
        """Older generations' folders go: their pusher is gone, and nobody may be served its last segments."""
        if not settings.HLS_DIR:
            return GatewayPath(source, sub_rtsp_url=sub_source)
        folder = _folder(camera_id) / str(generation)
        try:
            folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise MediaError("hls_dir_unwritable", detail=error.strerror) from error
        for older in _generations(camera_id):
            if int(older.name) < generation:
                _remove(older)
        return GatewayPath(source, str(folder), sub_source)

    def remove_path(self, camera_id: str) -> None:
        if settings.HLS_DIR:
            _remove(_folder(camera_id))

    def path_status(self, camera_id: str) -> PathStatus | None:
        newest = _newest(camera_id)
        if newest is None:
            return None
        return PathStatus(names.path(camera_id), _playable(newest), sum(_size(file) for file in newest.iterdir()))

    def list_paths(self) -> list[str]:
        """The folder is this instance's alone, so that a path's name is enough to know it."""
        head, _, tail = names.path("\0").partition("\0")
        found = Path(settings.HLS_DIR).glob(f"{head}*{tail}") if settings.HLS_DIR else []
        return sorted(path.name.removeprefix(head).removesuffix(tail) for path in found if _ours(path))

    def hls_ready(self, camera_id: str) -> bool:
        newest = _newest(camera_id)
        return newest is not None and _playable(newest)

    def hls_sessions(self) -> list[HlsSession]:
        """None: streaming.hls asks for the lease with every file."""
        return []

    def kick_hls(self, session_id: str) -> None:
        """Nobody to kick."""


def _folder(camera_id: str) -> Path:
    """Never outside HLS_DIR, whatever the id."""
    base = Path(settings.HLS_DIR).resolve()
    folder = base / names.path(camera_id)
    if folder.parent != base or folder.name in {"", ".", ".."} or folder.is_symlink():
        raise MediaError("bad_path_name", permanent=True)
    return folder


def _ours(path: Path) -> bool:
    return path.is_dir() and not path.is_symlink()


def _generations(camera_id: str) -> list[Path]:
    """Oldest first."""
    try:
        found = [path for path in _folder(camera_id).iterdir() if path.name.isdecimal() and _ours(path)]
    except OSError:
        return []
    return sorted(found, key=lambda path: int(path.name))


def _newest(camera_id: str) -> Path | None:
    generations = _generations(camera_id) if settings.HLS_DIR else []
    return generations[-1] if generations else None


def _playable(folder: Path) -> bool:
    """A playlist that names at least one segment that is there (RFC 8216 §4.1: lines without # are URIs)."""
    try:
        lines = (folder / PLAYLIST).read_text().splitlines()
    except (OSError, UnicodeDecodeError):
        return False
    segments = [line.strip() for line in lines if line.strip() and not line.startswith("#")]
    return any("/" not in segment and _size(folder / segment) for segment in segments)


def _size(file: Path) -> int:
    try:
        return file.stat().st_size
    except OSError:
        return 0


def _remove(folder: Path) -> None:
    """Gone when it returns. A pusher that is just ending may still write, so one pass can miss a file."""
    deadline = time.monotonic() + settings.MEDIA_CALL_TIMEOUT
    while folder.exists():
        shutil.rmtree(folder, ignore_errors=True)
        if folder.exists() and time.monotonic() > deadline:
            raise MediaError("path_not_gone", name=folder.name)
