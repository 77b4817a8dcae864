"""A number that three people doubt is on no public surface, and the page still helps."""

import csv
import json
import re
from pathlib import Path

import pytest
from django.urls import reverse
from django.utils import timezone

from centres import reports
from centres.models import Centre, Report
from tests import factories
from tests.centres.reporting import answered, doubted, hidden

pytestmark = pytest.mark.django_db

ROOT = Path(__file__).resolve().parent.parent.parent
NUMBER = "+441632960987"
#: Its digits however it is written.
DIGITS = re.compile(r"1632\D{0,3}960\D{0,3}987")
BY_ANOTHER_RULE = re.compile(r"phones\.(all|first|filter)")
#: The centre's own link shows it its own numbers, hidden or not.
OF_THE_CENTRE = {"finder/claim_facts.py", "finder/views/claimant.py"}
HIDDEN = "This number is hidden: several people told us it is not the centre’s own."


@pytest.fixture
def centre():
    """A listed centre in York, with one number, a website and a fresh source for both."""
    centre = factories.centre(
        name="Oak House", town="York", website="https://oak.example.org/", latitude=53.96,
        longitude=-1.08,
    )  # fmt: skip
    factories.programme(centre)
    near = factories.centre(name="Elm House", town="York", latitude=53.97, longitude=-1.09)
    factories.programme(near)
    factories.phone(near, number="+441632960111")
    return centre


@pytest.fixture
def kept(client, centre):
    """A visitor who keeps the centre."""
    client.post(reverse("shortlist"), {"keep": centre.slug})
    return client


def surfaces(centre):
    """Every public address that could tell of a centre's number."""
    near = Centre.objects.get(name="Elm House")
    return [
        centre.get_absolute_url(),
        near.get_absolute_url(),  # names the nearest others
        reverse("home"),
        f"{reverse('search')}?near=53.96,-1.08&country=GB",
        f"{reverse('search')}?q=Oak",
        reverse("shortlist"),
        f"{reverse('compare')}?c={centre.slug}",
        f"{reverse('call-sheet')}?c={centre.slug}",
        reverse("centre-report", args=[centre.slug]),
        reverse("centre-callback", args=[centre.slug]),
        reverse("centre-claim", args=[centre.slug]),
        reverse("api-centre", args=[centre.uuid]),
        f"{reverse('api-centres')}?q=Oak",
        reverse("api-centres-csv"),
        reverse("api-centres-geojson"),
        f"/cy{centre.get_absolute_url()}",
        reverse("map-points"),
    ]


def told(client, path):
    """(status, all that the answer holds)."""
    response = client.get(path)
    body = b"".join(response) if response.streaming else response.content
    return response.status_code, body.decode()


def test_it_is_on_no_public_surface(kept, centre):
    phone = factories.phone(centre, number=NUMBER)
    factories.provenance(centre, fact="phones", as_of=timezone.localdate())
    before = {path: told(kept, path) for path in surfaces(centre)}
    assert sum(bool(DIGITS.search(text)) for _, text in before.values()) >= 8
    assert DIGITS.search(before[centre.get_absolute_url()][1].partition("ld+json")[2][:2000])

    for _ in range(reports.HIDE_A_NUMBER):
        doubted(phone, now=timezone.now())

    for path, (status, _) in before.items():
        answer = told(kept, path)
        assert answer[0] == status < 500, path
        assert not DIGITS.search(answer[1]), path


def test_each_page_that_had_the_number_says_why_it_is_gone(kept, centre):
    hidden(centre, number=NUMBER, now=timezone.now())

    for path in (
        centre.get_absolute_url(),
        f"{reverse('search')}?q=Oak",
        f"{reverse('compare')}?c={centre.slug}",
        f"{reverse('call-sheet')}?c={centre.slug}",
    ):
        page = told(kept, path)[1]
        assert HIDDEN in page, path
        assert "Telephone number not known" not in page, path
    record = json.loads(told(kept, reverse("api-centre", args=[centre.uuid]))[1])
    assert (record["phones"], record["hides_a_number"]) == ([], True)


def test_the_page_still_shows_the_website_and_the_help_lines(client, centre):
    hidden(centre, number=NUMBER, now=timezone.now())

    page = told(client, centre.get_absolute_url())[1]

    assert "https://oak.example.org/" in page
    assert "116 123" in page


def test_another_number_of_the_centre_stays(client, centre):
    other = factories.phone(centre, number="+441632960123")
    hidden(centre, number=NUMBER, now=timezone.now())

    page = told(client, centre.get_absolute_url())[1]
    record = json.loads(told(client, reverse("api-centre", args=[centre.uuid]))[1])

    assert "01632 960123" in page
    assert HIDDEN in page
    assert [phone["number"] for phone in record["phones"]] == [other.number]
    card = told(client, f"{reverse('search')}?q=Oak")[1]
    assert "01632 960123" in card


def test_found_to_be_right_it_is_back_everywhere(client, centre):
    now = timezone.now()
    hidden(centre, number=NUMBER, now=now)
    ruth = factories.member("ruth", "Researcher")

    answered(Report.objects.first(), by=ruth, others_too=True, now=now)

    page = told(client, centre.get_absolute_url())[1]
    assert DIGITS.search(page)
    assert HIDDEN not in page


def test_no_public_code_reads_numbers_but_by_the_one_rule():
    """Else a new page would show what is hidden."""
    wrong = [
        path.relative_to(ROOT).as_posix()
        for folder in ("finder", "templates/finder")
        for path in (ROOT / folder).rglob("*")
        if path.suffix in {".py", ".html"} and BY_ANOTHER_RULE.search(path.read_text())
    ]

    assert set(wrong) == OF_THE_CENTRE


def test_the_csv_of_every_centre_has_no_column_for_numbers(client, centre):
    header = next(csv.reader(told(client, reverse("api-centres-csv"))[1].splitlines()))

    assert not [name for name in header if "phone" in name or "number" in name]
