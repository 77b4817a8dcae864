from finder.places.assembly import Entry
from finder.places.districts import place_districts


def town(name, latitude, longitude, *, county="", region="ENG"):
    code = f"geonames-{name}-{latitude}"
    return Entry(code, "town", "GB", name, region, 1_000, latitude, longitude, (), county)


def row(outcode, localities, nation="ENG"):
    return {"outcode": outcode, "localities": localities, "nation": nation}


def districts(rows, entries, localities=()):
    return {d.outcode: d for d in place_districts(rows, entries, list(localities))}


LEEDS, OTLEY = town("Leeds", 53.80, -1.55), town("Otley", 53.90, -1.69)


def test_a_district_is_the_mean_of_its_localities():
    found = districts([row("LS1", "Leeds;Otley")], [LEEDS, OTLEY])["LS1"]

    assert (found.latitude, found.longitude) == (53.85, -1.62)
    assert found.label == "LS1 (Leeds, Otley)"
    assert not found.guessed


def test_of_namesakes_the_one_near_the_rest_of_the_area_is_meant():
    suffolk = town("Otley", 52.15, 1.22)
    found = districts([row("LS1", "Leeds"), row("LS21", "Otley")], [LEEDS, suffolk, OTLEY])

    assert found["LS21"].latitude == 53.90


def test_a_qualifier_says_which_namesake():
    here, there = town("Norton", 53.9, -1.6), town("Norton", 53.7, -1.5)
    wakefield = town("Wakefield", 53.68, -1.5)
    found = districts([row("LS1", "Norton (Wakefield)")], [LEEDS, here, there, wakefield])

    assert found["LS1"].latitude == 53.7
    assert found["LS1"].label == "LS1 (Norton)"


def test_a_suburb_nobody_placed_lies_in_the_town_it_qualifies():
    assert districts([row("LS9", "Nowhere (Leeds)")], [LEEDS])["LS9"].latitude == 53.80


def test_our_own_coordinates_come_first():
    ours = [{"name": "Otley", "qualifier": "", "latitude": "53.5", "longitude": "-1.5"}]
    found = districts([row("LS1", "Leeds"), row("LS21", "Otley")], [LEEDS], ours)

    assert found["LS21"].latitude == 53.5


def test_a_district_of_unknown_localities_lies_in_the_middle_of_its_area():
    found = districts([row("LS1", "Leeds"), row("LS99", "Nowhere")], [LEEDS])

    assert found["LS99"].latitude == 53.80
    assert found["LS99"].guessed


def test_umbrellas_and_areas_are_made_of_their_districts():
    here, there = town("Mayfair", 51.51, -0.15), town("Soho", 51.53, -0.13)
    found = districts([row("W1K", "Mayfair"), row("W1D", "Soho")], [here, there])

    assert (found["W1"].latitude, found["W1"].label) == (51.52, "W1 (central London)")
    assert (found["W"].latitude, found["W"].label) == (51.52, "W postcode area")


def test_an_area_nobody_knows_anything_of_is_left_out():
    assert districts([row("LS1", "Nowhere")], [OTLEY]) == {}
