"""What programs read of a page, in a real browser under the site's policy: it runs nothing, and
nothing is said on the console."""

import json

import pytest
from playwright.sync_api import expect

from tests import factories

pytestmark = pytest.mark.django_db(transaction=True)

HOSTILE = "</script><script>window.struck = true</script><!-- House"


def test_data_blocks_stand_under_the_policy_and_a_hostile_name_strikes_nobody(page):
    centre = factories.centre(name=HOSTILE)
    dialogs = []
    page.on("dialog", lambda dialog: dialogs.append(dialog.message))
    answer = page.goto(centre.get_absolute_url())
    assert "script-src 'self'" in answer.headers["content-security-policy"]
    expect(page.get_by_role("heading", level=1)).to_have_text(HOSTILE)
    blocks = page.locator('script[type="application/ld+json"]').all_text_contents()
    clinic, trail = [json.loads(block) for block in blocks]
    assert clinic["name"] == HOSTILE
    assert trail["itemListElement"][-1]["name"] == HOSTILE
    assert page.evaluate("window.struck") is None
    assert dialogs == []
    assert page.console_messages == []
    assert page.foreign_requests == []


def test_the_browser_understands_the_manifest_and_its_icon(page):
    page.goto("/")
    session = page.context.new_cdp_session(page)
    told = session.send("Page.getAppManifest")
    assert told["url"].endswith("/manifest.webmanifest")
    assert told["errors"] == []
    (icon,) = json.loads(told["data"])["icons"]
    answer = page.request.get(icon["src"])
    assert answer.ok
    assert answer.headers["content-type"] == "image/svg+xml"
    assert page.console_messages == []
    assert page.foreign_requests == []
