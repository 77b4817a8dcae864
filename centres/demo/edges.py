"""Made-up centres with something particular about each: what a site gets wrong first.

`facts` are laid over a centre of the usual make; None takes a fact away.
"""

from dataclasses import dataclass, field

_NOWHERE = dict.fromkeys(("latitude", "longitude", "coordinates_source", "precision"))
_UNVERIFIED = dict.fromkeys(
    ("checked_on", "verified_from", "verified_until", "advertiser_from", "advertiser_until",
     "ended_advert", "cases")
)  # fmt: skip
_NOTHING_KNOWN = dict.fromkeys(
    ("provider", "about", "website", "street", "town", "region", "postcode", "phones", "beds",
     "languages", "access", "amenities", "registration", "registration_reason", "regulator",
     "registration_number", "registration_url", "registered_on", "rating", "rating_on",
     "programmes")
) | _NOWHERE | _UNVERIFIED  # fmt: skip
#: The address is kept in the row, as it is for a real refuge, so that a page that leaks it is seen.
_WITHHELD = {
    **_NOWHERE,
    "precision": "withheld",
    "street": "1 Never To Be Shown Street",
    "about": "This is a made-up centre for demonstration. Its address is not published, for the "
    "safety of the people who live there.",
}
_DAY = {"facts_on": {"": -20}}
_THREE_DOORS = [
    {"name": "Long rehab", "level": "residential", "length_min_days": 84, "length_max_days": 168,
     "dual_diagnosis": "none", "substances": ["alcohol", "heroin"], **_DAY},
    {"name": "Four weeks of evenings", "level": "intensive-outpatient", "length_min_days": 28,
     "length_max_days": 28, "dual_diagnosis": "none", "substances": ["alcohol"], **_DAY},
    {"name": "Mental health clinic", "level": "outpatient", "open_ended": True,
     "dual_diagnosis": "enhanced", "conditions": ["depression", "ptsd"],
     "substances": ["cannabis"], **_DAY},
]  # fmt: skip
_NEAR_MISSES = [
    {"name": "Residential, length not said", "level": "residential", "dual_diagnosis": "enhanced",
     "conditions": ["anxiety"], "price": 0, "currency": "GBP", **_DAY},
    {"name": "Residential, four weeks", "level": "residential", "length_min_days": 28,
     "length_max_days": 28, "dual_diagnosis": "none", "funding": ["self-pay"], **_DAY},
    {"name": "Day rehab, four weeks", "level": "partial-hospitalisation", "length_min_days": 28,
     "length_max_days": 28, "dual_diagnosis": "capable", "conditions": ["bipolar"], **_DAY},
]  # fmt: skip
_FOUR_WEEKS = {
    "name": "Four weeks", "level": "residential", "length_min_days": 28, "length_max_days": 28,
    "dual_diagnosis": "enhanced", "conditions": ["depression", "anxiety", "ptsd"],
    "substances": ["alcohol", "cocaine", "ketamine"], "therapies": ["cbt", "emdr", "group"],
    "medication": "accepts", "people": ["adults"], "age_min": 18, "facts_on": {"": -12},
    "earliest_admission": 3, "earliest_admission_stated_hours_ago": 1,
}  # fmt: skip
_MANY = [
    {"name": f"Course {weeks}", "level": "residential", "length_min_days": 7 * weeks,
     "length_max_days": 7 * weeks, "substances": ["alcohol"], **_DAY}
    for weeks in range(1, 25)
]  # fmt: skip


@dataclass(frozen=True)
class Edge:
    """One particular centre; the postcode says which line of the towns it stands in."""

    name: str
    postcode: str
    kind: str = "charity-rehab"
    facts: dict = field(default_factory=dict)


EDGES = (
    # Facts that a search may not gather from several programmes.
    Edge("Tattersbeck Three Doors", "LS1", "private-rehab", {"programmes": _THREE_DOORS}),
    Edge("Hobblewick Near Miss", "M1", "private-rehab", {"programmes": _NEAR_MISSES}),
    Edge("Gossamere Three Doors", "02108", "us-residential", {"programmes": _THREE_DOORS}),
    # What the README's own examples find.
    Edge("Eddlestoke House", "LS6", "private-rehab", {
        "programmes": [_FOUR_WEEKS | {
            "price": 7400, "currency": "GBP", "price_includes": "28 days: room, meals and therapy.",
            "price_extras": "Detox, if needed: £1,200.",
            "funding": ["self-pay", "private-insurance"],
        }],
    }),
    Edge("Cloverhythe Recovery", "02118", "us-residential", {
        "programmes": [_FOUR_WEEKS | {
            "price": 26400, "currency": "USD", "price_includes": "28 days: room, meals, therapy.",
            "funding": ["private-insurance", "self-pay"], "asam_level": "3.5", "asam_edition": 3,
        }],
        "verified_from": -30, "verified_until": 50,
        "advertiser_from": -20, "advertiser_until": 50,
    }),
    # Unknown stays unknown.
    Edge("Quernlow House", "YO1", facts={"programmes": None}),
    Edge("Fallowpenny House", "BS1", facts={"programmes": None}),
    Edge("Hintlebrake Center", "60607", "us-community", {"programmes": None}),
    Edge("Peverspool House", "G1", facts={
        "programmes": [{"facts_on": {}}, {"name": "Programme", "facts_on": {"": -400}}],
    }),
    Edge("Dapplecote Center", "02118", "us-day", {"programmes": [{"facts_on": {}}]}),
    Edge("Barnaquill", "NW1", facts=_NOTHING_KNOWN),
    # Statuses other than listed.
    Edge("Old Skellowick House", "LS8", facts={
        **_UNVERIFIED, "status": "closed", "closed_on": -40, "successor": "skellowick-house-demo",
    }),
    Edge("Skellowick House", "LS8"),
    Edge("First Skellowick Hostel", "LS8", facts={
        **_UNVERIFIED, "status": "closed", "closed_on": -700,
        "successor": "old-skellowick-house-demo",
    }),
    Edge("Mirrowdale House", "HU1", facts={**_UNVERIFIED, "status": "closed", "closed_on": -3}),
    Edge("Tillowgate Center", "02130", "us-residential", {
        **_UNVERIFIED, "status": "closed", "closed_on": -90,
        "successor": "cloverhythe-recovery-demo",
    }),
    Edge("Corvendale House", "B1", facts={"status": "suspended"}),
    Edge("Marlowend Center", "33130", "us-day", {"status": "suspended"}),
    Edge("Jackdawther House", "NR1", facts={**_UNVERIFIED, "status": "withdrawn"}),
    Edge("Pinnockwell Center", "98101", "us-day", {**_UNVERIFIED, "status": "withdrawn"}),
    Edge("Emberlathe House", "OX1", facts={**_UNVERIFIED, "status": "draft"}),
    Edge("Sallowdrift Center", "80202", "us-day", {**_UNVERIFIED, "status": "draft"}),
    # Places.
    Edge("Rowanquay Family House", "LS16", "families", _WITHHELD),
    Edge("Ffynnondeg Family House", "LL57", "families", _WITHHELD),
    Edge("Willowlathe Women's House", "01608", "us-housing", _WITHHELD),
    Edge("Thistlequern Rehab", "BS6", facts={
        "street": "The Old Example Works", "latitude": 51.4702, "longitude": -2.5951,
        "precision": "exact", "coordinates_source": "Made up for the demo",
    }),
    Edge("Thistlequern Day Rooms", "BS6", "day", {
        "street": "The Old Example Works", "latitude": 51.4702, "longitude": -2.5951,
        "precision": "exact", "coordinates_source": "Made up for the demo",
    }),
    *(
        Edge("Twinnerby House", "S1", facts={
            "slug": slug, "street": "2 Pattern Close", "latitude": 53.3805, "longitude": -1.4702,
            "precision": "exact", "coordinates_source": "Made up for the demo",
        })
        for slug in ("twinnerby-house-demo", "twinnerby-house-demo-2")
    ),
    Edge("Meridian Dapplelathe House", "SE10", facts={"longitude": 0.0, "precision": "street"}),
    # Names.
    Edge("The Wendlequay and Upper Thackerlathe Fellowship for Recovery from Alcohol, Drugs and "
         "Gambling, with the Families' Rooms and the Garden at Orrinquern", "W5",
         facts={"slug": "orrinquern-fellowship-demo"}),
    Edge("O’Farrowquay’s Rest", "BT1"),
    Edge("Maison d’Éclairvance", "EH1", "private-rehab"),
    Edge("Clínica Río Veladero", "33130", "us-community", {"languages": ["en", "es", "ht"]}),
    # The days on which a mark comes and goes.
    Edge("Lastday Ostrelquay", "BN1", facts={
        "verified_from": -206, "verified_until": 0,
        "advertiser_from": -30, "advertiser_until": 0,
    }),
    Edge("Tomorrow Vennelquay", "BN1", facts={
        **_UNVERIFIED, "verified_from": 1, "verified_until": 85,
    }),
    Edge("Yesterday Pimmerquay", "02139", "us-residential", {
        **_UNVERIFIED, "verified_from": -86, "verified_until": -1,
    }),
    # Numbers.
    Edge("Manycourse House", "L1", facts={"programmes": _MANY}),
    Edge("Short and Long House", "NG1", facts={
        "programmes": [
            {"level": "residential", "length_min_days": 1, "length_max_days": 1095, **_DAY},
            {"level": "secondary", "length_max_days": 84, **_DAY},
            {"level": "recovery-housing", "length_min_days": 168, **_DAY},
        ],
    }),
    Edge("Nothingtopay Center", "02108", "us-residential", {
        "programmes": [_FOUR_WEEKS | {
            "price": 0, "currency": "USD", "funding": ["free"], "earliest_admission": None,
            "earliest_admission_stated_hours_ago": None,
        }],
    }),
)  # fmt: skip
