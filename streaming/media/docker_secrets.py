"""A pusher's secrets as files: NAME_FILE in its environment says where, and nothing else tells what (ADR 0013)."""

from __future__ import annotations

import io
import tarfile
from collections.abc import Mapping

from streaming.media import pusher_control
from streaming.media.ports import PusherSpec, Secret

FOLDER = "/run/secrets"
CONTROL = "CONTROL"  # the file's name
USER = 10001  # of whip_pusher/Dockerfile
# The runner's own file system does not reach a folder of ours.
WITHOUT = ("HLS_DIR", "HLS_MAX_BYTES")


def environment(spec: PusherSpec) -> dict[str, str]:
    """What may be seen by whoever inspects."""
    shown = {name: value for name, value in spec.environment.items() if name not in WITHOUT}
    return shown | {f"{name}_FILE": f"{FOLDER}/{name}" for name in spec.secrets}


def control(layers: frozenset[str]) -> bytes:
    """A tar that puts the control file, or a newer one, beside the secrets."""
    return archive({CONTROL: Secret(pusher_control.layers(layers))})


def archive(secrets: Mapping[str, Secret]) -> bytes:
    """A tar of one file each, readable by the pusher's user only."""
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w") as tar:
        for name, secret in secrets.items():
            content = secret.reveal().encode()
            entry = tarfile.TarInfo(name)
            entry.size, entry.mode, entry.uid, entry.gid = len(content), 0o400, USER, USER
            tar.addfile(entry, io.BytesIO(content))
    return buffer.getvalue()
