"""A socket before the Docker engine that a test can shut: the product then sees no daemon, and nobody else is hurt."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path


class DockerDoor:
    """Everything that comes to `path` goes on to the engine at `upstream`, while it is open."""

    def __init__(self, path: Path, upstream: str) -> None:
        self._path, self._upstream = path, upstream.removeprefix("unix://")
        self._listening: socket.socket | None = None
        self._passing: set[socket.socket] = set()

    @property
    def url(self) -> str:
        return f"unix://{self._path}"

    def open(self) -> None:
        self._path.unlink(missing_ok=True)
        listening = socket.socket(socket.AF_UNIX)
        listening.bind(str(self._path))
        listening.listen(64)
        self._listening = listening
        threading.Thread(target=self._accept, args=(listening,), daemon=True).start()

    def shut(self) -> None:
        """New calls are refused, those under way are cut."""
        self._path.unlink(missing_ok=True)
        if self._listening:
            with suppress(OSError):
                self._listening.shutdown(socket.SHUT_RDWR)
            self._listening.close()
        for end in list(self._passing):
            with suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)

    def _accept(self, listening: socket.socket) -> None:
        with suppress(OSError):  # shut
            while True:
                caller = listening.accept()[0]
                engine = socket.socket(socket.AF_UNIX)
                engine.connect(self._upstream)
                for source, target in ((caller, engine), (engine, caller)):
                    threading.Thread(target=self._pass, args=(source, target), daemon=True).start()

    def _pass(self, source: socket.socket, target: socket.socket) -> None:
        self._passing.add(source)
        with suppress(OSError):
            while data := source.recv(65536):
                target.sendall(data)
        with suppress(OSError):
            target.shutdown(socket.SHUT_WR)
        self._passing.discard(source)


@contextmanager
def docker_door(folder: Path, upstream: str) -> Iterator[DockerDoor]:
    door = DockerDoor(folder / "docker.sock", upstream)
    door.open()
    try:
        yield door
    finally:
        door.shut()
