"""One WHIP session in the background: POST, then DELETE, neither in the way of the main loop."""

from __future__ import annotations

import contextlib
import threading
import time
from collections.abc import Callable

from whip_pusher import whip
from whip_pusher.exits import Exit
from whip_pusher.redact import Secret


class WhipSession:
    """`on_answer(sdp)` and `on_error(exit, detail)` are called from a thread of the session's own."""

    def __init__(
        self,
        endpoint: str,
        key: Secret,
        *,
        timeout: float,
        on_answer: Callable[[str], None],
        on_error: Callable[[Exit, str], None],
    ) -> None:
        self._endpoint, self._key, self._timeout = endpoint, key, timeout
        self._on_answer, self._on_error = on_answer, on_error
        self._thread: threading.Thread | None = None
        self._location: str | None = None

    @property
    def begun(self) -> bool:
        return self._thread is not None

    def publish(self, offer: str) -> None:
        self._thread = threading.Thread(target=self._publish, args=(offer,), name="whip", daemon=True)
        self._thread.start()

    def close(self, *, within: float) -> None:
        """Wait for a POST under way, and end what it began; takes at most `within` seconds, raises nothing."""
        until = time.monotonic() + within
        if self._thread is not None:
            self._thread.join(within * 0.6)
        left = until - time.monotonic()
        if self._location is None or left <= 0:
            return
        ending = threading.Thread(target=self._end, args=(self._location, left), daemon=True)
        ending.start()
        ending.join(left)

    def _publish(self, offer: str) -> None:
        try:
            published = whip.publish(self._endpoint, self._key.reveal(), offer, timeout=self._timeout)
        except whip.WhipError as error:
            self._on_error(error.exit, str(error))
            return
        self._location = published.location
        self._on_answer(published.answer)

    def _end(self, location: str, timeout: float) -> None:
        with contextlib.suppress(whip.WhipError):
            whip.end(location, self._key.reveal(), timeout=timeout)
