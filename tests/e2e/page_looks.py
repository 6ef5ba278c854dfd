"""The pages that are looked at in every theme, language and width: a line each. test_pages.py looks."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from playwright.sync_api import Page, Response

CAMERA = "cam-001-sheikh-zayed"
TRIED = "[data-told]:is([data-result=ok], [data-result=failed])"
PLAYING = "camera-player[state=live], camera-player[state=fallback]"
# The first two tiles of the saved wall play; its third camera is offline.
TWO_PLAY = "[data-place='0']:has(camera-player[state=live]) ~ [data-place='1'] camera-player[state=live]"
WALL_ID = """async (name) => {
  const { call } = await import("/static/js/api.js");
  return (await call("GET", "/walls")).find((wall) => wall.name === name).id;
}"""
RESERVE = """async (camera_id) => {
  const { call } = await import("/static/js/api.js");
  await call("POST", "/stream/reserve", { body: { camera_id } });
}"""
WITHOUT_TOKEN = """() => {
  const form = document.querySelector("main form[method=post]");
  form.querySelector("[name=csrfmiddlewaretoken]").remove();
  form.submit();
}"""
# readers.py makes them.
WALL, SHARED_WALL = "Crossroads", "Night shift"
LISTED = "[data-found] [data-camera]"
WALL_CAMERAS = [CAMERA, "cam-006-demo", "cam-005-offline"]


def nothing(page: Page) -> None:
    """The page as it loads."""


def user_menu(page: Page) -> None:
    page.click("[data-menu]:has([data-shortcuts]) > summary")


def walls_list(page: Page) -> None:
    page.click(".wall-bar > [data-menu]:first-child > summary")


def wall_menu(page: Page) -> None:
    page.click(".wall-bar > [data-menu]:last-of-type > summary")


def remove_wall(page: Page) -> None:
    wall_menu(page)
    page.click("[data-wall-part=remove]")
    page.wait_for_selector("dialog[open]")


def holders(page: Page) -> None:
    """Somebody holds a camera, so that there is something to say."""
    page.wait_for_selector("dialog[open]")
    page.evaluate(RESERVE, CAMERA)
    page.wait_for_selector(f"dialog[open] [data-part=cameras] a[href$='{CAMERA}']")


def shortcuts(page: Page) -> None:
    page.keyboard.press("?")
    page.wait_for_selector("dialog[open]")


def by_address(page: Page, path: str) -> Response | None:
    return page.goto(path)


def by_name(page: Page, path: str) -> Response | None:
    """`path` with the number of the wall that is called so."""
    start, name = path.rsplit("/", 1)
    return page.goto(f"{start}/{page.evaluate(WALL_ID, name)}")


def without_token(page: Page, path: str) -> Response | None:
    """The answer to the page's form, sent without what proves that it is ours."""
    page.goto(path)
    with page.expect_navigation() as sent:
        page.evaluate(WITHOUT_TOKEN)
    return sent.value


@dataclass(frozen=True, slots=True)
class Look:
    name: str
    path: str
    who: str = "admin"  # "" is a visitor
    ready: str = "main"  # what is there once the page is complete
    open: Callable[[Page, str], Response | None] = by_address
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
    Look("wall", "/wall?new", ready=LISTED),
    Look("wall-saved", f"/walls/{WALL}", ready=TWO_PLAY, open=by_name),
    Look("wall-shared", f"/walls/{SHARED_WALL}", who="operator-police", ready=LISTED, open=by_name),
    Look("walls-list", f"/walls/{SHARED_WALL}", ready=LISTED, open=by_name, act=walls_list),
    Look("wall-menu", f"/walls/{SHARED_WALL}", ready=LISTED, open=by_name, act=wall_menu),
    Look("wall-to-be-deleted", f"/walls/{SHARED_WALL}", ready=LISTED, open=by_name, act=remove_wall),
    Look("live-numbers", "/stats", ready="[data-source=live]"),
    Look("holders", "/stats?holders=DUBAI_POLICE", ready="[data-source=live]", act=holders),
    Look("streams", "/streams"),
    Look("first-steps", "/start"),
    Look("first-steps-done", "/start", ready="[data-step=picture][data-step-state=done] camera-player[state=live]"),
    Look("style", "/style"),
    # Its request for a playlist without a token is refused: that it is answered at all is what is tried.
    Look("connection-test", "/connection-test", ready=TRIED, expected="status of 401"),
    Look("profile", "/profile"),
    Look("user-menu", "/profile", act=user_menu),
    Look("shortcuts", "/", act=shortcuts),
    Look("not-found", "/nowhere", status=404, expected="status of 404"),
    Look("not-allowed", "/style", who="operator-police", status=403, expected="status of 403"),
    Look("form-refused", "/login", who="", open=without_token, status=403, expected="status of 403"),
    # What failing_pages.py answers, by the site's own views.
    Look("error", "/failing/500", who="", status=500, expected="status of 500"),
    Look("database-away", "/failing/503", who="", status=503, expected="status of 503"),
    Look("site-away", "/failing/unavailable", who="", status=503, expected="status of 503"),
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
