"""The page of live numbers in a browser: right again after its socket was lost, and who holds an agency's cameras."""

from __future__ import annotations

import re
from functools import partial

from playwright.sync_api import Page, WebSocketRoute

from tests.e2e.site import Site, eventually

CAMERA = "cam-001-sheikh-zayed"


class Line:
    """The page's socket: cut, and let through again."""

    def __init__(self, page: Page) -> None:
        self.up = True
        self._sockets: list[WebSocketRoute] = []
        page.route_web_socket(re.compile("/ws/dashboard"), self._opened)

    def _opened(self, socket: WebSocketRoute) -> None:
        if not self.up:
            socket.close(code=1011)
            return
        socket.connect_to_server()
        self._sockets.append(socket)

    def cut(self) -> None:
        self.up = False
        for socket in self._sockets:
            socket.close(code=1011)
        self._sockets.clear()


def source(page: Page) -> str | None:
    return page.get_attribute("[data-source]", "data-source")


def number(page: Page, name: str) -> str:
    return page.inner_text(f"[data-number={name}]")


def is_newest(page: Page, site: Site, span: str) -> bool:
    """The number beside the plot is that of the newest step: at least the one viewer of now, more where an earlier test
    had them in the same minute."""
    viewers: list[int] = site.api.get("/stream/history", params={"span": span}).json()["viewers"]
    return page.inner_text("[data-value=viewers]") == str(max(1, viewers[-1]))


def test_numbers_are_right_without_the_socket_and_right_again_with_it(operator, site):
    someone = operator()
    page, line = someone.page, Line(someone.page)
    page.goto("/stats")
    eventually(lambda: source(page) == "live", 5, "the socket")
    line.cut()
    eventually(lambda: source(page) == "polling", 5, "asking instead")
    reservation = site.reserve(CAMERA).json()
    eventually(lambda: number(page, "viewers") == "1", 5, "the viewer without a socket")
    line.up = True
    eventually(lambda: source(page) == "live", 15, "the socket again")
    assert number(page, "viewers") == "1"
    site.release(reservation)
    eventually(lambda: number(page, "viewers") == "0", 5, "pushed again")
    eventually(lambda: CAMERA not in page.inner_text("[data-cameras]"), 5, "the camera gone")
    assert CAMERA in page.inner_text("[data-events]")


def test_the_plots_are_drawn_and_end_with_what_is_now(operator, site):
    someone = operator()
    page = someone.page
    reservation = site.reserve(CAMERA).json()
    page.goto("/stats")
    eventually(partial(is_newest, page, site, "hour"), 5, "the newest point")
    for span in ("day", "week", "hour"):
        page.click(f"button[data-span={span}]")
        page.wait_for_selector(f"[data-history][data-span={span}]", timeout=5000)
        eventually(partial(is_newest, page, site, span), 5, f"the newest point of the {span}")
    assert page.locator("[data-part=canvas] canvas").count() == 3
    site.release(reservation)
    assert someone.complaints == []


def test_who_holds_the_cameras_is_shown_to_an_admin_and_kept_up_to_date(operator, site):
    page = operator().page
    reservation = site.reserve(CAMERA).json()
    page.goto("/stats")
    page.click("[data-agencies] button[data-holders=DUBAI_POLICE]")
    eventually(lambda: CAMERA in page.inner_text("dialog[open]"), 5, "the camera that is held")
    site.release(reservation)
    eventually(lambda: CAMERA not in page.inner_text("dialog[open]"), 5, "given back")
    page.keyboard.press("Escape")
    assert page.locator("dialog[open]").count() == 0


def test_an_operator_is_shown_numbers_and_no_names(operator, site):
    reservation = site.reserve(CAMERA).json()
    page = operator(username="operator-police").page
    page.goto("/stats")
    eventually(lambda: number(page, "viewers") == "1", 5, "the viewer")
    assert page.locator("[data-viewers], dialog").count() == 0
    assert page.locator("button[data-holders]:visible").count() == 0
    assert page.goto("/streams").status == 403
    site.release(reservation)


def test_the_staffs_streams_follow_a_stream_and_can_end_it(operator, site):
    page = operator().page
    page.goto("/streams")
    reservation = site.reserve(CAMERA).json()
    row = page.locator("tr[data-key]", has_text=CAMERA)
    eventually(
        lambda: row.count() == 1 and "Live" in row.inner_text() and "Running" in row.inner_text(), 15, "a live row"
    )
    row.locator("summary").click()
    row.get_by_role("button", name="Stop stream").click()
    page.wait_for_url("**/streams")
    assert CAMERA in page.inner_text(".message")
    eventually(lambda: row.count() == 0, 15, "the row gone")
    answer = site.api.get(f"/stream/reservations/{reservation['reservation_id']}").json()
    assert answer["reservation_state"] == "REVOKED"
