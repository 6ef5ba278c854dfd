"""supervisord's XML-RPC over its Unix socket, with a deadline on every call. Knows nothing of Django."""

from __future__ import annotations

import http.client
import socket
import time
import xmlrpc.client
from typing import Any

from supervisor.xmlrpc import SupervisorTransport


class Unreachable(Exception):
    """Nobody answers on the socket, or not in time, or supervisord is shutting down."""


class Fault(Exception):
    """supervisord refused; `code` is one of supervisor.xmlrpc.Faults."""

    def __init__(self, code: int, text: str) -> None:
        super().__init__(text)
        self.code = code


SHUTDOWN_STATE, BAD_NAME, NO_FILE, NOT_EXECUTABLE = 6, 10, 20, 21
SPAWN_ERROR, ALREADY_STARTED, NOT_RUNNING, ALREADY_ADDED = 50, 60, 70, 90


class _Connection(http.client.HTTPConnection):
    def __init__(self, path: str, timeout: float) -> None:
        super().__init__("localhost", timeout=timeout)
        self._path = path

    def connect(self) -> None:
        self.sock = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self.sock.settimeout(self.timeout)
        self.sock.connect(self._path)


class _Transport(SupervisorTransport):  # type: ignore[misc]  # supervisor has no types
    """supervisor's own transport waits for ever."""

    def __init__(self, path: str, timeout: float) -> None:
        super().__init__(serverurl=f"unix://{path}")
        self._get_connection = lambda: _Connection(path, timeout)


class SupervisorRpc:
    """Calls by name; safe between threads, because each call has a connection of its own.

    `timeout` is in seconds for each call; with `total` it is for all calls from now on.
    """

    def __init__(self, path: str, timeout: float, *, total: bool = False) -> None:
        self._path = path
        self._timeout = timeout
        self._until = time.monotonic() + timeout if total else None

    def _patience(self) -> float:
        return self._timeout if self._until is None else max(0.1, self._until - time.monotonic())

    def overdue(self) -> bool:
        return self._until is not None and time.monotonic() >= self._until

    def call(self, method: str, *args: object) -> Any:
        """The answer of `supervisor.<method>`. Raises Unreachable or Fault."""
        transport = _Transport(self._path, self._patience())
        proxy = xmlrpc.client.ServerProxy("http://127.0.0.1", transport=transport)
        try:
            return getattr(proxy.supervisor, method)(*args)
        except xmlrpc.client.Fault as fault:
            if fault.faultCode == SHUTDOWN_STATE:
                raise Unreachable("shutting down") from fault
            raise Fault(fault.faultCode, fault.faultString) from fault
        except (OSError, http.client.HTTPException, xmlrpc.client.ProtocolError) as error:
            raise Unreachable(f"{type(error).__name__}: {error}") from error
        finally:
            transport.close()
