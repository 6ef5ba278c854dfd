"""The page of the wall as a test's subject."""

from __future__ import annotations

from typing import Any

from playwright.sync_api import Page

from tests.e2e.browser import Operator
from tests.e2e.site import eventually

# Every connection of the page is kept, so that what flows can be counted.
KEEP_CONNECTIONS = """
window.connections = [];
window.RTCPeerConnection = class extends RTCPeerConnection {
  constructor(...how) { super(...how); window.connections.push(this); }
};
"""
# Bytes of media that came in within a second, over all connections that are open.
FLOW = """async () => {
  const count = async () => {
    let sum = 0;
    for (const each of window.connections.filter((one) => one.connectionState !== "closed")) {
      for (const report of (await each.getStats()).values()) {
        if (report.type === "inbound-rtp") sum += report.bytesReceived;
      }
    }
    return sum;
  };
  const before = await count();
  await new Promise((done) => setTimeout(done, 1000));
  return Math.max(0, (await count()) - before);
}"""
PLAYERS = "[...document.querySelectorAll('[data-tiles] camera-player')]"
HIDDEN = """(hidden) => {
  Object.defineProperty(document, "hidden", { configurable: true, get: () => hidden });
  Object.defineProperty(document, "visibilityState", { configurable: true, get: () => hidden ? "hidden" : "visible" });
  document.dispatchEvent(new Event("visibilitychange"));
}"""


class WallPage:
    def __init__(self, operator: Operator, path: str = "/wall?new") -> None:
        self.page: Page = operator.page
        self.page.add_init_script(KEEP_CONNECTIONS)
        self.open(path)

    def open(self, path: str) -> None:
        self.page.goto(path)
        self.page.wait_for_selector("[data-found] [data-camera]")

    def layout(self, name: str) -> None:
        self.page.click(f"input[name=layout][value='{name}'] + span")

    def row(self, camera_id: str) -> str:
        return f"[data-found] [data-camera='{camera_id}']"

    def tile(self, number: int) -> str:
        return f".wall-tile[data-place='{number - 1}']"

    @property
    def found(self) -> list[str]:
        """What the list shows."""
        script = "rows => rows.map(row => row.dataset.camera)"
        found: list[str] = self.page.eval_on_selector_all("[data-found] [data-camera]", script)
        return found

    def wait_found(self, camera_id: str) -> None:
        eventually(lambda: self.found == [camera_id], 5, f"{camera_id} alone in the list")

    def take(self, *camera_ids: str) -> None:
        for camera_id in camera_ids:
            self.page.click(self.row(camera_id))

    def save(self) -> None:
        self.page.click("[data-wall-part=save]")
        eventually(lambda: self.told == "Saved", 5, "the wall saved")

    @property
    def told(self) -> str:
        return self.page.inner_text("[data-wall-part=told]")

    @property
    def shown(self) -> list[str | None]:
        """The camera_id in each tile."""
        script = "tiles => tiles.map(tile => tile.querySelector('camera-player')?.getAttribute('camera-id') ?? null)"
        found: list[str | None] = self.page.eval_on_selector_all(".wall-tile", script)
        return found

    @property
    def states(self) -> list[str]:
        found: list[str] = self.page.evaluate(f"{PLAYERS}.map(player => player.state)")
        return found

    @property
    def chosen(self) -> list[int]:
        """Numbers of the tiles that are marked, and of the one with the focus."""
        script = """() => [".wall-tile.is-selected", ".wall-tile:focus-within"]
            .map((each) => Number(document.querySelector(each)?.dataset.place ?? -1) + 1)"""
        found: list[int] = self.page.evaluate(script)
        return found

    def wait_live(self, count: int, seconds: float = 60) -> None:
        """So many pictures, and no player without."""
        eventually(lambda: self.states == ["live"] * count, seconds, f"{count} live tiles")

    def flow(self) -> int:
        """Bytes of media in a second."""
        return int(self.page.evaluate(FLOW))

    def hide(self, hidden: bool) -> None:
        """As when another tab is in front; headless pages always are in front."""
        self.page.evaluate(HIDDEN, hidden)

    def player(self, camera_id: str, expression: str) -> Any:
        return self.page.evaluate(f"document.querySelector(\"camera-player[camera-id='{camera_id}']\").{expression}")
