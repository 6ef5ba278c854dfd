"""The pages of a site that fails come back by themselves, and ask for nothing but whether it is well again."""

from __future__ import annotations

import pytest

from tests.e2e import failing_pages
from tests.e2e.site import eventually


@pytest.mark.parametrize("wanted", ["503", "unavailable"])
def test_a_page_comes_back_by_itself_when_the_site_is_back(chromium, demo, wanted):
    with chromium.new_context(base_url=demo.url, locale="en") as context:
        failing_pages.route(context, demo, "en")
        page = context.new_page()
        page.goto(f"/failing/{wanted}")
        assert "Back in a moment" in page.inner_text("h1 >> nth=0")
        with page.expect_response("**/readyz") as asked:
            assert asked.value.status == 503
        assert "Back in a moment" in page.inner_text("h1 >> nth=0")
        context.unroute_all()
        eventually(lambda: page.inner_text("h1 >> nth=0") == "Not found", 15, "the site's own answer")
