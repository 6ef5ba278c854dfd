"""The files of one pusher under Supervisor: its label (ours, and of which generation), its program, its secrets.

The label is written first and removed last, so that whatever a killed worker leaves is known to be ours.
"""

from __future__ import annotations

import fcntl
import json
import os
import re
import shlex
import shutil
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass, replace
from pathlib import Path

from cameras.models import CAMERA_ID
from streaming.media import names
from streaming.media.ports import Secret
from streaming.media.supervisor_format import environment_line, escaped

LOCK_POLL = 0.02
LOG_MAX = "1MB"
MOST_GENERATION = 10**18  # what fits into a row


@dataclass(frozen=True, slots=True)
class Label:
    """`started`: supervisord has been told to start it; before that, a start may be taken up again."""

    name: str
    instance: str
    camera_id: str
    generation: int
    started: bool = False


@dataclass(frozen=True, slots=True)
class Program:
    """What to run: `secrets` arrive as files whose paths are in NAME_FILE. `controlled`: CONTROL_FILE is one, too."""

    command: list[str]
    directory: str
    environment: Mapping[str, str]
    secrets: Mapping[str, Secret]
    stop_seconds: int
    controlled: bool = False


class PusherFiles:
    """`folder` is the one that supervisord includes; only `<name>.conf` in it means anything to supervisord."""

    def __init__(self, folder: Path, logs: Path) -> None:
        self._folder = folder
        self._logs = logs

    def label(self, name: str) -> Label | None:
        """None where there is no label of our making."""
        try:
            label = Label(**json.loads(self._label_path(name).read_text()))
        except (OSError, ValueError, TypeError):
            return None
        return label if _well_formed(label, name) else None

    def labels(self) -> list[Label]:
        found = (self.label(path.name.removesuffix(".json")) for path in sorted(self._folder.glob("*.json")))
        return [label for label in found if label]

    def foreign(self, name: str) -> bool:
        """Whether somebody else put a program of this name here."""
        return self.label(name) is None and (self._conf_path(name).exists() or self._label_path(name).exists())

    def write(self, label: Label, program: Program) -> None:
        """Raises ValueError, with nothing written, for a value that supervisord's format cannot hold."""
        section = self._section(label, program)
        self._write_label(label)
        folder = self._secrets_path(label)
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(mode=0o700)
        for key, secret in program.secrets.items():
            _write_private(folder / key.lower(), secret.reveal())
        self._logs.mkdir(parents=True, exist_ok=True)
        _write_private(self._conf_path(label.name), section)

    def mark_started(self, label: Label) -> None:
        self._write_label(replace(label, started=True))

    def control(self, label: Label, text: str) -> None:
        """What its running pusher looks for; ends with it. Under its lock."""
        _write_private(self._control_path(label), text)

    def remove(self, label: Label) -> None:
        """Secrets first, label last."""
        for folder in self._folder.glob(f"{label.name}.*.secrets"):
            shutil.rmtree(folder)
        self._conf_path(label.name).unlink(missing_ok=True)
        self._label_path(label.name).unlink(missing_ok=True)

    @contextmanager
    def locked(self, name: str, *, seconds: float) -> Iterator[None]:
        """Only one worker at a time changes a pusher; TimeoutError after `seconds`."""
        deadline = time.monotonic() + seconds
        with self._lock_path(name).open("w") as file:
            while not _try_lock(file.fileno()):
                if time.monotonic() >= deadline:
                    raise TimeoutError(name)
                time.sleep(LOCK_POLL)
            yield

    @contextmanager
    def try_locked(self, name: str) -> Iterator[bool]:
        """Whether the lock is ours, without waiting."""
        with self._lock_path(name).open("w") as file:
            yield _try_lock(file.fileno())

    def _write_label(self, label: Label) -> None:
        _write_private(self._label_path(label.name), json.dumps(asdict(label)) + "\n")

    def _section(self, label: Label, program: Program) -> str:
        files = {f"{key}_FILE": str(self._secrets_path(label) / key.lower()) for key in program.secrets}
        if program.controlled:
            files["CONTROL_FILE"] = str(self._control_path(label))
        lines = {
            "command": escaped(shlex.join(program.command)),
            "directory": escaped(program.directory),
            "environment": environment_line({**program.environment, **files}),
            "autostart": "false",
            "autorestart": "false",
            "startsecs": 0,
            "startretries": 0,
            "stopsignal": "TERM",
            "stopwaitsecs": program.stop_seconds,
            "stopasgroup": "true",
            "killasgroup": "true",
            "redirect_stderr": "true",
            "stdout_logfile": escaped(str(self._logs / f"{label.name}.log")),
            "stdout_logfile_maxbytes": LOG_MAX,
            "stdout_logfile_backups": 1,
        }
        return f"[program:{label.name}]\n" + "".join(f"{key}={value}\n" for key, value in lines.items())

    def _conf_path(self, name: str) -> Path:
        return self._folder / f"{name}.conf"

    def _label_path(self, name: str) -> Path:
        return self._folder / f"{name}.json"

    def _secrets_path(self, label: Label) -> Path:
        return self._folder / f"{label.name}.{label.generation}.secrets"

    def _control_path(self, label: Label) -> Path:
        return self._secrets_path(label) / "control.json"

    def _lock_path(self, name: str) -> Path:
        return self._folder / f"{name}.lock"


def _well_formed(label: Label, name: str) -> bool:
    """JSON holds anything: one odd label must not stop whoever sorts them all, nor be listed where no stop finds it."""
    return (
        (label.name, type(label.instance), type(label.started)) == (name, str, bool)
        and isinstance(label.camera_id, str)
        and re.fullmatch(CAMERA_ID, label.camera_id) is not None
        and name == names.pusher(label.camera_id)
        and type(label.generation) is int
        and 0 <= label.generation < MOST_GENERATION
    )


def _try_lock(fd: int) -> bool:
    try:
        fcntl.flock(fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _write_private(path: Path, text: str) -> None:
    """Replace `path` at once by a 0600 file. Writers of one path hold its lock, so the name beside it is free."""
    new = path.with_name(f"{path.name}.new")
    new.unlink(missing_ok=True)
    with os.fdopen(os.open(new, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        file.write(text)
    new.replace(path)
