"""Service codes to programmes. What each code is taken to be about is said in `samhsa`."""

#: Programmes that codes of an SU line state: key, level of care, codes of which one is enough.
_STATED = (
    ("RS", "residential", {"RS"}),
    ("RL", "residential", {"RL"}),
    ("RD", "residential-detox", {"RD"}),
    ("HI", "hospital-inpatient", {"HI", "HID", "HIT"}),
    ("OIT", "intensive-outpatient", {"OIT"}),
    ("ODT", "partial-hospitalisation", {"ODT", "PHDT", "PH"}),
    ("OD", "home-detox", {"OD"}),
    ("HH", "recovery-housing", {"HH"}),
    ("ISC", "interim", {"ISC"}),
    ("ACC", "aftercare", {"ACC"}),
    ("TELE", "online", {"TELE"}),
    ("BIA", "early-help", {"BIA"}),
)
#: Days: short-term residential is 30 or less, long-term is more than 30.
_LENGTHS = {
    "RS": {"min": None, "max": 30, "open_ended": False},
    "RL": {"min": 31, "max": None, "open_ended": False},
}
_OUTPATIENT_PARTS = {"ORT", "OIT", "ODT", "OD", "OMB"}
#: Programmes of treatment; where a site has none, those that come next stand for them.
_TREATMENT = ("OP", "OIT", "ODT", "RES", "RS", "RL", "HI")
_NEXT_TO_TREATMENT = ("OMB", "RD", "OD", "DT", "HH", "SU")
_DETOX_CODES = {"ADTX", "BDTX", "CDTX", "MDTX", "ODTX"}
#: The site treats this one use disorder and no other, so each programme does.
_EXCLUSIVE = {"OUDO", "AUDO"}
#: Treats mental illness alongside, said of the site's care; CO is one special group.
_TOGETHER, _TOGETHER_GROUP = {"SUMH", "IDD"}, {"CO"}
_PRESCRIBES = {"UB", "UN", "UBN", "BUM", "MM", "OTP", "RPN", "PMAT"}
_ACCEPTS = {"MOA", "ACMA"}
_USES_NONE = {"NMOA", "NMAUT"}


def programmes(codes, all_codes, terms):
    """`{key: facts}` for a site.

    `codes` are those of its SU lines, `all_codes` also those of its MH lines; `terms` maps a code
    to (kind, slug) pairs.
    """
    made = {key: {"level": level} for key, level, any_of in _STATED if any_of & codes}
    if _is_outpatient(codes):
        made["OP"] = {"level": "outpatient"}
    if "RES" in codes and not codes & {"RS", "RL", "RD"}:
        made["RES"] = {"level": "residential"}
    if "OMB" in codes or {"OTP", "OP"} <= codes:
        made["OMB"] = {"level": "medication-outpatient"}
    if "DT" in codes and not codes & {"HID", "RD", "OD"}:
        made["DT"] = {"name": "Detoxification"}
    if not any(key in made for key in _TREATMENT + _NEXT_TO_TREATMENT):
        made["SU"] = {"name": "Substance use treatment"}
    for key, length in _LENGTHS.items():
        if key in made:
            made[key]["length"] = length
    _add_facts(made, codes, all_codes, terms)
    return {
        key: {fact: value for fact, value in facts.items() if value} for key, facts in made.items()
    }


def _is_outpatient(codes):
    if "ORT" in codes:
        return True
    return "OP" in codes and codes & _OUTPATIENT_PARTS != {"OD"}


def _add_facts(made, codes, all_codes, terms):
    def slugs(kind, of):
        return sorted({slug for code in of for k, slug in terms.get(code, ()) if k == kind})

    treatment = [made[key] for key in _TREATMENT if key in made]
    treatment = treatment or [made[key] for key in _NEXT_TO_TREATMENT if key in made]
    only = treatment[0] if len(treatment) == 1 else {}
    detox = [made[key] for key in _detox_keys(made, codes)]
    together = bool(all_codes & _TOGETHER)

    for programme in made.values():
        programme["funding"] = slugs("funding", _paying(codes))
        programme["substances"] = slugs("substance", codes & _EXCLUSIVE)
    for programme in treatment:
        programme["therapies"] = slugs("therapy", codes)
        if together:
            programme["dual_diagnosis"] = "capable"
    only["people"] = slugs("people", codes)
    only["conditions"] = slugs("condition", codes)
    only["substances"] = slugs("substance", codes - _DETOX_CODES)
    only["medication"] = _medication_stance(codes)
    if all_codes & _TOGETHER_GROUP:
        only["dual_diagnosis"] = "capable"
    prescribing = made.get("OMB", only)
    prescribing["medicines"] = slugs("medicine", codes)
    if "OMB" in made:
        made["OMB"]["medication"] = _medication_stance(codes)
        opioids = slugs("substance", codes & {"OTP", "OMB"})
        made["OMB"]["substances"] = sorted({*made["OMB"]["substances"], *opioids})
    if len(detox) == 1:
        detox[0]["detoxes"] = slugs("substance", codes & _DETOX_CODES)
        treated = {*detox[0].get("substances", ()), *detox[0]["detoxes"]}
        detox[0]["substances"] = sorted(treated)


def _detox_keys(made, codes):
    keys = [key for key in ("RD", "OD", "DT") if key in made]
    return keys + (["HI"] if "HID" in codes else [])


def _paying(codes):
    """Codes for ways of paying; “no payment accepted” beside another contradicts it."""
    return codes - {"NP"} if codes & {"SF", "PI", "MD", "MC", "SI", "MI", "SS"} else codes


def _medication_stance(codes):
    """What the site does about medication for addiction; None where its answers contradict."""
    if codes & _USES_NONE:
        return None if codes & (_PRESCRIBES | _ACCEPTS) else "does-not-accept"
    if codes & _PRESCRIBES:
        return "prescribes"
    return "accepts" if codes & _ACCEPTS else None
