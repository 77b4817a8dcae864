"""What a results page weighs as it is deployed, counted where it arrives: in the browser."""

import threading

import pytest
from django.core.management import call_command
from django.core.wsgi import get_wsgi_application

from finder.serving import Server
from tests import factories

pytestmark = pytest.mark.django_db(transaction=True)
#: Bytes, with headers: the page, its styles and scripts, its pictures and icons.
MOST = 60_000
COMPRESSED = "whitenoise.storage.CompressedManifestStaticFilesStorage"
#: Of no public page.
NOT_OURS = ["admin/*", "rest_framework/*", "gis/*"]
LARGEST = """
    new Promise(found => new PerformanceObserver(
        list => found(list.getEntries().map(e => [e.url, e.element ? e.element.tagName : ""])))
        .observe({type: "largest-contentful-paint", buffered: true}))
"""


@pytest.fixture
def deployed(settings, tmp_path):
    """The address of the site as production serves it: hashed static files, all compressed."""
    settings.STATIC_ROOT = tmp_path
    settings.WHITENOISE_USE_FINDERS = False
    settings.STORAGES = {**settings.STORAGES, "staticfiles": {"BACKEND": COMPRESSED}}
    call_command("collectstatic", interactive=False, verbosity=0, ignore_patterns=NOT_OURS)
    server = Server(0)
    server.set_app(get_wsgi_application())
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def directory():
    """Sixty centres all over Britain, each with three programmes that have much to say."""
    call_command("load_vocabulary", verbosity=0)
    for number in range(60):
        centre = factories.centre(
            name=f"House on Hill Road {number}",
            town="Leeds",
            latitude=50.5 + number / 9,
            longitude=-4 + number % 7 / 2,
            rating="Good",
            rating_on="2025-03-09",
            regulator="cqc",
        )
        factories.phone(centre, answered_by="centre")
        for level in ("residential", "residential-detox", "aftercare"):
            factories.programme(
                centre,
                level=level,
                length_min_days=7,
                length_max_days=28 + number,
                substances=["alcohol", "ketamine", "cannabis"],
                funding=["self-pay"],
            )


def test_a_page_of_results_is_light_sends_no_font_and_begins_with_text(
    browser, deployed, directory
):
    for path in ("/search/?near=52.5,-2&radius=100&substance=alcohol&length=28", "/search/"):
        arrived, kinds, painted = _visit(browser, deployed + path)
        weighed = "\n".join(f"{size:7,} {address}" for address, size in arrived.items())
        total = sum(arrived.values())
        print(f"\n{total:7,} bytes in all, most {MOST:,}\n{weighed}")
        assert total <= MOST, weighed
        assert {"Document", "Stylesheet", "Script"} <= kinds
        assert "Font" not in kinds
        assert painted
        for address, element in painted:
            assert (address, element in {"IMG", "svg", "image"}) == ("", False)


def _visit(browser, address):
    """({address: bytes that arrived}, kinds of what did, [(its picture's address, element)] of the
    largest paints) of a first visit on a telephone.
    """
    context = browser.new_context(viewport={"width": 360, "height": 740})
    page = context.new_page()
    wire, answers, sizes = context.new_cdp_session(page), {}, {}
    wire.send("Network.enable")
    wire.on("Network.responseReceived", lambda event: answers.update({event["requestId"]: event}))
    wire.on(
        "Network.loadingFinished",
        lambda event: sizes.update({event["requestId"]: int(event["encodedDataLength"])}),
    )
    page.goto(address, wait_until="networkidle")
    painted = page.evaluate(LARGEST)
    context.close()
    arrived = {answers[one]["response"]["url"]: size for one, size in sizes.items()}
    return arrived, {answer["type"] for answer in answers.values()}, painted
