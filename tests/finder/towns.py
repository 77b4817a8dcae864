"""A few towns to search near, in place of the gazetteer that `load_places` brings."""

from finder.places import gazetteer, names
from finder.places.loading import GAZETTEER
from finder.places.models import Loaded, Place


def town(name, latitude, longitude, **facts):
    """A town of the gazetteer; English and of 100,000 people unless said otherwise."""
    facts = {"country": "GB", "region": "ENG", "county": "", "population": 100_000, **facts}
    code = f"town-{names.fold(name)}-{names.fold(facts['county'])}-{facts['region']}"
    place = Place.objects.create(
        code=code,
        kind=Place.Kind.TOWN,
        name=name,
        folded=names.fold(name),
        latitude=latitude,
        longitude=longitude,
        **facts,
    )
    rows = Place.objects.count()
    Loaded.objects.update_or_create(
        name=GAZETTEER, defaults={"digest": f"{rows} towns", "rows": rows}
    )
    gazetteer.forget()
    return place


def leeds():
    return town("Leeds", 53.79648, -1.54785, county="West Yorkshire", population=500_000)


def boston():
    facts = {"country": "US", "region": "MA", "county": "Massachusetts", "population": 650_000}
    return town("Boston", 42.35843, -71.05977, **facts)


def newports():
    """Two towns of one name, neither much larger than the other."""
    return [
        town("Newport", 50.70109, -1.29129, county="Isle of Wight", population=25_000),
        town("Newport", 52.76909, -2.37858, county="Shropshire", population=24_000),
    ]
