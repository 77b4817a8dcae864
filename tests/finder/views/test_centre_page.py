"""Programmes side by side, the way there, the nearest others; and a centre that is no more."""

import datetime
import re
from html import unescape

import pytest
from django.utils import timezone

from centres.models import Centre
from tests import factories
from tests.finder import towns

pytestmark = pytest.mark.django_db

NOW = timezone.now()
TODAY = timezone.localdate(NOW)
DAY = datetime.timedelta(days=1)


def page(client, centre):
    return unescape(" ".join(client.get(centre.get_absolute_url()).content.decode().split()))


def section(text, slug):
    begins = text.index(f'<h2 id="{slug}"')
    return text[begins : text.index("</section>", begins)]


def row(text, label):
    """The cells beside a label, without their tags."""
    cells = text.split(f'<th scope="row" role="rowheader">{label}</th>')[1].split("</tr>")[0]
    plain = [re.sub(r"<[^>]+>", " ", cell) for cell in cells.split("</td>")[:-1]]
    return [" ".join(cell.split()) for cell in plain]


def heads(text):
    return [
        " ".join(re.sub(r"<[^>]+>", " ", head).split())
        for head in re.findall(r'<th scope="col" role="columnheader">(.*?)</th>', text)
    ]


def test_answers_come_in_the_order_people_ask(client):
    towns.leeds()
    centre = factories.centre(latitude=53.8, longitude=-1.55)
    factories.centre(latitude=53.81, longitude=-1.55)
    text = page(client, centre)
    slugs = re.findall(r'<h2 id="([-a-z]+)"', text[text.index("<main") : text.index("</main>")])
    assert slugs == [
        "call", "take", "cost", "soon", "where", "there", "checked", "what-we-checked", "nearest",
        "again",
    ]  # fmt: skip


def test_up_to_three_programmes_have_a_column_each(client):
    centre = factories.centre()
    for name, days in (("Short", 7), ("Middle", 14), ("Long", 28)):
        factories.programme(centre, name=name, length_min_days=days, length_max_days=days)
    take = section(page(client, centre), "take")
    assert heads(take) == ["Short", "Middle", "Long"]
    assert row(take, "How long") == [
        "Short: 7 days Detox alone is not treatment.", "Middle: 14 days", "Long: 28 days (4 weeks)",
    ]  # fmt: skip
    assert row(take, "Treats") == ["All 3 programmes: Not known"]


def test_what_many_programmes_share_is_said_once_and_the_rest_three_at_a_time(client):
    centre = factories.centre()
    for number in range(12):
        factories.programme(
            centre, name=f"Course {number + 1}", substances=["alcohol"],
            length_min_days=[28, 42][number % 2] if number < 10 else 84,
        )  # fmt: skip
    take = section(page(client, centre), "take")
    assert heads(take) == [
        "All 12 programmes",
        "Course 1 and 4 more Course 1 Course 3 Course 5 Course 7 Course 9",
        "Course 2 and 4 more Course 2 Course 4 Course 6 Course 8 Course 10",
        "Course 11, Course 12",
    ]
    assert row(take, "Treats") == ["All 12 programmes: Alcohol"]
    assert [cell.split(":")[1].strip() for cell in row(take, "How long")] == [
        "28 days or longer", "42 days or longer", "84 days or longer",
    ]  # fmt: skip


def test_no_column_mixes_two_programmes(client):
    centre = factories.centre()
    for level, days in (
        ("residential", 28),
        ("outpatient", 28),
        ("residential", 42),
        ("online", 28),
    ):
        factories.programme(centre, level=level, length_min_days=days)
    take = section(page(client, centre), "take")
    assert len(row(take, "Kind of programme")) == 3
    assert len(heads(take)) == 1 + 4


def test_whom_they_cannot_take_is_said_kindly_and_unknown_is_a_question(client):
    said, unsaid = factories.centre(), factories.centre()
    factories.programme(said, exclusions=["psychosis"])
    factories.programme(unsaid)
    assert "not about you" in section(page(client, said), "take")
    text = section(page(client, unsaid), "take")
    assert "We do not know who they cannot take. Ask before you travel or pay" in text


@pytest.mark.parametrize(
    ("country", "precision", "leads"),
    [
        ("GB", "exact", True),
        ("GB", "postcode", True),
        ("GB", "sector", False),
        ("GB", "town", False),
        ("US", "street", True),
        ("US", "postcode", False),
    ],
)
def test_directions_only_where_the_place_is_fine_enough(client, country, precision, leads):
    centre = factories.centre(
        country=country, latitude=53.8, longitude=-1.55, precision=precision, town="Leeds"
    )
    where = section(page(client, centre), "where")
    assert ('href="geo:53.800000,-1.550000?q=53.800000%2C-1.550000"' in where) == leads
    link = 'href="https://www.openstreetmap.org/directions?to=53.800000%2C-1.550000"'
    assert (f'{link} rel="noreferrer"' in where) == leads
    assert ("too coarse for directions" in where) != leads


def test_no_way_leads_to_a_withheld_or_closed_place(client):
    withheld = factories.centre(precision="withheld", region="Fife", town="Hidden")
    closed = factories.centre(status="closed", closed_on=TODAY, latitude=53.8, longitude=-1.55)
    for centre in (withheld, closed):
        text = page(client, centre)
        assert "geo:" not in text
        assert "openstreetmap.org" not in text


@pytest.fixture
def leeds():
    """A centre in Leeds; around it residential ones A to D, outwards, and nearer an online one."""
    towns.leeds()
    here = factories.centre(name="Here House", latitude=53.8, longitude=-1.55)
    factories.programme(here, level="residential")
    factories.programme(here, level="aftercare")
    for number, name in enumerate("DCBA"):
        other = factories.centre(
            name=f"{name} House", latitude=53.84 - number / 100, longitude=-1.55
        )
        factories.programme(other, level="residential")
    factories.programme(
        factories.centre(name="Wire", latitude=53.8, longitude=-1.551), level="online"
    )
    return here


def nearest_names(text):
    return re.findall(r'<h3 class="card-name"><a [^>]*>([^<]+)</a>', section(text, "nearest"))


def test_the_nearest_of_the_same_level_and_the_search_that_finds_them(client, leeds):
    text = page(client, leeds)
    assert nearest_names(text) == ["A House", "B House", "C House"]
    near = section(text, "nearest")
    assert ">0.7 miles<" in near
    address = re.search(r'href="(/search/[^"]+)">Residential rehab: all 5', near)[1]
    found = client.get(address).content.decode()
    assert "5 centres" in found
    assert re.findall(r'class="card-name"><a [^>]*>([^<]+)<', found)[1:4] == nearest_names(text)
    address = re.search(r'href="(/search/[^"]+)">Aftercare: all 1', near)[1]
    assert "1 centre" in client.get(address).content.decode()


def test_an_advert_changes_nothing_in_the_nearest_and_is_named(client, leeds):
    before = nearest_names(page(client, leeds))
    house = Centre.objects.get(name="B House")
    factories.verify(house, TODAY - DAY, TODAY + 90 * DAY)
    factories.advertise(house, TODAY - DAY, TODAY + 9 * DAY)
    text = page(client, leeds)
    assert nearest_names(text) == before
    assert section(text, "nearest").count(">Advertiser</span>") == 1


def test_a_withheld_place_has_no_nearest_and_is_never_said_to_be_near(client, leeds):
    withheld = factories.centre(name="Safe House", precision="withheld", town="Leeds")
    factories.programme(withheld, level="residential")
    assert 'id="nearest"' not in page(client, withheld)
    assert "Safe House" not in page(client, leeds)


def test_a_coarse_place_is_measured_from_what_it_is_known_by(client, leeds):
    coarse = factories.centre(latitude=53.8, longitude=-1.55, precision="town", town="Leeds")
    factories.programme(coarse, level="residential")
    near = section(page(client, coarse), "nearest")
    assert "Distances are from Leeds" in near
    assert re.search(r">(about \d+ miles?|less than a mile)<", near)
    assert not re.search(r">\d+\.\d miles<", near)


def test_of_a_centre_about_which_nothing_is_known_the_nearest_are_of_any_kind(client, leeds):
    bare = factories.centre(latitude=53.8, longitude=-1.55)
    text = page(client, bare)
    assert "is not known, so these are of any kind" in text
    assert nearest_names(text)[0] == "Here House"


def test_a_closed_centre_is_spoken_of_as_past_with_where_to_go_instead(client, leeds):
    leeds.status, leeds.closed_on = "closed", TODAY
    leeds.save()
    text = page(client, leeds)
    for past in ("Who did they take?", "What did it cost in total?", "Where was it?"):
        assert past in text
    assert "Can they take me?" not in text
    assert nearest_names(text) == ["A House", "B House", "C House"]


def test_a_successor_that_has_closed_as_well_is_said_to_have(client):
    last = factories.centre(name="Last House", town="Otley")
    middle = factories.centre(
        name="Middle House", status="closed", closed_on=TODAY, successor=last, town="Leeds"
    )
    first = factories.centre(status="closed", closed_on=TODAY, successor=middle)
    text = page(client, first)
    assert "Middle House</a>, Leeds." in text
    assert "That one has closed as well; its page says what came after." in text
    assert "Last House</a>, Otley." in page(client, middle)
