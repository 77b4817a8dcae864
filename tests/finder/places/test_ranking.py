from finder.places import ranking
from finder.places.gazetteer import Named


def place(name, country="GB", *, kind="town", people=10_000, at=(52.0, -1.0), region="ENG"):
    folded = name.lower()
    code = f"{kind}-{folded}-{country}-{people}-{at}"
    return Named(code, kind, country, name, folded, "", region, "", "", people, *at)


def test_one_place_of_a_name_is_meant():
    leeds = place("Leeds")

    assert ranking.meant([leeds], "leeds") is leeds


def test_a_namesake_at_home_leaves_the_biggest_meant_only_if_it_is_small():
    newport, island = place("Newport", people=160_000), place("Newport", people=25_000)
    hamlet = place("Newport", people=900)

    assert ranking.meant([newport, island], "newport") is None
    assert ranking.meant([newport, hamlet], "newport") is newport


def test_a_namesake_abroad_counts_where_it_is_big_or_a_city():
    manchester = place("Manchester", people=570_000)
    hampshire = place("Manchester", "US", people=110_000)
    birmingham = place("Birmingham", people=1_150_000)
    alabama = place("Birmingham", "US", people=196_000)

    assert ranking.meant([manchester, hampshire], "manchester") is manchester
    assert ranking.meant([birmingham, alabama], "birmingham") is None
    assert ranking.meant([birmingham], "birmingham", country="GB") is birmingham


def test_places_abroad_alone_are_weighed_among_themselves():
    chicago, heights = place("Chicago", "US", people=2_600_000), place("Chicago", "US", people=900)

    assert ranking.meant([chicago, heights], "chicago") is chicago


def test_a_short_name_decides_between_nothing():
    tyne = place("Newcastle on Tyne", people=300_000)
    hamlet = place("Newcastle", people=100)

    assert ranking.meant([tyne, hamlet], "newcastle") is None


def test_unknown_sizes_decide_nothing():
    assert ranking.meant([place("Norton", people=0), place("Norton", people=0)], "norton") is None


def test_a_town_stands_for_the_borough_around_it():
    town = place("Bromley")
    borough = place("Bromley", kind="borough", people=330_000, at=(52.05, -1.0))
    far = place("Bromley", kind="borough", people=1, at=(53.5, -1.0))

    assert ranking.distinct([borough, town, far], "bromley") == [town, far]


def test_a_borough_of_the_very_name_stands_for_a_town_that_is_only_called_so():
    borough = place("Camden", kind="borough", people=210_000)
    town = place("Camden Town")

    assert ranking.distinct([town, borough], "camden") == [borough]


def test_choices_stand_home_first_then_towns_then_by_size():
    small, big = place("Kent", people=10), place("Kent", people=20)
    county = place("Kent", kind="county", people=1_800_000)
    ohio, washington = place("Kent", "US", people=30), place("Kent", "US", people=126_000)

    ranked = ranking.ranked([ohio, county, small, washington, big])

    assert ranked == [big, small, county, washington, ohio]
    assert ranking.ranked([big, ohio], home="US") == [ohio, big]


def test_of_too_many_the_small_towns_abroad_give_way():
    abroad = [place("Salem", "US", people=n) for n in range(1, 30)]
    state = place("Salem", "US", kind="region", people=5)
    home = place("Salem", people=1)

    ranked = ranking.ranked([*abroad, state, home])

    assert len(ranked) == ranking.MOST_CHOICES
    assert ranked[0] is home
    assert state in ranked
    assert abroad[0] not in ranked
