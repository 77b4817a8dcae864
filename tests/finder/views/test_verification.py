"""What “verified” means: said from the same data the team works from, with numbers of today."""

import datetime
from html import unescape

import pytest
from django.core.management import call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from centres.models import Criterion
from tests import factories
from tests.finder import casework

pytestmark = pytest.mark.django_db

NOW = timezone.now()
TODAY = timezone.localdate(NOW)
DAY = datetime.timedelta(days=1)


def page(client):
    response = client.get("/verification/")
    assert response.status_code == 200
    return unescape(" ".join(response.content.decode().split()))


def counts(client):
    """{what is counted: (British, American)}."""
    text = page(client)
    body = text[text.index('<table class="today">') : text.index("</table>")].replace(" ", "\0")
    rows = body.split('<th\0scope="row">')[1:]
    cells = {row.split("</th>")[0].replace("\0", " "): row.split("<td>")[1:] for row in rows}
    return {words: tuple(int(cell.split("<")[0]) for cell in row) for words, row in cells.items()}


def test_it_works(client):
    factories.criterion(
        title="The telephone, and who answers it",
        months=3,
        is_required=True,
    )
    text = page(client)
    assert "The telephone, and who answers it" in text
    assert "Holds for 3 months." in text
    assert "<li>A note.</li>" in text
    assert "Nobody approves their own work." in text
    assert "It does not mean that a centre is good" in text


def test_counts_who_is_verified_today_of_all_who_are_listed(client):
    factories.centre(verified_from=TODAY, verified_until=TODAY)
    factories.centre(verified_from=TODAY - 9 * DAY, verified_until=TODAY - DAY)
    factories.centre()
    text = page(client)
    assert "Today that is so for 1 of 3 centres listed." in text
    assert "says nothing against the centre" in text


def test_counts_by_country_what_the_public_sees_and_nothing_else(client):
    far, soon = TODAY + 90 * DAY, TODAY + 30 * DAY
    factories.centre(verified_from=TODAY, verified_until=far)
    factories.centre(verified_from=TODAY, verified_until=soon)
    factories.centre(verified_from=TODAY - 9 * DAY, verified_until=TODAY - DAY)
    factories.centre(country="US", verified_from=TODAY, verified_until=far)
    claimed = factories.centre(country="US")
    factories.approved(claimed, TODAY, far, purpose="claimed")
    for status in ("draft", "suspended", "withdrawn"):
        hidden = factories.centre(status=status, verified_from=TODAY, verified_until=soon)
        factories.approved(hidden, TODAY, far, purpose="claimed")
    assert counts(client) == {
        "Listed": (3, 2),
        "Verified now": (2, 1),
        "Of these, due again soon": (1, 0),
        "Verification lapsed": (1, 0),
        "Basics confirmed by the centre": (0, 1),
    }


def test_counts_the_last_word_of_each_centre_about_its_claim(client):
    twice, lapsed, revoked = (factories.centre() for _ in range(3))
    for _ in range(2):
        factories.approved(twice, TODAY - 9 * DAY, TODAY + 9 * DAY, purpose="claimed")
        factories.approved(lapsed, TODAY - 9 * DAY, TODAY - DAY, purpose="claimed")
        case = factories.approved(revoked, TODAY - 9 * DAY, TODAY + 9 * DAY, purpose="claimed")
    casework.revoke(case, at=NOW)
    assert counts(client)["Basics confirmed by the centre"] == (1, 0)


def test_says_of_each_criterion_for_how_long_a_pass_holds(client):
    factories.criterion(title="Once", months=1)
    factories.criterion(title="Certificate", has_own_date=True)
    factories.criterion(title="Rating", is_required=True, may_not_apply=True)
    text = page(client)
    assert "Holds for a month." in text
    assert "Holds until the date on the evidence itself." in text
    assert "Has no end date of its own. Where it does not apply, we say so." in text


def test_shows_both_countries_and_each_purpose_in_its_order(client):
    for purpose in ("advertiser", "verified", "claimed", "listed"):
        for country in ("GB", "US"):
            factories.criterion(title=f"{purpose} {country}", purpose=purpose, country=country)
    text = page(client)
    order = [
        text.index(f">{purpose} {country}<")
        for country in ("GB", "US")
        for purpose in ("listed", "claimed", "verified", "advertiser")
    ]
    assert order == sorted(order)
    assert 'href="#us"' in text
    assert text.count('id="us"') == 1


def test_a_criterion_no_longer_asked_is_not_shown(client):
    factories.criterion(title="Was asked once", is_retired=True)
    assert "Was asked once" not in page(client)


def test_guidance_for_the_team_is_not_shown(client):
    factories.criterion()
    Criterion.objects.update(guidance="Ring twice.")
    assert "Ring twice." not in page(client)


def test_without_criteria_it_says_that_nothing_is_set_out(client):
    text = page(client)
    assert text.count("Nothing is set out for this country yet") == 2
    factories.criterion(country="US")
    assert page(client).count("Nothing is set out for this country yet") == 1


def test_shows_all_that_ships_with_the_project(client):
    call_command("load_vocabulary", verbosity=0)
    text = page(client)
    for title in Criterion.objects.in_force().values_list("title", flat=True):
        assert title in text
    assert "Nothing is set out" not in text


def test_counts_no_money(client):
    text = page(client)
    main = text[text.index("<main") : text.index("</main>")]
    assert "£" not in main
    assert "$" not in main


def test_costs_the_same_however_many_criteria_and_centres_there_are(client):
    def queries():
        with CaptureQueriesContext(connection) as captured:
            client.get("/verification/")
        return len(captured)

    few = queries()
    for _ in range(10):
        factories.criterion()
        centre = factories.centre(verified_from=TODAY, verified_until=TODAY)
        factories.approved(centre, TODAY, TODAY, purpose="claimed")
    assert queries() == few <= 8
