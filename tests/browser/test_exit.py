"""“Exit this page” in a real browser: at once, without JavaScript too, and asking nobody before."""

import pytest
from playwright.sync_api import expect

from finder.templatetags.site import WAYS_OUT
from tests import factories

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(params=[True, False], ids=["with JavaScript", "without"])
def visitor(request, browser, live_server):
    """A page whose way out is answered by a plain page; `asked`: each request to another host."""
    context = browser.new_context(
        base_url=live_server.url,
        java_script_enabled=request.param,
        viewport={"width": 320, "height": 560},
    )
    page = context.new_page()
    page.has_script, page.asked, page.said = request.param, [], []

    def outside(route):
        page.asked.append(route.request)
        route.fulfill(body="<title>Weather</title>Dry later.", content_type="text/html")

    context.route(lambda address: not address.startswith(live_server.url), outside)
    page.on("console", lambda message: page.said.append(message.text))
    page.on("pageerror", lambda error: page.said.append(str(error)))
    yield page
    context.close()


def leave(page):
    page.get_by_role("link", name="Exit this page").click()
    page.wait_for_url(WAYS_OUT["GB"])


def test_leads_to_a_page_that_anybody_may_have_open(visitor):
    visitor.goto("/search/?near=Leeds")
    assert visitor.asked == []
    leave(visitor)
    assert [request.url for request in visitor.asked if request.is_navigation_request()] == [
        WAYS_OUT["GB"]
    ]
    assert "referer" not in visitor.asked[0].all_headers()
    assert len(visitor.context.pages) == 1
    assert visitor.said == [] or all("404" in text for text in visitor.said)


def test_back_does_not_return_where_there_is_javascript(visitor):
    visitor.goto("/help/")
    visitor.goto("/privacy/")
    leave(visitor)
    visitor.go_back()
    # The page that was left is no longer in the history; the one before it is, which /help/ says.
    expected = "Help now" if visitor.has_script else "What we keep about you"
    expect(visitor.get_by_role("heading", level=1)).to_have_text(expected)


def test_is_the_second_thing_the_keyboard_comes_to(visitor):
    visitor.goto("/")
    visitor.keyboard.press("Tab")
    visitor.keyboard.press("Tab")
    expect(visitor.get_by_role("link", name="Exit this page")).to_be_focused()
    visitor.keyboard.press("Enter")
    visitor.wait_for_url(WAYS_OUT["GB"])


def test_stays_in_view_however_far_one_reads(visitor):
    visitor.goto("/help/")
    link = visitor.get_by_role("link", name="Exit this page")
    expect(link).to_be_in_viewport(ratio=1)
    visitor.mouse.wheel(0, 1500)
    expect(visitor.get_by_role("heading", level=1)).not_to_be_in_viewport()
    expect(link).to_be_in_viewport(ratio=1)


def test_what_the_keyboard_comes_to_is_not_hidden_behind_it(page):
    page.set_viewport_size({"width": 320, "height": 560})
    page.goto("/help/")
    page.get_by_role("link", name="Where our facts come from").focus()
    covered = """
        () => {
            const own = document.activeElement.getBoundingClientRect();
            return own.top < document.querySelector(".exit").getBoundingClientRect().bottom;
        }
    """
    for _ in range(25):
        page.keyboard.press("Shift+Tab")
        assert not page.evaluate(covered), page.evaluate("document.activeElement.outerHTML")


def test_american_pages_have_an_american_way_out(page):
    centre = factories.centre(country="US")
    page.goto(centre.get_absolute_url())
    link = page.get_by_role("link", name="Exit this page")
    expect(link).to_have_attribute("href", WAYS_OUT["US"])
    expect(link).to_have_attribute("rel", "noreferrer")
    assert page.foreign_requests == []


def test_the_admin_has_none_and_paper_has_none(page):
    page.goto("/admin/login/")
    expect(page.get_by_role("link", name="Exit this page")).to_have_count(0)
    page.goto("/help/")
    page.emulate_media(media="print")
    expect(page.locator("#exit")).to_be_hidden()
