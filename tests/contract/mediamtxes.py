"""MediaMTX as the contract tests meet it: the fake always, and the real one where this machine has it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from pytest_django import Settings

from tests.contract.mediamtx_fake import FakeMediaMtx
from tests.contract.mediamtx_server import RealMediaMtx
from tests.contract.real_servers import program

MediaMtxServer = FakeMediaMtx | RealMediaMtx
KINDS = ["mediamtx-fake", *(["mediamtx-real"] if program("mediamtx") else [])]


@contextmanager
def running(kind: str, folder: Path) -> Iterator[MediaMtxServer]:
    """A server of this test's own, gone afterwards."""
    server = made(kind, folder)
    try:
        yield server
    finally:
        server.kill()


def made(kind: str, folder: Path) -> MediaMtxServer:
    path = program("mediamtx")
    return RealMediaMtx(path, folder) if kind == "mediamtx-real" and path else FakeMediaMtx()


def point(settings: Settings, server: MediaMtxServer) -> None:
    for name, value in server.settings.items():
        setattr(settings, name, value)
