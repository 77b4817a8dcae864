"""The kinds of centre there are in the demo."""

from dataclasses import dataclass

from .offers import (
    AFTERCARE,
    ALONGSIDE,
    DAY,
    DEPTH,
    DETOX,
    DETOXED,
    EVENINGS,
    HABITS,
    HOUSE,
    KEYWORK,
    LONG_REHAB,
    MANY,
    ONLINE,
    OPEN,
    OPIOIDS,
    PLACED_GB,
    PRESCRIBING,
    PUBLIC_GB,
    PUBLIC_US,
    REHAB,
    STEPS,
    TALKING,
    UNKNOWN,
    US_CLINIC,
    US_DAY,
    US_DETOX,
    US_EVENINGS,
    US_REHAB,
    Offer,
)


@dataclass(frozen=True)
class Kind:
    """A kind of centre: what it is called, and its offers, the main one first."""

    slug: str
    description: str
    country: str
    weight: int
    endings: tuple
    offers: tuple
    beds: tuple = (None,)


KINDS = (
    Kind(
        "community",
        "a free community drug and alcohol service",
        "GB",
        6,
        ("Drug and Alcohol Service", "Recovery Service", "Wellbeing Hub"),
        (
            KEYWORK,
            PRESCRIBING,
            Offer(
                "Home detox", "home-detox", ((7, 10), (10, 14)), (0,), PUBLIC_GB,
                detoxes=("alcohol", "heroin"), medication=("prescribes",),
                medicines=("acamprosate", "disulfiram", "lofexidine"),
            ),
            Offer("Advice and brief help", "early-help", ((1, 7), UNKNOWN), (0,), PUBLIC_GB,
                  substances=(*MANY, "nicotine")),
            Offer("Waiting-list support", "interim", (OPEN, UNKNOWN), (0,), PUBLIC_GB),
        ),
    ),
    Kind(
        "private-rehab",
        "a private residential rehab",
        "GB",
        7,
        ("House", "Lodge", "Grange", "Hall", "Retreat"),
        (REHAB, DETOX, AFTERCARE, ONLINE),
        beds=(12, 18, 24, 32, None),
    ),
    Kind(
        "charity-rehab",
        "a charity's residential rehab",
        "GB",
        5,
        ("House", "Centre", "Project", "Farm"),
        (
            LONG_REHAB,
            Offer("Second stage", "secondary", ((84, 168), (84, None), (42, 84)), (520, 640, None),
                  PLACED_GB, therapies=STEPS),
            HOUSE,
            AFTERCARE,
        ),
        beds=(10, 16, 22, None),
    ),
    Kind(
        "hospital",
        "an inpatient detox unit",
        "GB",
        2,
        ("Inpatient Unit", "Hospital Detox Ward"),
        (
            Offer(
                "Inpatient detox", "hospital-inpatient", ((7, 14), (10, 21), (14, 28)), (0, None),
                ("nhs-community", "council-placement"), detoxes=(*DETOXED, "ghb", "gabapentinoids"),
                dual=ALONGSIDE, medication=("prescribes",),
                medicines=("methadone", "buprenorphine", "lofexidine"), approach=("secular",),
            ),
            AFTERCARE,
        ),
        beds=(8, 12),
    ),
    Kind(
        "day",
        "a day and evening programme",
        "GB",
        3,
        ("Day Programme", "Clinic", "Rooms"),
        (DAY, EVENINGS, ONLINE),
    ),
    Kind(
        "recovery-housing",
        "a house to live in while staying well",
        "GB",
        2,
        ("Recovery House", "Dry House", "Terrace"),
        (HOUSE,),
        beds=(5, 8, None),
    ),
    Kind(
        "families",
        "a residential rehab for women and their children",
        "GB",
        1,
        ("Family House", "Women's House"),
        (
            Offer(
                "Rehab for women and children", "residential", ((84, 168), (168, 182)),
                (1150, None), PLACED_GB, dual=ALONGSIDE, therapies=(*TALKING, *DEPTH),
                people=("women", "pregnant", "parents-with-children", "domestic-abuse",
                        "sexual-abuse"),
            ),
            AFTERCARE,
        ),
        beds=(7, 9),
    ),
    Kind(
        "young-people",
        "a service for young people",
        "GB",
        1,
        ("Young People's Service",),
        (
            Offer(
                "Young people's keywork", "outpatient", (OPEN, (42, 84)), (0,), PUBLIC_GB,
                substances=("cannabis", "ketamine", "mdma", "nitrous-oxide", "nicotine"),
                therapies=("motivational-interviewing", "family", "cbt"), ages=((11, 17), (11, 25)),
                people=("adolescents", "young-adults"), approach=("harm-reduction",),
            ),
        ),
    ),
    Kind(
        "fellowship",
        "a faith community that takes people in",
        "GB",
        1,
        ("Fellowship", "Mission"),
        (
            Offer(
                "Residential community", "residential", ((182, 364), (84, 364), OPEN),
                (0, 190, None), ("housing-benefit", "charity-bursary"),
                therapies=("therapeutic-community", "peer-support", "group"), dual=("none",),
                medication=("does-not-accept",), approach=("faith-based",), people=("men",),
            ),
        ),
        beds=(14, 20),
    ),
    Kind(
        "habits",
        "a clinic for gambling and other habits",
        "GB",
        1,
        ("Gambling Clinic", "Behaviour Clinic"),
        (
            Offer("Residential gambling treatment", "residential", ((14, 14), (42, 42)), (0,),
                  ("nhs-community",), substances=HABITS, therapies=(*TALKING, "couples")),
            ONLINE,
        ),
        beds=(9, None),
    ),
    Kind(
        "us-residential",
        "a residential treatment centre",
        "US",
        5,
        ("Ridge Recovery", "Recovery Center", "Lakes Treatment Center", "Farmhouse"),
        (US_REHAB, US_DETOX, US_EVENINGS),
        beds=(16, 24, 40, None),
    ),
    Kind(
        "us-day",
        "a day and evening treatment centre",
        "US",
        3,
        ("Behavioral Health", "Day Treatment"),
        (US_DAY, US_EVENINGS, ONLINE),
    ),
    Kind(
        "us-opioid",
        "an opioid treatment clinic",
        "US",
        2,
        ("Medication Clinic", "Opioid Treatment Program"),
        (
            Offer(
                "Medication for opioid use disorder", "medication-outpatient", (OPEN,),
                (95, 130, None), PUBLIC_US, substances=OPIOIDS, therapies=("one-to-one", "group"),
                medication=("prescribes",),
                medicines=("methadone", "buprenorphine", "long-acting-buprenorphine", "naltrexone"),
            ),
            US_CLINIC,
        ),
    ),
    Kind(
        "us-community",
        "a community health centre",
        "US",
        3,
        ("Community Health Center", "Counseling Center"),
        (
            US_CLINIC,
            Offer("Telehealth", "online", (OPEN, UNKNOWN), (0, None), PUBLIC_US,
                  substances=MANY, therapies=("one-to-one", "cbt")),
            AFTERCARE,
        ),
    ),
    Kind(
        "us-housing",
        "a sober living house",
        "US",
        1,
        ("Sober House", "Recovery Residence"),
        (
            Offer("Sober living", "recovery-housing", ((30, 180), OPEN), (180, 240, None),
                  ("self-pay", "sliding-fee"), therapies=("peer-support", "smart-recovery"),
                  people=("men", "women")),
        ),
        beds=(8, 12),
    ),
    Kind(
        "us-hospital",
        "a hospital detox unit",
        "US",
        1,
        ("Hospital Detox",),
        (
            Offer(
                "Inpatient withdrawal management", "hospital-inpatient", ((3, 7), (5, 10)),
                (None, 9800), (*PUBLIC_US, "veterans-affairs", "tribal", "free"),
                detoxes=(*DETOXED, "synthetic-opioids", "methamphetamine"), dual=ALONGSIDE,
                medication=("prescribes",), medicines=("buprenorphine", "methadone", "naltrexone"),
                people=("adults", "veterans", "military"),
            ),
        ),
        beds=(20, 30),
    ),
)  # fmt: skip
