"""A line to a camera that breaks again and again."""

from __future__ import annotations

import contextlib
import socket
import threading


class CuttingProxy:
    """Passes TCP on to `port` of this machine, and hangs up `seconds` after each beginning."""

    def __init__(self, port: int, seconds: float) -> None:
        self._to, self._seconds, self.connections = port, seconds, 0
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port = self._listener.getsockname()[1]
        threading.Thread(target=self._accept, daemon=True).start()

    def _accept(self) -> None:
        with contextlib.suppress(OSError):
            while True:
                near, _ = self._listener.accept()
                self.connections += 1
                far = socket.create_connection(("127.0.0.1", self._to))
                for one, other in ((near, far), (far, near)):
                    threading.Thread(target=_pass_on, args=(one, other), daemon=True).start()
                threading.Timer(self._seconds, _cut, (near, far)).start()

    def stop(self) -> None:
        self._listener.close()


def _pass_on(one: socket.socket, other: socket.socket) -> None:
    with contextlib.suppress(OSError):
        while data := one.recv(65536):
            other.sendall(data)


def _cut(*ends: socket.socket) -> None:
    for end in ends:
        with contextlib.suppress(OSError):
            end.shutdown(socket.SHUT_RDWR)
        end.close()
