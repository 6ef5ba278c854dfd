"""Our API's part in watching, answered from outside the page, so that a whole <camera-player> runs alone."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

from playwright.sync_api import Page, Route

PLAYER = """async (words) => {
  await import("/static/js/camera-player.js");
  const player = document.createElement("camera-player");
  for (const [name, value] of Object.entries(words)) player.setAttribute(name, value);
  Object.assign(player.style, { display: "block", position: "relative", inlineSize: "640px", blockSize: "360px" });
  document.body.replaceChildren(player);
}"""


class ReservationDoor:
    """`lease()` makes what a reserve answers; `ended`: what the holder of a lost lease hears."""

    def __init__(self, page: Page, lease: Callable[[], dict[str, Any]]) -> None:
        self._page, self._lease = page, lease
        self.reserved: list[dict[str, Any]] = []
        self._released: list[str] = []
        self.layers: list[str] | None = None  # of the camera
        self.feed: Path | None = None  # told which layers are wanted, as a pusher is
        self._beats: list[dict[str, Any]] = []
        self.ended: tuple[str, str] | None = None
        self.watermark = ""
        self.hls_url: str | None = None
        self.poster: tuple[bytes, str] | None = None  # a JPEG, and when it was taken as HTTP writes it
        page.route("**/api/v1/**", self._answer)

    def play(self, **attributes: str) -> None:
        words = {"camera-id": "cam", "transport": "webrtc", **attributes}
        self._page.evaluate(PLAYER, words)

    def state(self) -> tuple[str, str | None]:
        said = self._page.evaluate(
            "(({ state, code }) => [state, code])(document.querySelector('camera-player').status)"
        )
        return (said[0], said[1])

    def released(self) -> list[str]:
        self._page.evaluate("0")  # requests of the page are answered only while we wait for the page
        return self._released

    def beats(self) -> list[dict[str, Any]]:
        self._page.evaluate("0")
        return self._beats

    def layers_told(self) -> list[list[str]]:
        """What heartbeats asked for, each change once."""
        told = [beat["layers"] for beat in self.beats()]
        return [layers for layers, before in zip(told, [None, *told], strict=False) if layers != before]

    def _answer(self, route: Route) -> None:
        path, method = route.request.url.partition("/api/v1")[2], route.request.method
        if path == "/stream/reserve":
            self.reserved.append(self._lease())
            self._say(route, 201, self._shown())
        elif method == "DELETE":
            self._released.append(path)
            route.fulfill(status=204)
        elif path.startswith("/stream/reservations/"):
            self._say(route, 200, self._shown())
        elif path.startswith("/stream/heartbeat/"):
            self._beats.append(route.request.post_data_json or {})
            self._feed(self._beats[-1].get("layers"))
            self._say(route, 200, {"state": "LIVE", "expires_at": None})
        elif path.endswith("/poster"):
            self._hang_poster(route)
        else:
            self._say(route, 404, {"code": "not_found"})

    def _hang_poster(self, route: Route) -> None:
        if self.poster is None:
            route.fulfill(status=204)
            return
        jpeg, taken = self.poster
        route.fulfill(
            status=200,
            body=jpeg,
            content_type="image/jpeg",
            headers={"Last-Modified": taken, "X-Watermark": self.watermark},
        )

    def _feed(self, layers: list[str] | None) -> None:
        if self.feed and layers:
            self.feed.with_suffix(".new").write_text(" ".join(layers))
            self.feed.with_suffix(".new").rename(self.feed)

    def _shown(self) -> dict[str, Any]:
        state, code = self.ended or ("ACTIVE", None)
        reason = {"code": code, "params": {}, "text": f"Because of {code}."} if code else None
        layers = {"layers": self.layers} if self.layers else {}
        live = {"state": "LIVE", "reservation_state": state, "reason": reason, "transport": "webrtc"}
        others = {"heartbeat_interval": 15, "quality": "auto", "watermark": self.watermark, "hls_url": self.hls_url}
        return self.reserved[-1] | layers | live | others

    def _say(self, route: Route, status: int, body: dict[str, Any]) -> None:
        route.fulfill(status=status, body=json.dumps(body), content_type="application/json")
