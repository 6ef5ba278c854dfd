"""People of every kind at one browser, each logged in once in each language."""

from __future__ import annotations

from dataclasses import dataclass, field

from playwright.sync_api import Browser, Page

from tests.e2e import failing_pages
from tests.e2e.browser import AS_THE_BROWSER
from tests.e2e.page_looks import SHARED_WALL, WALL, WALL_CAMERAS
from tests.e2e.site import REPO, Site

# In no agency; with the password of the others.
STRANGER = """
from accounts.models import User
user, _ = User.objects.get_or_create(username="stranger")
user.password = User.objects.get(username="admin").password
user.save()
"""
# Of the administrator, one of them shared, and one that somebody else shares. Once more would be one more.
WALLS = f"""
from accounts.models import User
from walls.models import Wall
from walls.services import wall_create
def made(owner, name, layout, agency, cameras):
    Wall.objects.filter(name=name).delete()
    details = {{"name": name, "layout": layout, "agency": agency, "tiles": dict(enumerate(cameras))}}
    wall_create(owner=User.objects.get(username=owner), details=details)
made("admin", {WALL!r}, "4", None, {WALL_CAMERAS!r})
made("admin", {SHARED_WALL!r}, "1+5", "DUBAI_POLICE", [])
made("operator-police", "Sheikh Zayed Road, both directions", "9", "DUBAI_POLICE", [])
"""


@dataclass
class Reader:
    """One person at one language; what his pages' console says is kept until it is asked for."""

    page: Page
    user: bool
    said: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.page.on("console", lambda m: self.said.append(f"console: {m.text}") if m.type == "error" else None)
        self.page.on("pageerror", lambda error: self.said.append(f"error: {error}"))

    def theme(self, theme: str) -> None:
        """As his profile has it, a visitor's browser keeps it."""
        if self.user:
            save = "async (theme) => (await import('/static/js/api.js')).call('PATCH', '/preferences', {body: {theme}})"
            self.page.evaluate(save, theme)
        else:
            self.page.evaluate("(theme) => localStorage.setItem('theme', theme)", theme)


class Readers:
    """Who is logged in already, by name and language."""

    def __init__(self, browser: Browser, site: Site) -> None:
        self._browser, self._site = browser, site
        self._known: dict[tuple[str, str], Reader] = {}

    def get(self, who: str, language: str) -> Reader:
        if (who, language) not in self._known:
            self._known[who, language] = self._enter(who, language)
        reader = self._known[who, language]
        if reader.user:
            reader.page.evaluate(AS_THE_BROWSER)
        return reader

    def leave(self) -> None:
        """Away from whatever plays: all of them."""
        for reader in self._known.values():
            reader.page.goto("/login")

    def _enter(self, who: str, language: str) -> Reader:
        """Who chose no language reads what his browser asks for."""
        context = self._browser.new_context(locale=language, base_url=self._site.url, reduced_motion="reduce")
        context.add_init_script(path=REPO / "tests" / "e2e" / "page_policy.js")
        failing_pages.route(context, self._site, language)
        page = context.new_page()
        page.goto("/login")
        if who:
            page.fill("[name=username]", who)
            page.fill("[name=password]", self._site.password)
            page.press("[name=password]", "Enter")
            page.wait_for_url("**/")
        return Reader(page, user=bool(who))

    def close(self) -> None:
        for reader in self._known.values():
            reader.page.context.close()
