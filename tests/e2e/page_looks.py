"""The pages that are looked at in every theme, language and width: a line each. test_pages.py looks."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from playwright.sync_api import Page

CAMERA = "cam-001-sheikh-zayed"
TRIED = "[data-told]:is([data-result=ok], [data-result=failed])"
PLAYING = "camera-player[state=live], camera-player[state=fallback]"


def nothing(page: Page) -> None:
    """The page as it loads."""


def user_menu(page: Page) -> None:
    page.click("[data-menu]:has([data-shortcuts]) > summary")


def shortcuts(page: Page) -> None:
    page.keyboard.press("?")
    page.wait_for_selector("dialog[open]")


@dataclass(frozen=True, slots=True)
class Look:
    name: str
    path: str
    who: str = "admin"  # "" is a visitor
    ready: str = "main"  # what is there once the page is complete
    act: Callable[[Page], None] = nothing  # what is done before it is looked at
    status: int = 200
    axe: bool = True  # each False needs its reason
    expected: str = ""  # a regular expression of console errors that belong to the page


LOOKS = [
    Look("login", "/login", who=""),
    Look("cameras", "/"),
    Look("cameras-none-found", "/?q=nothing-is-called-so"),
    Look("cameras-of-nobody", "/", who="stranger"),
    Look("camera-live", f"/cameras/{CAMERA}", ready=PLAYING),
    Look("camera-offline", "/cameras/cam-005-offline", ready="camera-player[code]"),
    Look("camera-not-to-be-watched", f"/cameras/{CAMERA}", who="auditor"),
    Look("wall", "/wall?new", ready="[data-found] [data-camera]"),
    Look("live-numbers", "/stats", ready="[data-source=live]"),
    Look("streams", "/streams"),
    Look("first-steps", "/start"),
    Look("style", "/style"),
    # Its request for a playlist without a token is refused: that it is answered at all is what is tried.
    Look("connection-test", "/connection-test", ready=TRIED, expected="status of 401"),
    Look("profile", "/profile"),
    Look("user-menu", "/profile", act=user_menu),
    Look("shortcuts", "/", act=shortcuts),
    Look("not-found", "/nowhere", status=404, expected="status of 404"),
    Look("admin-login", "/admin/login/", who=""),
    Look("admin", "/admin/"),
    Look("admin-cameras", "/admin/cameras/camera/"),
    Look("admin-camera", "/admin/cameras/camera/add/"),
    Look("admin-agencies", "/admin/cameras/agency/"),
    Look("admin-walls", "/admin/walls/wall/"),
    Look("admin-users", "/admin/accounts/user/"),
    # Swagger UI's own markup (its colours, buttons within buttons) is not ours to mend; it is for programmers.
    Look("api-docs", "/api/docs", ready=".swagger-ui .opblock", axe=False),
]
