"""A real browser. Every page is watched: what it says on the console, and whom it asks."""

import os
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import sync_playwright

from tests import machine

ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
]


@pytest.fixture(scope="session")
def browser():
    """One Chromium for the whole run."""
    path = machine.chromium()
    # Playwright's synchronous interface runs an event loop in this thread, which Django sees.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=path, args=ARGUMENTS)
        yield chromium
        chromium.close()
    del os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"]


@pytest.fixture
def page(browser, live_server):
    """A page of a fresh visitor at the live server.

    `console_messages`: what any page said on the console, and errors nobody caught.
    `foreign_requests`: addresses asked for on any host but ours.
    """
    context = browser.new_context(base_url=live_server.url, viewport={"width": 1280, "height": 900})
    context.set_default_timeout(15_000)
    page = context.new_page()
    page.console_messages, page.foreign_requests = [], []
    own = urlsplit(live_server.url).netloc

    def watch(request):
        address = urlsplit(request.url)
        if address.scheme not in {"data", "blob", "about"} and address.netloc != own:
            page.foreign_requests.append(request.url)

    page.on("console", lambda message: page.console_messages.append(message.text))
    page.on("pageerror", lambda error: page.console_messages.append(str(error)))
    context.on("request", watch)
    yield page
    context.close()
