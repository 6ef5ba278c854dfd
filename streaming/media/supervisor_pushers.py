"""PusherRunner on one machine: each pusher is a program of the supervisord that runs the stack (embedded plane).

supervisord keeps the process and its end, we keep a label beside the program's file: a pusher is ours and of a
generation by its label, and it is the same process by supervisord's start time. supervisord restarted means that the
keeper has ended every pusher: their files are still here, and they are reported as not running.
"""

from __future__ import annotations

import logging
import shlex
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from django.conf import settings

from streaming.media import names, pusher_control
from streaming.media.ports import Layering, MediaError, PusherSpec, PusherStatus, PusherUsage
from streaming.media.process_usage import usage_below
from streaming.media.supervisor_files import Label, Program, PusherFiles
from streaming.media.supervisor_rpc import (
    ALREADY_ADDED,
    ALREADY_STARTED,
    BAD_NAME,
    NOT_RUNNING,
    SPAWN_ERROR,
    Fault,
    SupervisorRpc,
    Unreachable,
)

logger = logging.getLogger(__name__)
Info = dict[str, Any]

# supervisor.states.ProcessStates, read as numbers because the package has no types.
EXITED, FATAL = 100, 200
THERE = frozenset({10, 20, 30, 40})  # STARTING, RUNNING, BACKOFF, STOPPING
STOP_SECONDS = 3
STOP_POLL = 0.02
LOST_SIGNAL = 0.3


class SupervisorPushers:
    layering: Layering = "told"

    def __init__(self) -> None:
        folder = Path(settings.SUPERVISOR_PROGRAMS_DIR)
        logs = getattr(settings, "PUSHER_LOG_DIR", "")
        self._files = PusherFiles(folder, Path(logs) if logs else folder)
        self._foreign: frozenset[str] = frozenset()

    def start(self, spec: PusherSpec) -> PusherStatus:
        name = names.pusher(spec.camera_id)
        with self._changing(name) as rpc:
            info, held = _info(rpc, name), self._files.label(name)
            self._refuse_foreign(name, held, info)
            if held and held.generation > spec.generation:
                raise MediaError("superseded", generation=held.generation)
            if held and held.generation == spec.generation and (held.started or _has_run(info)):
                return _status(held, info)
            if held:
                self._remove(rpc, held, info)
            return self._launch(rpc, spec)

    def stop(self, camera_id: str, *, up_to: int) -> None:
        name = names.pusher(camera_id)
        with self._changing(name) as rpc:
            held = self._files.label(name)
            if held and held.instance == settings.INSTANCE_ID and held.generation <= up_to:
                self._remove(rpc, held, _info(rpc, name))

    def set_layers(self, camera_id: str, *, generation: int, layers: frozenset[str]) -> None:
        name = names.pusher(camera_id)
        with _errors(), self._files.locked(name, seconds=settings.MEDIA_CALL_TIMEOUT):
            held = self._files.label(name)
            if held and held.instance == settings.INSTANCE_ID and held.generation == generation:
                self._files.control(held, pusher_control.layers(layers))

    def inspect(self, camera_id: str) -> PusherStatus | None:
        with _errors():
            held = self._files.label(names.pusher(camera_id))
            if held is None or held.instance != settings.INSTANCE_ID:
                return None
            return self._look(held, _info(_rpc(), held.name))

    def list(self) -> list[PusherStatus]:
        with _errors():
            # Labels first: a pusher that is stopped in between is then looked at again, not overlooked.
            held = self._files.labels()
            infos = {str(info["group"]): info for info in _rpc().call("getAllProcessInfo")}
            self._report_foreign(set(infos) - {label.name for label in held})
            ours = filter(_is_ours, held)
            return [status for label in ours if (status := self._look(label, infos.get(label.name)))]

    def usage(self) -> dict[str, PusherUsage]:
        """Sent bytes go over UDP, which nobody counts by process."""
        with _errors():
            cameras = {label.name: label.camera_id for label in self._files.labels() if _is_ours(label)}
            infos = _rpc().call("getAllProcessInfo")
            roots = {cameras[name]: info["pid"] for info in infos if (name := str(info["group"])) in cameras}
            return usage_below(
                {camera: pid for camera, pid in roots.items() if pid}, timeout=settings.MEDIA_CALL_TIMEOUT
            )

    def _look(self, label: Label, info: Info | None) -> PusherStatus | None:
        """A look without the lock may meet a start or a stop half-way: then it looks again, with the lock."""
        if _conclusive(info) and self._files.label(label.name) == label:
            return _status(label, info)
        with self._files.try_locked(label.name) as mine:
            if not mine:
                # Another worker is at it: it is not dead, and not to be buried.
                at = _started_at(info)
                return PusherStatus(label.name, label.camera_id, label.generation, True, None, at, "in_transition")
            now = self._files.label(label.name)
            return _status(now, _info(_rpc(), now.name)) if now else None

    @contextmanager
    def _changing(self, name: str) -> Iterator[SupervisorRpc]:
        """Alone with this pusher: two workers never start it twice, nor one while the other stops it."""
        with _errors(), self._files.locked(name, seconds=settings.MEDIA_CALL_TIMEOUT):
            yield _rpc()

    def _refuse_foreign(self, name: str, held: Label | None, info: Info | None) -> None:
        ours = held is not None and held.instance == settings.INSTANCE_ID
        if not ours and (held or info or self._files.foreign(name)):
            raise MediaError("name_taken", name=name)

    def _launch(self, rpc: SupervisorRpc, spec: PusherSpec) -> PusherStatus:
        label = Label(names.pusher(spec.camera_id), settings.INSTANCE_ID, spec.camera_id, spec.generation)
        try:
            self._files.write(label, _program(spec))
        except ValueError as error:
            raise MediaError("bad_pusher_setting", permanent=True, detail=str(error)) from error
        self._reload(rpc, label)
        _tolerant(rpc, "addProcessGroup", label.name, fine=ALREADY_ADDED)
        try:
            _tolerant(rpc, "startProcess", label.name, False, fine=ALREADY_STARTED)
        except Fault as fault:
            info = _info(rpc, label.name)
            # supervisord also says SPAWN_ERROR of a program that ran and ended before the answer was written.
            if fault.code != SPAWN_ERROR or not info or info["state"] != EXITED:
                self._remove(rpc, label, info)
                raise MediaError("pusher_not_startable", detail=str(fault)) from fault
        self._files.mark_started(label)
        return _status(label, _info(rpc, label.name))

    def _reload(self, rpc: SupervisorRpc, label: Label) -> None:
        """supervisord reads all files or none: one that it refuses must not stay, or no pusher starts any more."""
        try:
            rpc.call("reloadConfig")
        except Fault:
            self._files.remove(label)
            raise

    def _remove(self, rpc: SupervisorRpc, label: Label, info: Info | None) -> None:
        """Returns when supervisord has read the process's end and forgotten the group, and no file is left."""
        if info is not None:
            _end(rpc, label.name)
            try:
                _tolerant(rpc, "removeProcessGroup", label.name, fine=BAD_NAME)
            except Fault as fault:
                raise MediaError("pusher_not_gone", name=label.name, detail=str(fault)) from fault
        self._files.remove(label)

    def _report_foreign(self, groups: set[str]) -> None:
        """Once, not at each look: what is not ours is reported and never touched."""
        foreign = frozenset(group for group in groups if group.startswith("whip-pusher-"))
        if foreign - self._foreign:
            logger.warning("pushers that are not ours: %s", ", ".join(sorted(foreign)))
        self._foreign = foreign


def _is_ours(label: Label) -> bool:
    return label.instance == settings.INSTANCE_ID


def _status(label: Label, info: Info | None) -> PusherStatus:
    running, exit_code, reason = _judge(label, info)
    return PusherStatus(label.name, label.camera_id, label.generation, running, exit_code, _started_at(info), reason)


def _judge(label: Label, info: Info | None) -> tuple[bool, int | None, str | None]:
    """(running, exit code, reason)."""
    if info and info["state"] in THERE:
        return True, None, None
    if info and info["state"] == FATAL:
        return False, None, "not_startable"
    if info and _has_run(info):
        code = int(info["exitstatus"])
        return False, code, "killed_by_signal" if code < 0 else None
    return False, None, "runner_restarted" if label.started else "never_started"


def _conclusive(info: Info | None) -> bool:
    """Whether supervisord alone tells what this pusher is."""
    return info is not None and (info["state"] in THERE | {FATAL, EXITED})


def _started_at(info: Info | None) -> datetime | None:
    return datetime.fromtimestamp(info["start"], UTC) if info and info["start"] else None


def _rpc() -> SupervisorRpc:
    return SupervisorRpc(settings.SUPERVISOR_SOCKET, settings.MEDIA_CALL_TIMEOUT, total=True)


@contextmanager
def _errors() -> Iterator[None]:
    """Everything that may go wrong outside, as the one family."""
    try:
        yield
    except Unreachable as error:
        raise MediaError("runner_unreachable", detail=str(error)) from error
    except TimeoutError as error:
        raise MediaError("runner_busy") from error
    except Fault as fault:
        raise MediaError("runner_refused", detail=str(fault)) from fault
    except OSError as error:
        raise MediaError("runner_files", detail=error.strerror) from error


def _end(rpc: SupervisorRpc, name: str) -> None:
    """SIGTERM, later SIGKILL, until it has ended; MediaError if supervisord does not manage that in time.

    We ask again and again instead of letting supervisord answer late: it looks at its late answers once a second.
    """
    _tolerant(rpc, "stopProcess", name, False, fine=NOT_RUNNING)
    asked, again = time.monotonic(), False
    while (info := _info(rpc, name)) and info["state"] in THERE:
        if rpc.overdue():
            raise MediaError("pusher_not_gone", name=name, detail=str(info["statename"]))
        if not again and info["now"] - info["start"] < 2 and time.monotonic() - asked > LOST_SIGNAL:
            # Between fork and exec the child still has supervisord's handlers, and they swallow a SIGTERM.
            again = True
            _tolerant(rpc, "signalProcess", name, "TERM", fine=NOT_RUNNING)
        time.sleep(STOP_POLL)


def _info(rpc: SupervisorRpc, name: str) -> Info | None:
    info: Info | None = _tolerant(rpc, "getProcessInfo", name, fine=BAD_NAME)
    return info


def _tolerant(rpc: SupervisorRpc, method: str, *args: object, fine: int) -> Any:
    """The answer, or None where supervisord says `fine`: what we want is already so."""
    try:
        return rpc.call(method, *args)
    except Fault as fault:
        if fault.code != fine:
            raise
        return None


def _has_run(info: Info | None) -> bool:
    """supervisord has no start time of a program it never started, or not since it started itself."""
    return info is not None and bool(info["start"])


def _program(spec: PusherSpec) -> Program:
    command = shlex.split(getattr(settings, "PUSHER_COMMAND", "")) or [settings.PUSHER_PYTHON, "-m", "whip_pusher"]
    # supervisord must have killed it before our own patience with the call ends.
    patience = max(1, min(STOP_SECONDS, int(settings.MEDIA_CALL_TIMEOUT) - 2))
    controlled = pusher_control.is_controlled(spec)
    return Program(command, str(settings.BASE_DIR), spec.environment, spec.secrets, patience, controlled)
