"""Viewers who watch: each a headless Chromium of its own, so that one can be cut off or killed alone."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, BrowserContext, Error, Page, Playwright, StorageState

from bench.browser import CHROMIUM, FLAGS
from deploy.demo.clock_strip import camera_number
from deploy.local.processes import Process, alive, descendants, send

PAGE = Path(__file__).with_name("page.js")
CALL_MS = 10_000
NETWORK = b"--utility-sub-type=network.mojom.NetworkService"


@dataclass
class View:
    """One page that shows one camera; `expected` is whose picture it has to be."""

    name: str
    page: Page
    camera_id: str
    expected: str

    def sightings(self, since: float) -> list[float]:
        """When a new picture of the right camera was on the screen, epoch seconds; none while the page is not there."""
        number = camera_number(self.expected)
        return [at / 1000 for at, camera, _ in self._ask(f"faults.since({since * 1000})", []) if camera == number]

    def any_sightings(self, since: float) -> list[float]:
        """The same, whichever camera it was."""
        return [at / 1000 for at, _, _ in self._ask(f"faults.since({since * 1000})", [])]

    def newest_made(self, since: float) -> float:
        """When the newest of them was made: HLS may still show what was written before; 0 for none."""
        return max((made / 1000 for _, _, made in self._ask(f"faults.since({since * 1000})", [])), default=0.0)

    def player(self) -> dict[str, Any]:
        found: dict[str, Any] = self._ask("faults.player()", {"state": "gone", "code": None, "transport": None})
        return found

    def sees(self) -> bool:
        return bool(self.sightings(time.time() - 1.0))

    def choose(self, transport: str) -> None:
        self.page.wait_for_selector("camera-player", state="attached", timeout=CALL_MS)
        self.page.evaluate("(t) => document.querySelector('camera-player').setAttribute('transport', t)", transport)

    def _ask(self, script: str, otherwise: Any) -> Any:
        try:
            return self.page.evaluate(f"window.faults ? {script} : null") or otherwise
        except Error:
            return otherwise


class Watcher:
    """An operator: one browser process, logged in."""

    def __init__(self, playwright: Playwright, access: dict[str, str], name: str) -> None:
        self._playwright, self._access, self.name = playwright, access, name
        self._kept: StorageState | None = None
        self._browser: Browser | None = None
        self._views: list[View] = []
        self._launch()

    def _launch(self) -> None:
        before = set(descendants(os.getpid()))
        self._browser = self._playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        new = [process for process in descendants(os.getpid()) if process not in before]
        self._root = next(process for process in new if b"--type=" not in command_line(process))
        self._context = self._new_context(self._browser)

    def _new_context(self, browser: Browser) -> BrowserContext:
        context = browser.new_context(
            viewport={"width": 800, "height": 600}, base_url=self._access["url"], storage_state=self._kept
        )
        context.set_default_timeout(CALL_MS)
        context.add_init_script(path=PAGE)
        if self._kept is None:
            self._log_in(context)
        return context

    def _log_in(self, context: BrowserContext) -> None:
        page = context.new_page()
        page.goto("/login")
        page.fill("input[name=username]", self._access["username"])
        page.fill("input[name=password]", self._access["password"])
        page.press("input[name=password]", "Enter")
        page.wait_for_url(lambda url: "/login" not in url)
        page.close()
        self._kept = context.storage_state()

    def open(self, camera_id: str, *, transport: str = "") -> View:
        """Does not wait for the picture."""
        page = self._context.new_page()
        view = View(f"{self.name}{f' ({transport})' if transport else ''}", page, camera_id, camera_id)
        self._views.append(view)
        page.goto(f"/cameras/{camera_id}", wait_until="commit")
        if transport:
            view.choose(transport)
        return view

    def leave(self) -> None:
        """Every page goes elsewhere and is closed, as people do; a browser that is gone is replaced."""
        views, self._views = self._views, []
        if not alive(self._root):
            self._relaunch()
            return
        for view in views:
            with suppress(Error):
                view.page.goto("about:blank")
                view.page.close()

    def _relaunch(self) -> None:
        with suppress(Error):
            if self._browser is not None:
                self._browser.close()
        self._launch()

    def kill(self) -> None:
        """The whole browser at once, as when the machine loses power."""
        every = [self._root, *descendants(self._root.pid)]
        # Stopped first: else the network process sends a last word when it sees the others die.
        for number in (signal.SIGSTOP, signal.SIGKILL):
            for process in every:
                send(process, number)

    @contextmanager
    def cut_off(self) -> Iterator[None]:
        """No packet in or out, WebRTC's neither: they all pass through Chromium's network process."""
        network = next(process for process in descendants(self._root.pid) if NETWORK in command_line(process))
        send(network, signal.SIGSTOP)
        try:
            yield
        finally:
            send(network, signal.SIGCONT)

    def close(self) -> None:
        if self._browser is not None:
            with suppress(Error):
                self._browser.close()


def command_line(process: Process) -> bytes:
    try:
        return Path(f"/proc/{process.pid}/cmdline").read_bytes()
    except OSError:
        return b""
