"""Two hundred players come, play and go in one page, and leave it as it was."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import Browser, CDPSession, Page

from tests.browser.page_site import page_site

LOOPBACK = Path(__file__).with_name("loopback.js").read_text()
MOUNTS, WARM = 200, 40  # the first ones load modules, compile, fill pools
# One after the other, each until its picture moves; every third uses its tools, each fourth is moved in the page.
MOUNT = """async (times) => {
  await import("/static/js/camera-player.js");
  const until = async (check, what) => {
    const end = performance.now() + 15_000;
    while (!check()) {
      if (performance.now() > end) throw new Error(`not in time: ${what}`);
      await new Promise((go) => setTimeout(go, 10));
    }
  };
  const { released } = window.loopback;
  const place = document.body.appendChild(document.createElement("main"));
  for (let each = 0; each < times; each += 1) {
    const player = document.createElement("camera-player");
    const look = each % 2 ? "tile" : "full";
    const attributes = { "camera-id": `cam-${each}`, transport: "webrtc", quality: "high", look };
    for (const [name, value] of Object.entries(attributes)) player.setAttribute(name, value);
    Object.assign(player.style, { display: "block", position: "relative", inlineSize: "320px", blockSize: "180px" });
    place.append(player);
    await until(() => player.state === "live", `live, mount ${each}: ${player.state}`);
    if (each % 3 === 0) {
      player.zoomTo(3, 0.2, 0.8);
      player.toggleStatistics();
      player.querySelector(".cp-quality").click();
    }
    if (each % 4 === 0) {
      const other = document.body.appendChild(document.createElement("section"));
      other.append(player);
      await until(() => player.state === "live", `live again, mount ${each}`);
      player.remove();
      other.remove();
    }
    player.remove();
  }
  await until(() => window.loopback.released === released + times, "all released, once each");
  place.remove();
  return window.loopback.open();
}"""


@dataclass(frozen=True)
class Left:
    """What the page holds once everything that can be collected is."""

    nodes: int
    listeners: int
    heap: int  # bytes

    @classmethod
    def of(cls, session: CDPSession) -> Left:
        for _ in range(3):
            session.send("HeapProfiler.collectGarbage")
        told = {each["name"]: each["value"] for each in session.send("Performance.getMetrics")["metrics"]}
        return cls(int(told["Nodes"]), int(told["JSEventListeners"]), int(told["JSHeapUsedSize"]))


@pytest.fixture
def page(chromium: Browser) -> Iterator[Page]:
    with page_site() as url:
        context = chromium.new_context(viewport={"width": 1280, "height": 900})
        page = context.new_page()
        page.add_init_script(LOOPBACK)
        page.goto(url)
        yield page
        context.close()


@pytest.mark.timeout(400)
def test_two_hundred_mounts_leave_no_connection_node_listener_or_memory(page: Page) -> None:
    session = page.context.new_cdp_session(page)
    session.send("Performance.enable")
    assert page.evaluate(MOUNT, WARM) == 0
    page.wait_for_timeout(11_000)  # deadlines of the last calls, and the addresses of saved pictures, are over
    before = Left.of(session)
    assert page.evaluate(MOUNT, MOUNTS) == 0
    page.wait_for_timeout(11_000)
    after = Left.of(session)
    assert after.nodes - before.nodes < 50, (before, after)  # a player has about ninety
    assert after.listeners - before.listeners < 20, (before, after)
    assert after.heap - before.heap < 1_500_000, (before, after)
