"""The kinds of centre there are in the demo, and what each offers.

Lengths are in days, (shortest, longest), None for a side that is not said. `weekly` is a price a
week; None in it stands for a price that is not known. Choices are drawn a centre at a time.
"""

from dataclasses import dataclass

UNKNOWN = (None, None)
OPEN = "open"

TALKING = ("cbt", "motivational-interviewing", "relapse-prevention", "one-to-one", "group")
DEPTH = ("trauma-focused", "emdr", "dbt", "psychodynamic", "family", "acceptance-and-commitment")
STEPS = ("twelve-step-facilitation", "group", "one-to-one", "peer-support")
MAKING = ("art-therapy", "music-therapy", "equine-therapy", "mindfulness", "acupuncture")

DRINK_AND_DRUGS = ("alcohol", "heroin", "cocaine", "crack", "cannabis", "benzodiazepines")
OPIOIDS = ("heroin", "prescription-opioids", "synthetic-opioids")
MANY = (*DRINK_AND_DRUGS, "prescription-opioids", "ketamine", "methamphetamine", "ghb", "mdma")
HABITS = ("gambling", "gaming", "sex-and-pornography", "shopping", "food")
DETOXED = ("alcohol", "heroin", "prescription-opioids", "benzodiazepines")

PRIVATE = ("self-pay", "payment-plan", "private-insurance", "employer")
PUBLIC_GB = ("nhs-community",)
PLACED_GB = ("council-placement", "self-pay", "charity-bursary")
PUBLIC_US = ("medicaid", "medicare", "state-plan", "sliding-fee", "private-insurance", "self-pay")
PRIVATE_US = ("private-insurance", "tricare", "self-pay", "payment-assistance")

EITHER = ("none", "capable", "capable", "enhanced", "unknown")
ALONGSIDE = ("capable", "capable", "enhanced")


@dataclass(frozen=True)
class Offer:
    """A programme as a kind of centre offers it; tuples of choices, one of which is drawn."""

    name: str
    level: str
    lengths: tuple = (UNKNOWN,)
    weekly: tuple = (None,)
    funding: tuple = ()
    substances: tuple = DRINK_AND_DRUGS
    detoxes: tuple = ()
    therapies: tuple = TALKING
    dual: tuple = EITHER
    medication: tuple = ("accepts", "accepts", "does-not-accept", "unknown")
    medicines: tuple = ()
    approach: tuple = ("abstinence-based", "secular", "unknown")
    people: tuple = ("adults",)
    ages: tuple = ((18, None),)


@dataclass(frozen=True)
class Kind:
    """A kind of centre: what it is called, who runs it, and its offers, the main one first."""

    slug: str
    description: str
    country: str
    weight: int
    endings: tuple
    ownership: tuple
    offers: tuple
    beds: tuple = (None,)


_DETOX = Offer(
    "Detox",
    "residential-detox",
    lengths=((7, 7), (7, 10), (10, 10), (7, 14)),
    weekly=(2400, 3200, 3900, None),
    funding=PRIVATE,
    detoxes=DETOXED,
    therapies=("one-to-one", "motivational-interviewing"),
    medication=("prescribes",),
    medicines=("lofexidine", "buprenorphine", "methadone", "acamprosate"),
)
_AFTERCARE = Offer(
    "Aftercare",
    "aftercare",
    lengths=((84, 364), (None, 364), OPEN),
    weekly=(0, 0, None),
    therapies=("relapse-prevention", "peer-support", "group", "smart-recovery"),
)
_REHAB = Offer(
    "Residential programme",
    "residential",
    lengths=((28, 28), (28, 28), (14, 28), (28, 42), (21, 21), (28, 84), (10, 28)),
    weekly=(1450, 1850, 2300, 2900, None),
    funding=PRIVATE,
    substances=MANY,
    therapies=(*TALKING, *DEPTH, "art-therapy", "equine-therapy"),
    people=("adults", "professionals", "young-adults"),
    approach=("abstinence-based", "twelve-step", "secular"),
)
_LONG_REHAB = Offer(
    "Residential rehab",
    "residential",
    lengths=((84, 84), (84, 168), (84, None), (42, 84), (28, 84)),
    weekly=(750, 890, 1050, None),
    funding=PLACED_GB,
    therapies=(*STEPS, "cbt", "relapse-prevention", "trauma-focused"),
    people=("adults", "criminal-justice", "homeless"),
    approach=("abstinence-based", "twelve-step", "therapeutic-community"),
)
_KEYWORK = Offer(
    "Keywork and groups",
    "outpatient",
    lengths=(OPEN, UNKNOWN, (84, 168)),
    weekly=(0,),
    funding=PUBLIC_GB,
    substances=MANY,
    therapies=(*TALKING, "contingency-management", "community-reinforcement", "peer-support"),
    medication=("prescribes", "accepts"),
    approach=("harm-reduction", "secular"),
    people=("adults", "homeless", "criminal-justice", "pregnant"),
)
_PRESCRIBING = Offer(
    "Substitute prescribing",
    "medication-outpatient",
    lengths=(OPEN,),
    weekly=(0,),
    funding=PUBLIC_GB,
    substances=OPIOIDS,
    therapies=("one-to-one", "motivational-interviewing"),
    medication=("prescribes",),
    medicines=("methadone", "buprenorphine", "long-acting-buprenorphine", "naltrexone"),
    approach=("harm-reduction",),
)
_DAY = Offer(
    "Day programme",
    "partial-hospitalisation",
    lengths=((21, 42), (28, 28), (28, 84), (14, 28)),
    weekly=(420, 560, 690, None),
    funding=("self-pay", "council-placement"),
    therapies=(*TALKING, "mindfulness", "art-therapy"),
)
_EVENINGS = Offer(
    "Evening programme",
    "intensive-outpatient",
    lengths=((28, 42), (42, 84), (28, 28), (None, 84)),
    weekly=(260, 340, None),
    funding=("self-pay", "private-insurance"),
    therapies=(*TALKING, "matrix"),
    people=("adults", "professionals"),
)
_HOUSE = Offer(
    "Recovery house",
    "recovery-housing",
    lengths=(OPEN, (84, 364), (168, None)),
    weekly=(210, 280, None),
    therapies=("peer-support", "smart-recovery", "relapse-prevention"),
    funding=("housing-benefit", "self-pay"),
)
_ONLINE = Offer(
    "Online programme",
    "online",
    lengths=((28, 28), (42, 42), (10, 42), OPEN),
    weekly=(95, 140, 190, None),
    funding=("self-pay", "employer"),
    substances=("alcohol", "cannabis", "cocaine", "nicotine", *HABITS),
    therapies=("cbt", "one-to-one", "group", "acceptance-and-commitment"),
    dual=("none", "capable", "unknown"),
)
_US_DETOX = Offer(
    "Detox",
    "residential-detox",
    lengths=((5, 10), (7, 7), (7, 14)),
    weekly=(4200, 5600, None),
    funding=PRIVATE_US,
    substances=(*DRINK_AND_DRUGS, *OPIOIDS[1:]),
    detoxes=(*DETOXED, "synthetic-opioids"),
    therapies=("one-to-one", "motivational-interviewing"),
    medication=("prescribes",),
    medicines=("buprenorphine", "methadone", "lofexidine", "naltrexone"),
)
_US_REHAB = Offer(
    "Residential treatment",
    "residential",
    lengths=((28, 28), (28, 30), (14, 30), (30, 90), (21, 28), (60, 90)),
    weekly=(4900, 6300, 8200, None),
    funding=PRIVATE_US,
    substances=(*MANY, "synthetic-opioids"),
    therapies=(*TALKING, *DEPTH, "contingency-management"),
    medication=("prescribes", "accepts", "unknown"),
    medicines=("buprenorphine", "naltrexone", "acamprosate"),
    approach=("twelve-step", "abstinence-based", "secular"),
    people=("adults", "young-adults", "veterans"),
)
_US_DAY = Offer(
    "Partial hospitalization",
    "partial-hospitalisation",
    lengths=((14, 28), (21, 28), (28, 28)),
    weekly=(2100, 2800, None),
    funding=PRIVATE_US,
    therapies=(*TALKING, "dbt", "family"),
    dual=ALONGSIDE,
)
_US_EVENINGS = Offer(
    "Intensive outpatient",
    "intensive-outpatient",
    lengths=((42, 63), (28, 84), UNKNOWN),
    weekly=(900, 1300, None),
    funding=(*PRIVATE_US, "medicaid"),
    therapies=(*TALKING, "matrix", "dbt"),
)
_US_CLINIC = Offer(
    "Counseling",
    "outpatient",
    lengths=(OPEN, UNKNOWN, (84, 180)),
    weekly=(60, 110, None),
    funding=PUBLIC_US,
    substances=MANY,
    therapies=(*TALKING, "family", "anger-management"),
    people=("adults", "women", "men", "criminal-justice"),
)

KINDS = (
    Kind(
        "community",
        "a free community drug and alcohol service",
        "GB",
        6,
        ("Drug and Alcohol Service", "Recovery Service", "Wellbeing Hub"),
        ("charity", "public"),
        (
            _KEYWORK,
            _PRESCRIBING,
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
        ("company",),
        (_REHAB, _DETOX, _AFTERCARE, _ONLINE),
        beds=(12, 18, 24, 32, None),
    ),
    Kind(
        "charity-rehab",
        "a charity's residential rehab",
        "GB",
        5,
        ("House", "Centre", "Project", "Farm"),
        ("charity",),
        (
            _LONG_REHAB,
            Offer("Second stage", "secondary", ((84, 168), (84, None), (42, 84)), (520, 640, None),
                  PLACED_GB, therapies=STEPS),
            _HOUSE,
            _AFTERCARE,
        ),
        beds=(10, 16, 22, None),
    ),
    Kind(
        "hospital",
        "an inpatient detox unit",
        "GB",
        2,
        ("Inpatient Unit", "Hospital Detox Ward"),
        ("public",),
        (
            Offer(
                "Inpatient detox", "hospital-inpatient", ((7, 14), (10, 21), (14, 28)), (0, None),
                ("nhs-community", "council-placement"), detoxes=(*DETOXED, "ghb", "gabapentinoids"),
                dual=ALONGSIDE, medication=("prescribes",),
                medicines=("methadone", "buprenorphine", "lofexidine"), approach=("secular",),
            ),
            _AFTERCARE,
        ),
        beds=(8, 12),
    ),
    Kind(
        "day",
        "a day and evening programme",
        "GB",
        3,
        ("Day Programme", "Clinic", "Rooms"),
        ("community-interest", "company", "partnership"),
        (_DAY, _EVENINGS, _ONLINE),
    ),
    Kind(
        "recovery-housing",
        "a house to live in while staying well",
        "GB",
        2,
        ("Recovery House", "Dry House", "Terrace"),
        ("charity", "community-interest", "unknown"),
        (_HOUSE,),
        beds=(5, 8, None),
    ),
    Kind(
        "families",
        "a residential rehab for women and their children",
        "GB",
        1,
        ("Family House", "Women's House"),
        ("charity",),
        (
            Offer(
                "Rehab for women and children", "residential", ((84, 168), (168, 182)),
                (1150, None), PLACED_GB, dual=ALONGSIDE, therapies=(*TALKING, *DEPTH),
                people=("women", "pregnant", "parents-with-children", "domestic-abuse",
                        "sexual-abuse"),
            ),
            _AFTERCARE,
        ),
        beds=(7, 9),
    ),
    Kind(
        "young-people",
        "a service for young people",
        "GB",
        1,
        ("Young People's Service",),
        ("charity",),
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
        ("charity",),
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
        ("public", "charity"),
        (
            Offer("Residential gambling treatment", "residential", ((14, 14), (42, 42)), (0,),
                  ("nhs-community",), substances=HABITS, therapies=(*TALKING, "couples")),
            _ONLINE,
        ),
        beds=(9, None),
    ),
    Kind(
        "us-residential",
        "a residential treatment centre",
        "US",
        5,
        ("Ridge Recovery", "Recovery Center", "Lakes Treatment Center", "Farmhouse"),
        ("company", "charity"),
        (_US_REHAB, _US_DETOX, _US_EVENINGS),
        beds=(16, 24, 40, None),
    ),
    Kind(
        "us-day",
        "a day and evening treatment centre",
        "US",
        3,
        ("Behavioral Health", "Day Treatment"),
        ("company",),
        (_US_DAY, _US_EVENINGS, _ONLINE),
    ),
    Kind(
        "us-opioid",
        "an opioid treatment clinic",
        "US",
        2,
        ("Medication Clinic", "Opioid Treatment Program"),
        ("charity", "company"),
        (
            Offer(
                "Medication for opioid use disorder", "medication-outpatient", (OPEN,),
                (95, 130, None), PUBLIC_US, substances=OPIOIDS, therapies=("one-to-one", "group"),
                medication=("prescribes",),
                medicines=("methadone", "buprenorphine", "long-acting-buprenorphine", "naltrexone"),
            ),
            _US_CLINIC,
        ),
    ),
    Kind(
        "us-community",
        "a community health centre",
        "US",
        3,
        ("Community Health Center", "Counseling Center"),
        ("charity", "public"),
        (
            _US_CLINIC,
            Offer("Telehealth", "online", (OPEN, UNKNOWN), (0, None), PUBLIC_US,
                  substances=MANY, therapies=("one-to-one", "cbt")),
            _AFTERCARE,
        ),
    ),
    Kind(
        "us-housing",
        "a sober living house",
        "US",
        1,
        ("Sober House", "Recovery Residence"),
        ("company", "charity"),
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
        ("public", "charity"),
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
