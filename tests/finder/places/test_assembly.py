from finder.places.assembly import assemble, km_between


def town(name, *, people=10_000, at=(53.0, -1.0), country="GB", region="ENG", number=None):
    return {
        "geonameid": number or f"{name}{people}{at}",
        "name": name,
        "country": country,
        "region": region,
        "population": str(people),
        "latitude": str(at[0]),
        "longitude": str(at[1]),
        "alternates": "",
    }


def region(name, towns, *, kind="county", at=(53.0, -1.0), nation="ENG", alternates=""):
    return {
        "kind": kind,
        "name": name,
        "nation": nation,
        "lat": str(at[0]),
        "lng": str(at[1]),
        "population": "500000",
        "alternates": alternates,
        "towns": towns,
    }


def assembled(towns, regions=None, localities=()):
    regions = regions or [region("Testshire", "Capital"), region("Otherset", "Port", at=(50, -4))]
    capital = [town("Capital", people=99_000), town("Port", people=98_000, at=(50.0, -4.0))]
    entries = assemble([*capital, *towns], regions, list(localities))
    return {entry.code: entry for entry in entries}


def one(entries, name):
    (found,) = [e for e in entries.values() if e.name == name]
    return found


def test_a_town_is_in_the_county_of_the_nearest_town_that_has_one():
    entries = assembled([town("Village", at=(53.1, -1.1)), town("Harbour", at=(50.2, -4.1))])

    assert one(entries, "Village").county == "Testshire"
    assert one(entries, "Harbour").county == "Otherset"


def test_a_county_never_reaches_into_another_nation():
    regions = [region("Testshire", "Capital"), region("Sir Brawf", "Port", nation="WLS")]
    towns = [town("Port", region="WLS", at=(50.0, -4.1)), town("Llan", region="WLS")]

    assert one(assembled(towns, regions), "Llan").county == "Sir Brawf"


def test_a_place_entered_twice_is_kept_once_the_bigger():
    entries = assembled([town("Twin", people=5), town("Twin", people=50, at=(53.01, -1.0))])

    assert one(entries, "Twin").population == 50


def test_a_locality_of_ours_gives_way_to_a_town_of_that_name_nearby():
    localities = [
        {"name": "Twin", "qualifier": "", "latitude": "53.05", "longitude": "-1.0"},
        {"name": "Newcomer", "qualifier": "Capital", "latitude": "53.02", "longitude": "-1.0"},
    ]
    entries = assembled([town("Twin")], localities=localities)

    assert one(entries, "Twin").code.startswith("geonames-")
    newcomer = one(entries, "Newcomer")
    assert (newcomer.code, newcomer.county, newcomer.population) == (
        "locality-newcomer-capital",
        "Testshire",
        0,
    )


def test_namesakes_of_one_county_are_told_apart_by_a_bigger_place_near_each():
    entries = assembled(
        [
            town("Norton", people=9, at=(53.3, -1.0)),
            town("Norton", people=8, at=(52.7, -1.0)),
            town("Northton", at=(53.35, -1.0)),
            town("Southton", at=(52.65, -1.0)),
        ]
    )

    nortons = [e for e in entries.values() if e.name == "Norton"]
    assert {e.near for e in nortons} == {"Northton", "Southton"}


def test_states_lie_where_their_people_live():
    cities = [
        town("Big", people=899_999, at=(40.0, -80.0), country="US", region="OH"),
        town("Small", people=99_999, at=(41.0, -80.0), country="US", region="OH"),
    ]
    ohio = one(assembled(cities), "Ohio")

    assert (ohio.kind, ohio.latitude, ohio.population) == ("region", 40.1, 999_998)
    assert "oh" in ohio.alternates


def test_the_same_rows_give_the_same_places_in_the_same_order():
    towns = [town("A", number="1"), town("B", number="2", at=(53.2, -1.2))]

    assert list(assembled(towns).items()) == list(assembled(towns).items())


def test_distances_are_right_to_a_third_of_a_percent():
    entries = assembled(
        [town("London", at=(51.5074, -0.1278)), town("Paris", at=(48.8566, 2.3522))]
    )

    assert abs(km_between(one(entries, "London"), one(entries, "Paris")) - 343.9) < 1
