"""The connection self-test: what works is told, in the reader's language, and the report can be handed on."""

from __future__ import annotations

import json

from tests.e2e.site import eventually

RESULTS = """Object.fromEntries([...document.querySelectorAll("[data-step]")].map(
  (row) => [row.dataset.step, row.querySelector("[data-part=result]").dataset.result]))"""


def finished(page):
    """The result of each step, once all have one."""

    def told():
        found = page.evaluate(RESULTS)
        return found if found and set(found.values()) <= {"ok", "failed", "none"} else None

    return eventually(told, 25, "all results")


def test_an_operator_sees_what_works_and_copies_a_report_without_secrets(operator):
    someone = operator()
    someone.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page = someone.page
    page.click("nav a[href='/connection-test']")
    told = finished(page)
    works = ("api", "socket", "hls", "h264_webrtc", "h264_hls")
    assert {name: told[name] for name in works} == dict.fromkeys(works, "ok")
    page.click("[data-copy]")
    eventually(lambda: page.inner_text("[data-copied]"), 5, "the word that it was copied")
    report = page.evaluate("navigator.clipboard.readText()")
    assert {step["step"]: step["result"] for step in json.loads(report)["steps"]} == told
    assert "credential" not in report


def test_the_report_can_be_downloaded(operator):
    page = operator().page
    page.goto("/connection-test")
    finished(page)
    with page.expect_download(timeout=5_000) as download:
        page.click("[data-download]")
    assert json.loads(download.value.path().read_text())["steps"]


def test_a_way_that_is_blocked_is_told_as_such(operator):
    page = operator().page
    page.route("**/hls/**", lambda route: route.abort())
    page.goto("/connection-test")
    assert finished(page)["hls"] == "failed"
    assert "Not everything works" in page.inner_text("[data-told]")


def test_in_arabic_the_page_runs_from_right_to_left(operator):
    page = operator().page
    page.goto("/connection-test")
    page.click("button[name=language][value=ar]")
    page.wait_for_url("**/connection-test")
    finished(page)
    assert page.evaluate("document.dir") == "rtl"
    assert page.inner_text("[data-step=api] [data-part=result]") == "يعمل"
