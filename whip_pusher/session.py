"""One WHIP session in the background: POST, then DELETE, neither in the way of the main loop."""

from __future__ import annotations

import contextlib
import threading
import time
from collections.abc import Callable

from whip_pusher import whip
from whip_pusher.exits import Exit
from whip_pusher.redact import Secret

END_SECONDS = 2.0


class WhipSession:
    """`on_answer(sdp)` and `on_error(exit, detail)` are called from a thread of the session's own. `timeout` is that of
    a network step, `connect` that of the first, in seconds."""

    def __init__(
        self,
        endpoint: str,
        key: Secret,
        *,
        timeout: float,
        connect: float,
        on_answer: Callable[[str], None],
        on_error: Callable[[Exit, str], None],
    ) -> None:
        self._endpoint, self._key, self._timeout, self._connect = endpoint, key, timeout, connect
        self._on_answer, self._on_error = on_answer, on_error
        self._threads: list[threading.Thread] = []
        self._lock = threading.Lock()
        self._location: str | None = None
        self._left = False

    @property
    def ended(self) -> bool:
        """Nothing of it is under way any more."""
        return not any(thread.is_alive() for thread in self._threads)

    def publish(self, offer: str) -> None:
        self._run(self._publish, offer)

    def leave(self) -> None:
        """End it in the background, also where its POST is still to be answered; its answer no longer counts."""
        with self._lock:
            before, self._left = self._left, True
            location = self._location
        if location is not None and not before:
            self._run(self._end, location)

    def wait(self, until: float) -> None:
        """For its end, till then at most, in monotonic seconds."""
        for thread in list(self._threads):
            thread.join(max(0.0, until - time.monotonic()))

    def _run(self, call: Callable[[str], None], argument: str) -> None:
        thread = threading.Thread(target=call, args=(argument,), name="whip", daemon=True)
        self._threads.append(thread)
        thread.start()

    def _publish(self, offer: str) -> None:
        key = self._key.reveal()
        try:
            published = whip.publish(self._endpoint, key, offer, timeout=self._timeout, connect=self._connect)
        except whip.WhipError as error:
            self._on_error(error.exit, str(error))
            return
        with self._lock:
            self._location, left = published.location, self._left
        if left:
            self._end(published.location)
        else:
            self._on_answer(published.answer)

    def _end(self, location: str) -> None:
        with contextlib.suppress(whip.WhipError):
            whip.end(location, self._key.reveal(), timeout=END_SECONDS)
