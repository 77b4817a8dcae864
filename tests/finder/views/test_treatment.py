"""Pages of substances: what is written with its sources, and searches with exact counts."""

import datetime
import re

import pytest
from django.core.management import call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from centres.models import Centre, GuideRevision, Heading
from tests import factories
from tests.centres import texts

pytestmark = pytest.mark.django_db

TODAY = timezone.localdate()
DRINKING = "Anyone who drinks heavily every day should not stop suddenly without medical advice."


def text_of(response):
    """What a page's main part says, without its tags."""
    main = response.content.decode().split("<main")[1].split("</main>")[0]
    return " ".join(re.sub(r"<[^>]+>", " ", main).split())


def links(response):
    """[(address, number)] of the page's prepared searches."""
    html = response.content.decode()
    found = re.findall(r'<a href="(/search/\?[^"]+)"><strong>([\d,]+)</strong>', html)
    whole = re.findall(r'<a href="(/search/\?[^"]+)">([\d,]+) centres?</a>', html)
    return [
        (address.replace("&amp;", "&"), int(number.replace(",", "")))
        for address, number in found + whole
    ]


def advertise(centre):
    """Make a centre verified, and an advertiser, from today."""
    year = datetime.timedelta(days=365)
    factories.verify(centre, TODAY, TODAY + year)
    factories.advertise(centre, TODAY, TODAY + year / 2)


@pytest.fixture
def directory():
    """Six British centres and one American, told apart by what they say they treat."""
    for kind, slugs in {
        "substance": ["ketamine", "alcohol"],
        "funding": ["nhs-community", "council-placement", "medicaid", "free", "sliding-fee"],
    }.items():
        for slug in slugs:
            factories.term(kind, slug)
    for number in range(3):
        centre = factories.centre()
        factories.programme(
            centre,
            level="residential",
            length_min_days=28,
            length_max_days=84,
            substances=["ketamine", "alcohol"],
            dual_diagnosis=["capable", "enhanced", "unknown"][number],
        )
    outpatient = factories.centre()
    factories.programme(
        outpatient, level="outpatient", substances=["ketamine"], funding=["nhs-community"]
    )
    factories.programme(factories.centre(), substances=["alcohol"])
    factories.programme(factories.centre(status="draft"), substances=["ketamine"])
    american = factories.centre(country="US")
    factories.programme(american, substances=["ketamine"], funding=["medicaid"])


class TestGuide:
    def test_it_works(self, client, directory):
        texts.live(
            sections={
                "what-it-does": "It blocks NMDA receptors. [a-source]",
                "medical-help": "Get help. [a-source]",
            }
        )
        response = client.get("/treatment/ketamine/")
        said = text_of(response)

        assert response.status_code == 200
        assert said.index("When to get medical help at once") < said.index("It blocks NMDA")
        assert said.index("999") < said.index("It blocks NMDA")
        assert (
            "Sources A source . A source, in full. Dated: 2012. Read by us on 1 June 2025." in said
        )

    def test_says_that_no_clinician_has_reviewed_it_while_none_has(self, client):
        texts.live()
        said = text_of(client.get("/treatment/ketamine/"))

        assert said.count("Not yet reviewed by a clinician.") == 2
        assert "Compared with its sources by: The directory’s editors, on 1 June 2025." in said
        assert "looked over again by 1 January 2999" in said

    def test_and_who_did_once_one_has(self, client):
        texts.live(reviewed_by_clinician=True, reviewer_role="Addiction psychiatrist")
        said = text_of(client.get("/treatment/ketamine/"))

        assert "Not yet reviewed" not in said
        assert "Reviewed by a clinician (Addiction psychiatrist) on 1 June 2025." in said

    def test_says_when_its_review_is_overdue(self, client):
        texts.live(next_review_on=TODAY)

        assert "some of this may be out of date" in text_of(client.get("/treatment/ketamine/"))

    def test_what_is_typed_is_never_markup(self, client):
        texts.live(sections={"families": "<script>alert(1)</script> & more. [a-source]"})
        html = client.get("/treatment/ketamine/").content.decode()

        assert "&lt;script&gt;alert(1)&lt;/script&gt; &amp; more." in html

    def test_is_by_country(self, client, directory):
        texts.live(
            sections={
                ("funding", "GB"): "The NHS pays. [a-source]",
                ("funding", "US"): "Medicaid may pay. [a-source]",
                "families": "For all. [a-source]",
                "medical-help": "Get help. [a-source]",
            }
        )
        home = text_of(client.get("/treatment/ketamine/"))
        abroad = text_of(client.get("/treatment/ketamine/?country=US"))

        assert "The NHS pays." in home
        assert "Medicaid may pay." not in home
        assert "Medicaid may pay." in abroad
        assert " 911 " in abroad
        assert " 999 " not in abroad
        assert "For all." in home
        assert "For all." in abroad

    def test_a_draft_and_what_was_withdrawn_are_not_shown(self, client):
        texts.draft(title="Draft")
        texts.live("alcohol")
        GuideRevision.objects.live().update(state="withdrawn")

        for slug in ("ketamine", "alcohol"):
            response = client.get(f"/treatment/{slug}/")
            assert "We have not written about it yet." in text_of(response)
            assert '<meta name="robots" content="noindex">' in response.content.decode()

    @pytest.mark.parametrize("slug", ["alcohol", "cocaine", "crack"])
    def test_the_sentence_about_drinking_stands_where_stopping_to_drink_comes_up(
        self, client, slug
    ):
        call_command("load_vocabulary", verbosity=0)

        assert DRINKING in text_of(client.get(f"/treatment/{slug}/"))

    def test_every_shipped_guide_opens_in_both_countries(self, client):
        call_command("load_vocabulary", verbosity=0)

        for row in GuideRevision.objects.live().select_related("guide__substance"):
            for country in ("", "?country=US"):
                address = f"/treatment/{row.guide.substance.slug}/{country}"
                said = text_of(client.get(address))
                assert "Not yet reviewed by a clinician." in said, address
                assert " [" not in said, address


class TestCounts:
    def test_every_link_gives_exactly_its_number(self, client, directory):
        texts.live()
        for country in ("GB", "US"):
            found = links(client.get(f"/treatment/ketamine/?country={country}"))
            assert len(found) >= 2
            for address, number in found:
                results = client.get(f"/api/centres/?{address.split('?')[1]}").json()
                assert results["count"] == number, address

    def test_they_are_the_centres_that_say_so_and_are_listed(self, client, directory):
        found = dict(links(client.get("/treatment/ketamine/")))

        assert found == {
            "/search/?substance=ketamine&country=GB": 4,
            "/search/?substance=ketamine&country=GB&setting=residential": 3,
            "/search/?substance=ketamine&country=GB&setting=outpatient": 1,
            "/search/?substance=ketamine&country=GB&length=28": 3,
            "/search/?substance=ketamine&country=GB&length=84": 3,
            "/search/?substance=ketamine&country=GB&dual_diagnosis=capable&dual_diagnosis=enhanced":
                2,
            "/search/?substance=ketamine&country=GB&funding=nhs-community": 1,
        }  # fmt: skip

    def test_adverts_change_nothing(self, client, directory):
        before = client.get("/treatment/ketamine/").content
        advertise(Centre.objects.visible().order_by("pk").last())

        assert client.get("/treatment/ketamine/").content == before

    def test_where_nobody_says_so_there_is_a_way_on(self, client):
        factories.term("substance", "mdma")
        response = client.get("/treatment/mdma/")

        assert "None yet says so." in text_of(response)
        assert 'href="/search/?country=GB"' in response.content.decode()


class TestEnds:
    def test_an_unknown_substance_is_a_404_with_ways_on(self, client):
        factories.term("therapy", "cbt")
        for slug in ("nothing", "cbt"):
            response = client.get(f"/treatment/{slug}/")
            assert response.status_code == 404
            assert 'href="/treatment/"' in response.content.decode()
            assert 'name="near"' in response.content.decode()

    @pytest.mark.parametrize("path", ["/treatment/", "/treatment/ketamine/"])
    def test_a_country_that_is_none_of_ours_is_refused(self, client, path):
        factories.term("substance", "ketamine")

        assert client.get(f"{path}?country=FR").status_code == 400


class TestIndex:
    def test_it_works(self, client, directory):
        texts.live("ketamine")
        html = client.get("/treatment/").content.decode()

        written, unwritten = html.split("Not written yet")
        assert 'href="/treatment/ketamine/"' in written
        assert 'href="/treatment/alcohol/"' in unwritten
        assert "4 centres" in written

    def test_it_leads_on_in_the_same_country(self, client, directory):
        html = client.get("/treatment/?country=US").content.decode()

        assert 'href="/treatment/ketamine/?country=US"' in html


def queries(client, path):
    """How many queries a page takes once the index is built."""
    client.get(path)
    with CaptureQueriesContext(connection) as captured:
        assert client.get(path).status_code == 200
    return len(captured)


def test_a_page_costs_the_same_however_much_is_written(client, directory):
    texts.live("alcohol")
    text = "Said. [a-source]\n\n- And again [a-source]\n- And more [a-source]"
    texts.live("ketamine", dict.fromkeys(Heading.values, text))

    few = queries(client, "/treatment/alcohol/")
    assert queries(client, "/treatment/ketamine/") == few
    for _ in range(20):
        factories.programme(factories.centre(), substances=["ketamine"])
    assert queries(client, "/treatment/ketamine/") == few <= 10
    assert queries(client, "/treatment/") <= 7
