"""Telling us that something is wrong: the form, its link, and what nobody else ever reads."""

import datetime
from html import unescape

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from centres import reports, tokens
from centres.models import Centre, Method, OutgoingMail, Problem, Programme, Report, Status
from finder.fact_names import OF_CENTRES, OF_PROGRAMME, OF_PROGRAMMES
from tests import factories
from tests.centres.reporting import WORDS, hidden, reported
from tests.finder.taking_part.filling import stamped

pytestmark = pytest.mark.django_db

A_DAY = datetime.timedelta(days=1)


@pytest.fixture
def centre():
    return factories.centre(name="Oak House", beds=12)


def form_of(centre):
    return reverse("centre-report", args=[centre.slug])


def sent(centre, *, client=None, **values):
    """The answer to a report about a fact, with something typed over it."""
    values = {"problem": "wrong-fact", "fact": "beds", **values}
    return (client or Client()).post(form_of(centre), stamped("report", **values))


def text_of(response):
    return unescape(" ".join(response.content.decode().split()))


def test_it_works(client, centre):
    response = sent(centre, client=client, text=WORDS, email="sam@example.org")

    assert response.status_code == 303
    report = Report.objects.get()
    assert (report.problem, report.fact, report.text) == ("wrong-fact", "beds", WORDS)
    assert (report.email, report.centre) == ("sam@example.org", centre)
    token = response["Location"].strip("/").split("/")[-1]
    assert report.token == tokens.digest(token)
    page = text_of(client.get(response["Location"]))
    assert "We are looking into it" in page
    assert report.due_on.strftime("%A") in page
    assert "Beds" in page
    assert WORDS not in page
    assert client.cookies == {}


def test_no_name_is_asked_and_only_the_problem_is_needed(client, centre):
    fields = client.get(form_of(centre)).context["form"].fields

    assert set(fields) == {"problem", "fact", "text", "email"}
    assert [name for name, field in fields.items() if field.required] == ["problem"]


def test_every_fact_of_the_model_can_be_reported():
    assert set(OF_CENTRES) == set(Centre.FACTS)
    assert set(OF_PROGRAMMES) == {f"{OF_PROGRAMME}{fact}" for fact in Programme.FACTS}


def test_every_fact_of_the_page_leads_here_and_the_page_ends_in_it(client, centre):
    factories.provenance(centre, fact="beds")
    factories.phone(centre)
    today = timezone.localdate()
    factories.programme(centre, price=900, currency="GBP", price_on=today)
    page = client.get(centre.get_absolute_url()).content.decode()

    for fact in ("phones", "website", "programme.price", "programme.level", "beds"):
        assert f'href="{form_of(centre)}?about={fact}"' in page, fact
    assert f'href="{form_of(centre)}" rel="nofollow"' in page


def test_a_link_from_a_fact_has_chosen_it_already(client, centre):
    form = client.get(form_of(centre), {"about": "beds"}).context["form"]

    assert (form.initial["fact"], form.initial["problem"]) == ("beds", "wrong-fact")
    assert client.get(form_of(centre), {"about": "<script>"}).status_code == 200


@pytest.mark.parametrize("status", [Status.CLOSED, Status.SUSPENDED])
def test_a_centre_that_is_no_longer_listed_can_be_reported_too(status):
    closed = {"closed_on": datetime.date(2026, 1, 5)} if status == Status.CLOSED else {}
    centre = factories.centre(status=status, **closed)

    assert sent(centre).status_code == 303
    assert "Something wrong? Tell us" in text_of(Client().get(centre.get_absolute_url()))


@pytest.mark.parametrize("status", [Status.DRAFT, Status.WITHDRAWN])
def test_what_has_no_page_has_no_form(client, status):
    assert client.get(form_of(factories.centre(status=status))).status_code == 404


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ({"problem": ""}, "Choose what is wrong."),
        ({"problem": "nonsense"}, "Select a valid choice"),
        ({"fact": ""}, "Choose which fact is wrong, or write it in your words."),
        ({"fact": "status"}, "Select a valid choice"),
        ({"problem": "harm"}, "Tell us a little"),
        ({"problem": "other"}, "Tell us a little"),
        ({"text": "x" * 2001}, "at most 2000 characters"),
        ({"email": "not an address"}, "valid email address"),
    ],
)
def test_what_is_missing_is_asked_for_and_nothing_is_lost(centre, values, said):
    response = sent(centre, **{"email": "sam@example.org", **values})

    assert response.status_code == 200
    page = text_of(response)
    assert said in page
    assert values.get("email", "sam@example.org") in page
    assert not Report.objects.exists()


def test_of_several_numbers_one_is_chosen_and_a_single_one_is_meant(centre):
    phone = factories.phone(centre)
    assert sent(centre, problem="wrong-number", fact="").status_code == 303
    assert Report.objects.get().phone == phone
    other = factories.phone(centre)

    assert "Choose which number." in text_of(sent(centre, problem="wrong-number", fact=""))
    sent(centre, problem="not-their-number", fact=f"phones.{other.pk}")

    assert Report.objects.get(problem="not-their-number").number == other.number


@pytest.mark.parametrize("problem", ["not-their-number", "wrong-number"])
def test_the_number_still_shown_is_not_meant_where_another_is_hidden(client, centre, problem):
    shown = factories.phone(centre)
    hidden(centre, now=timezone.now())
    before = set(Report.objects.values_list("pk", flat=True))

    sent(centre, problem=problem, fact="")

    report = Report.objects.exclude(pk__in=before).get()
    assert (report.phone, report.number, report.fact) == (None, "", "phones")
    begun = client.get(form_of(centre), {"about": "phones"}).context["form"]
    assert begun.initial["fact"] == "phones"
    sent(centre, problem=problem, fact=f"phones.{shown.pk}")
    assert Report.objects.filter(phone=shown).count() == 1


def test_what_closed_or_moved_is_about_the_address_and_once_closed_about_the_day(centre):
    gone = factories.centre(status=Status.CLOSED, closed_on=datetime.date(2026, 1, 5))
    for one in (centre, gone):
        sent(one, problem="closed", fact="")
    sent(centre, problem="closed", fact="beds")

    facts = Report.objects.order_by("pk").values_list("fact", flat=True)
    assert list(facts) == ["address", "closed_on", "beds"]


def test_a_number_of_another_centre_cannot_be_named(centre):
    phone = factories.phone(factories.centre())

    response = sent(centre, problem=Problem.NOT_THEIR_NUMBER, fact=f"phones.{phone.pk}")

    assert "Select a valid choice" in text_of(response)


def test_of_several_programmes_one_may_be_named(centre):
    first = factories.programme(centre)
    sent(centre, fact="programme.price")
    second = factories.programme(centre)
    sent(centre, fact="programme.price", programme=str(second.pk))
    sent(centre, fact="programme.price")
    sent(centre, fact="beds", programme=str(second.pk))

    told = Report.objects.order_by("pk").values_list("programme", flat=True)
    assert list(told) == [first.pk, second.pk, None, None]


def test_the_same_page_sent_twice_is_one_report_with_one_link(client, centre):
    values = stamped("report", problem="wrong-fact", fact="beds")

    first, again = (client.post(form_of(centre), values) for _ in range(2))

    assert first["Location"] == again["Location"]
    assert Report.objects.count() == 1


def test_the_answer_stands_behind_the_link_and_nowhere_else(client, centre):
    link = sent(centre, text=WORDS)["Location"]
    ruth, now = factories.member("ruth", "Researcher"), timezone.now()
    reports.answer(
        Report.objects.get(), upheld=True, words="We rang & it is <14>.",
        corrected_on=timezone.localdate(now), by=ruth, now=now,
    )  # fmt: skip

    page = text_of(client.get(link))

    assert "You were right" in page
    assert "We rang & it is <14>." in page
    assert "Corrected on" in page
    assert "ruth" not in page
    public = client.get(centre.get_absolute_url()).content.decode()
    assert "We rang" not in public
    assert "Florida" not in public


def test_one_that_is_late_is_said_to_be_so(client, centre):
    report = reported(centre, form="a-token", now=timezone.now() - 9 * A_DAY)

    page = text_of(client.get(reverse("report", args=["a-token"])))

    assert report.is_open
    assert "we are sorry" in page


@pytest.mark.parametrize("token", ["nothing", "x" * 300, "é", "..%2f"])
def test_an_address_that_is_none_of_ours_is_a_404(client, token):
    assert client.get(f"/reports/{token}/").status_code == 404


def test_what_is_private_is_kept_by_no_cache_and_no_search_engine(client, centre):
    link = sent(centre)["Location"]

    for path in (link, form_of(centre)):
        response = client.get(path)
        assert "no-store" in response["Cache-Control"]
        assert "noindex" in response["X-Robots-Tag"]
    assert client.post(link).status_code == 405


def test_the_target_is_told_with_its_live_figure(client, centre):
    ruth, now = factories.member("ruth", "Researcher"), timezone.now()
    pages = [form_of(centre), reverse("verification")]
    for path in pages:
        assert "there are none to count yet" in text_of(client.get(path))
    reports.answer(reported(centre, now=now), upheld=False, words="It is so.", by=ruth, now=now)
    reported(centre, now=now)
    reported(centre, now=now - 20 * A_DAY)

    for path in pages:
        said = text_of(client.get(path))
        assert "In the last 90 days 3 reports reached us:" in said
        assert "1 answered within five working days, 1 late, 1 being looked into." in said


def test_the_address_asked_for_the_answer_gets_it_once(centre):
    sent(centre, email="sam@example.org")
    ruth, now = factories.member("ruth", "Researcher"), timezone.now()

    reports.answer(Report.objects.get(), upheld=False, words="It is so.", by=ruth, now=now)

    assert [mail.kind for mail in OutgoingMail.objects.all()] == ["report-answered"]


def test_what_it_costs_does_not_grow(client, centre, django_assert_max_num_queries):
    for _ in range(4):
        factories.programme(centre)
        factories.phone(centre)
    factories.provenance(centre, fact="phones", method=Method.PHONE)

    with django_assert_max_num_queries(8):
        client.get(form_of(centre))
