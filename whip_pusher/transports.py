"""TCP first, UDP where a camera refuses it. Pure."""

from __future__ import annotations

from whip_pusher import verdicts
from whip_pusher.exits import Exit


class Transports:
    """`wanted`: auto, tcp or udp; `now`: the one to take."""

    def __init__(self, wanted: str) -> None:
        self._wanted = wanted
        self.now = "udp" if wanted == "udp" else "tcp"
        self._tries_left = 0

    def turned(self, detail: str) -> bool:
        """The camera refuses TCP (461), and any transport will do: from now on it is the other one."""
        if self._wanted != "auto" or self.now == "udp" or not verdicts.wants_other_transport(detail):
            return False
        self.now, self._tries_left = "udp", verdicts.TRIES_AFTER_REFUSAL
        return True

    def still_closing(self, code: Exit) -> bool:
        """The first tries over the other transport: the camera may not have forgotten the one before (503)."""
        self._tries_left -= 1
        return code is Exit.SOURCE_UNREACHABLE and self._tries_left >= 0
