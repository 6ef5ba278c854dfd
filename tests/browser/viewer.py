"""One page that joins by static/js/transports/livekit.js, and what a test asks of it."""

from __future__ import annotations

from typing import Any

from playwright.sync_api import Page

from tests.e2e.site import eventually

SECONDS = 12.0
JOIN = """async ([name, reservation, quality]) => {
  const { connect } = await import("/static/js/transports/livekit.js");
  const video = Object.assign(document.createElement("video"), { muted: true, playsInline: true });
  Object.assign(video.style, { inlineSize: "640px", blockSize: "360px" });
  document.body.append(video);
  const lost = (code) => window.players[name].lost.push(code);
  window.players = { ...window.players, [name]: { video, lost: [], media: null } };
  try {
    const signal = AbortSignal.timeout(10_000);
    window.players[name].media = await connect({ video, reservation, quality, signal, lost });
    return "joined";
  } catch (error) {
    return error.code || error.name;
  }
}"""


class Viewer:
    def __init__(self, page: Page) -> None:
        self.page = page
        self.complaints: list[str] = []
        page.on("pageerror", lambda error: self.complaints.append(str(error)))

    def join(self, reservation: dict[str, Any], *, name: str = "first", quality: str = "auto") -> str:
        """`joined`, or the code of what went wrong."""
        said: str = self.page.evaluate(JOIN, [name, reservation, quality])
        return said

    def start_joining(self, reservation: dict[str, Any]) -> None:
        """Like join, without waiting: `window.waiting` becomes its answer."""
        self.page.evaluate(f"(words) => void ({JOIN})(words).then((said) => (window.waiting = said))",
                           ["first", reservation, "auto"])  # fmt: skip

    def watches(self, name: str = "first", *, frames: int = 5) -> None:
        """So many more frames than now are decoded."""
        count = f"window.players.{name}.video.getVideoPlaybackQuality().totalVideoFrames"
        self.until(f"{count} >= {int(self.page.evaluate(count)) + frames}")

    def until(self, condition: str, seconds: float = SECONDS) -> None:
        """Asked from outside: a poll in the page would need eval, which the CSP refuses."""
        eventually(lambda: self.page.evaluate(condition), seconds, condition)

    def lost(self, name: str = "first") -> list[str]:
        codes: list[str] = self.page.evaluate(f"window.players.{name}.lost")
        return codes

    def until_lost(self, code: str, *, name: str = "first", seconds: float = SECONDS) -> None:
        self.until(f"window.players.{name}.lost.length > 0", seconds)
        assert self.lost(name) == [code]

    def close(self, name: str = "first") -> None:
        self.page.evaluate(f"window.players.{name}.media.close()")
