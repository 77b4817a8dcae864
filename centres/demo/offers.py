"""What the demo's kinds of centre offer.

Lengths are in days, (shortest, longest), None for a side that is not said. `weekly` is a price a
week; None in it stands for a price that is not known. Choices are drawn a centre at a time.
"""

from dataclasses import dataclass

UNKNOWN = (None, None)
OPEN = "open"

TALKING = ("cbt", "motivational-interviewing", "relapse-prevention", "one-to-one", "group")
DEPTH = ("trauma-focused", "emdr", "dbt", "psychodynamic", "family", "acceptance-and-commitment")
STEPS = ("twelve-step-facilitation", "group", "one-to-one", "peer-support")

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


DETOX = Offer(
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
AFTERCARE = Offer(
    "Aftercare",
    "aftercare",
    lengths=((84, 364), (None, 364), OPEN),
    weekly=(0, 0, None),
    therapies=("relapse-prevention", "peer-support", "group", "smart-recovery"),
)
REHAB = Offer(
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
LONG_REHAB = Offer(
    "Residential rehab",
    "residential",
    lengths=((84, 84), (84, 168), (84, None), (42, 84), (28, 84)),
    weekly=(750, 890, 1050, None),
    funding=PLACED_GB,
    therapies=(*STEPS, "cbt", "relapse-prevention", "trauma-focused"),
    people=("adults", "criminal-justice", "homeless"),
    approach=("abstinence-based", "twelve-step", "therapeutic-community"),
)
KEYWORK = Offer(
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
PRESCRIBING = Offer(
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
DAY = Offer(
    "Day programme",
    "partial-hospitalisation",
    lengths=((21, 42), (28, 28), (28, 84), (14, 28)),
    weekly=(420, 560, 690, None),
    funding=("self-pay", "council-placement"),
    therapies=(*TALKING, "mindfulness", "art-therapy"),
)
EVENINGS = Offer(
    "Evening programme",
    "intensive-outpatient",
    lengths=((28, 42), (42, 84), (28, 28), (None, 84)),
    weekly=(260, 340, None),
    funding=("self-pay", "private-insurance"),
    therapies=(*TALKING, "matrix"),
    people=("adults", "professionals"),
)
HOUSE = Offer(
    "Recovery house",
    "recovery-housing",
    lengths=(OPEN, (84, 364), (168, None)),
    weekly=(210, 280, None),
    therapies=("peer-support", "smart-recovery", "relapse-prevention"),
    funding=("housing-benefit", "self-pay"),
)
ONLINE = Offer(
    "Online programme",
    "online",
    lengths=((28, 28), (42, 42), (10, 42), OPEN),
    weekly=(95, 140, 190, None),
    funding=("self-pay", "employer"),
    substances=("alcohol", "cannabis", "cocaine", "nicotine", *HABITS),
    therapies=("cbt", "one-to-one", "group", "acceptance-and-commitment"),
    dual=("none", "capable", "unknown"),
)
US_DETOX = Offer(
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
US_REHAB = Offer(
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
US_DAY = Offer(
    "Partial hospitalization",
    "partial-hospitalisation",
    lengths=((14, 28), (21, 28), (28, 28)),
    weekly=(2100, 2800, None),
    funding=PRIVATE_US,
    therapies=(*TALKING, "dbt", "family"),
    dual=ALONGSIDE,
)
US_EVENINGS = Offer(
    "Intensive outpatient",
    "intensive-outpatient",
    lengths=((42, 63), (28, 84), UNKNOWN),
    weekly=(900, 1300, None),
    funding=(*PRIVATE_US, "medicaid"),
    therapies=(*TALKING, "matrix", "dbt"),
)
US_CLINIC = Offer(
    "Counseling",
    "outpatient",
    lengths=(OPEN, UNKNOWN, (84, 180)),
    weekly=(60, 110, None),
    funding=PUBLIC_US,
    substances=MANY,
    therapies=(*TALKING, "family", "anger-management"),
    people=("adults", "women", "men", "criminal-justice"),
)
