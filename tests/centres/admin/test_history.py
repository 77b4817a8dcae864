"""The history of a row: where who changed what when, only to be read."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from centres.models import Act
from tests import factories

from .auditing import LIST, entries, note, signed_in, url
from .conftest import shown

pytestmark = pytest.mark.django_db


def test_a_centre_s_history_says_who_changed_what_when(people):
    centre = factories.centre(name="Oak", town="Leeds")
    alan, ruth = signed_in(people.alan), signed_in(people.ruth)
    said = {"town": "York", "how_known": "phone", "as_of": "2025-06-01"}
    alan.post(url(centre), {**shown(alan.get(url(centre))), **said})
    note(centre, Act.REFUSED, person=people.nobody, note="A secret of the auditors.")

    page = ruth.get(url(centre, "history"))
    text = " ".join(page.content.decode().split())

    assert page.status_code == 200
    assert "alan changed the centre" in text
    assert "<td>Leeds</td> <td>York</td>" in text
    assert "By telephone" in text or "Telephone" in text or "telephone" in text
    assert "A secret of the auditors." not in text
    assert "<form" not in text.split('id="content"')[1].split('id="footer"')[0]
    assert [e.person for e in entries(act=Act.SAW, kind="centre")] == ["alan", "ruth"]
    assert ruth.post(url(centre, "history"), {"note": "x"}).status_code == 200
    assert signed_in(people.nobody).get(url(centre, "history")).status_code == 403


def test_its_programmes_and_telephones_are_part_of_it(people):
    centre, other = factories.centre(), factories.centre()
    programme, phone = factories.programme(centre, name="Stay"), factories.phone(centre)
    note(programme, centre=centre, changes={"level": ["", "residential"]})
    note(phone, Act.DELETED, centre=centre, changes={"number": [phone.number, None]})
    note(other, changes={"town": ["Leeds", "York"]})

    text = signed_in(people.ruth).get(url(centre, "history")).content.decode()
    of_programme = signed_in(people.ruth).get(url(programme, "history")).content.decode()

    assert "programme Stay" in text
    assert "Residential" in text
    assert phone.number in text
    assert "York" not in text
    assert "Residential" in of_programme
    assert phone.number not in of_programme


@pytest.mark.parametrize("object_id", ["987654", "x", "9" * 30])
def test_the_history_of_nothing_leads_home(people, object_id):
    address = reverse("admin:centres_centre_history", args=[object_id])

    assert signed_in(people.ruth).get(address).status_code == 302


def test_odd_entries_never_break_a_history(people):
    centre = factories.centre()
    note(centre, changes={"town": "York", "never_heard": [{"a": 1}, [1, None]], "beds": [1]})

    assert signed_in(people.ruth).get(url(centre, "history")).status_code == 200


def test_a_history_costs_the_same_for_one_change_and_fifty(people):
    centre, client = factories.centre(), signed_in(people.audrey)

    def cost():
        with CaptureQueriesContext(connection) as captured:
            client.get(url(centre, "history"))
        return len(captured)

    client.get(url(centre))
    note(centre, changes={"town": ["Leeds", "York"], "languages": [[], ["english"]]})
    few = cost()
    for _ in range(50):
        note(centre, changes={"town": ["Leeds", "York"], "languages": [[], ["english"]]})
    assert cost() == few


def test_only_auditors_get_the_link_from_a_centre(people):
    centre = factories.centre()
    link = f"{LIST}?centre={centre.pk}&amp;period=all"

    assert link in signed_in(people.audrey).get(url(centre)).content.decode()
    assert link not in signed_in(people.alan).get(url(centre)).content.decode()
