"""The one thread that reads for all viewers: every few milliseconds what has come, so that it wakes seldom."""

from __future__ import annotations

import select
import threading
import time
from types import TracebackType
from typing import Self

from bench.fanout.peer import Peer

ROUND = 0.005  # seconds; the kernel keeps what comes meanwhile
TICK = 0.05


class Receiver:
    """Use with `with`; `error` is what ended it early."""

    def __init__(self) -> None:
        self._epoll = select.epoll()
        self._peers: dict[int, Peer] = {}
        self._over = threading.Event()
        self._lock = threading.Lock()  # the loop has it while it works, never while it sleeps
        self._thread = threading.Thread(target=self._run, name="receiver", daemon=True)
        self.error: BaseException | None = None

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._over.set()
        self._thread.join(5)
        for peer in list(self._peers.values()):
            self.forget(peer)
        self._epoll.close()

    def watch(self, peer: Peer) -> None:
        with self._lock:
            self._peers[peer.socket.fileno()] = peer
            self._epoll.register(peer.socket, select.EPOLLIN)

    def forget(self, peer: Peer) -> None:
        """Closes it; what still comes is told by the kernel to be for nobody, as when a browser closes."""
        with self._lock:
            if self._peers.pop(peer.socket.fileno(), None):
                self._epoll.unregister(peer.socket)
                peer.close()

    def _run(self) -> None:
        try:
            self._loop(bytearray(2048))
        except BaseException as error:  # noqa: BLE001 - told where the figures are read
            self.error = error

    def _loop(self, buffer: bytearray) -> None:
        next_tick = 0.0
        while not self._over.is_set():
            began = time.monotonic()
            with self._lock:
                for number, _ in self._epoll.poll(0):
                    self._peers[number].drain(buffer)
                if began >= next_tick:
                    next_tick = began + TICK
                    for peer in self._peers.values():
                        peer.tick(began)
            time.sleep(max(0.0005, began + ROUND - time.monotonic()))
