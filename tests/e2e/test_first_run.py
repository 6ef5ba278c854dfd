"""The page of the first steps in a browser: the first picture moves it on by itself, to the step that is left."""

from __future__ import annotations

from tests.e2e.site import eventually

NEVER_SEEN = "from cameras.models import Camera; Camera.objects.update(state='UNKNOWN')"


def states(page):
    script = "steps => steps.map(step => [step.dataset.step, step.dataset.stepState])"
    return dict(page.eval_on_selector_all("[data-step]", script))


def test_the_first_picture_ends_its_step_and_leads_to_the_people(operator, site):
    page = operator().page
    site.shell(NEVER_SEEN)
    page.goto("/start")
    assert states(page) == {"agency": "done", "camera": "done", "picture": "now", "people": "later"}
    after = {"agency": "done", "camera": "done", "picture": "done", "people": "now"}
    eventually(lambda: states(page) == after, 30, "the first picture")
    assert "This is the first picture." in page.inner_text(".toast")
    assert page.inner_text("[data-step=people] [data-step-word]") == "Now"
    page.reload()
    assert states(page) == after
    page.get_by_role("link", name="Add a person").click()
    page.wait_for_url("**/admin/accounts/user/add/")
