"""What was pressed is redrawn before its answer comes: the answer still goes where it belongs."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, Route, expect

from tests.handoff.world import World

pytestmark = pytest.mark.browser


def test_a_claim_whose_button_is_gone_when_its_answer_comes_draws_the_conversation_and_not_the_page_in_itself(
    page: Page, world: World
):
    """The claim's own live event redraws the head, with the form that was pressed in it."""

    def answer_late(route: Route) -> None:
        answer = route.fetch()
        page.evaluate("document.querySelector('#desk form[action*=\"/claim\"]').remove()")
        route.fulfill(response=answer)

    page.goto(f"/inbox/{world.ahmad}")
    page.route("**/claim*", answer_late)
    page.locator("#desk form[action*='/claim'] button").first.click()

    expect(page.locator("#desk")).to_contain_text("Du har samtalen")
    expect(page.locator(".app")).to_have_count(1)
    expect(page.locator("#desk #queue")).to_have_count(0)
