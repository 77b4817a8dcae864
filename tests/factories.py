"""One function a model, with the least that is valid; a test states the facts it is about.

Names are numbered, so that two of a kind never collide.
"""

import base64
import datetime
from itertools import count

from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group
from django.utils import timezone
from django.utils.text import slugify

from centres import outbox, tokens
from centres.models import (
    Advertisement,
    Centre,
    Check,
    Claim,
    ClaimDocument,
    ClaimState,
    Country,
    Criterion,
    FeeBand,
    ImportRun,
    Insurance,
    InsuranceStanding,
    LevelOfCare,
    Method,
    OutgoingMail,
    Phone,
    Precision,
    Programme,
    Proof,
    Proposal,
    Provenance,
    Provider,
    Purpose,
    Source,
    SourceRecord,
    State,
    Status,
    Submission,
    Term,
    Verification,
    Withdrawal,
)
from centres.models.claim import LINK_LASTS

#: Programme's links to vocabulary, and the kind of term each holds.
PROGRAMME_TERMS = {
    "substances": "substance",
    "detoxes": "substance",
    "therapies": "therapy",
    "conditions": "condition",
    "excluded_conditions": "condition",
    "funding": "funding",
    "people": "people",
    "exclusions": "exclusion",
    "medicines": "medicine",
}
CENTRE_TERMS = {"languages": "language", "access": "access", "amenities": "amenity"}

_number = count(1)


def _link(row, links, kinds):
    for field, slugs in links.items():
        getattr(row, field).set([term(kinds[field], slug) for slug in slugs])


def _split(facts, kinds):
    """Facts that are columns, and facts that are lists of slugs."""
    links = {name: facts.pop(name) for name in list(facts) if name in kinds}
    return facts, links


def mail(*, now, to="sam@example.org", **facts):
    """A message that waits."""
    words = {"kind": "test", "subject": "A subject", "body": "A body.", **facts}
    outbox.post(to=to, now=now, **words)
    return OutgoingMail.objects.latest("pk")


def term(kind, slug, **facts):
    """The term `slug` of `kind`, made where it is not there yet."""
    facts = {"label": slug.replace("-", " ").capitalize(), **facts}
    return Term.objects.get_or_create(kind=kind, slug=slug, defaults=facts)[0]


def source(**facts):
    number = next(_number)
    facts = {"slug": f"register-{number}", "name": f"Register {number}", **facts}
    return Source.objects.create(**{"publisher": "A public body", **facts})


def provider(**facts):
    facts = {"legal_name": f"Provider {next(_number)} Ltd", "country": Country.GB, **facts}
    return Provider.objects.create(**facts)


def centre(**facts):
    """A listed British centre without a place; give `latitude` and `longitude` to place it.

    `languages`, `access` and `amenities` are lists of slugs. Dates of its verification and advert
    come with the approved case and the agreement that they rest on.
    """
    facts, links = _split(facts, CENTRE_TERMS)
    verified = facts.pop("verified_from", None), facts.pop("verified_until", None)
    advertiser = facts.pop("advertiser_from", None), facts.pop("advertiser_until", None)
    number = next(_number)
    facts = {"name": f"Centre {number}", "country": Country.GB, "status": Status.LISTED, **facts}
    facts.setdefault("slug", f"{slugify(facts['name'])[:120]}-{number}")
    if facts.get("latitude") is not None:
        facts = {"precision": Precision.EXACT, "coordinates_source": "Made up", **facts}
    is_withdrawn = facts["status"] == Status.WITHDRAWN
    row = Centre.objects.create(**facts | ({"status": Status.DRAFT} if is_withdrawn else {}))
    if is_withdrawn:
        withdraw(row)
    _link(row, links, CENTRE_TERMS)
    if verified != (None, None):
        verify(row, *verified)
    if advertiser != (None, None):
        advertise(row, *advertiser)
    return row


def person(username, **facts):
    """Somebody of the team, without a password: hashing one takes longer than most tests."""
    return get_user_model().objects.get_or_create(
        username=username, defaults={"is_staff": True, **facts}
    )[0]


def member(username, role, **facts):
    """Somebody of the team in the group `role`, with its rights; in none where it is None."""
    somebody = person(username, **facts)
    somebody.groups.set([Group.objects.get(name=role)] if role else [])
    return somebody


def criterion(**facts):
    """A criterion of a British verification that nothing requires and that does not lapse."""
    facts = {"country": Country.GB, "purpose": Purpose.VERIFIED, "is_required": False, **facts}
    facts.setdefault("slug", f"criterion-{next(_number)}")
    facts = {"title": facts["slug"].replace("-", " ").capitalize(), **facts}
    return Criterion.objects.create(guidance="Look.", accepted_evidence="A note.", **facts)


def approved(of, begins, ends, *, purpose=Purpose.VERIFIED):
    """An approved case of the centre `of` with one check, from one day until another."""
    asked = Criterion.objects.get_or_create(
        country=of.country,
        purpose=purpose,
        slug="seen",
        defaults={"title": "Seen", "is_required": False},
    )[0]
    ruth, alan = person("ruth"), person("alan")
    case = Verification.objects.create(centre=of, purpose=purpose, due_on=begins)
    _move(case, state=State.IN_REVIEW, reviewer=ruth)
    Check.objects.create(
        verification=case,
        criterion=asked,
        title=asked.title,
        outcome="passed",
        method=Method.PHONE,
        note="Seen.",
        captured_on=begins,
        checked_on=begins,
        checked_by=ruth,
    )
    _move(case, state=State.AWAITING_APPROVAL)
    _move(
        case,
        state=State.APPROVED,
        decided_at=timezone.now(),
        decided_by=alan,
        valid_from=begins,
        valid_until=ends,
    )
    return case


def _move(case, **columns):
    case.version += 1
    Verification.objects.filter(pk=case.pk).update(version=case.version, **columns)
    case.refresh_from_db()


def verify(of, begins, ends):
    """Make the centre `of` verified from one day until another, on an approved case."""
    case = approved(of, begins, ends)
    of.verified_from, of.verified_until = begins, ends
    of.save(update_fields=["verified_from", "verified_until"])
    return case


def advertise(of, begins, ends, **facts):
    """Make the verified centre `of` an advertiser from one day until another."""
    approved(of, begins, ends, purpose=Purpose.ADVERTISER)
    alan = person("alan")
    facts = {"fee_band": FeeBand.SMALL, "seller": alan, "recorded_by": alan, **facts}
    facts.setdefault("reference", f"AG-{next(_number)}")
    row = Advertisement.objects.create(centre=of, runs_from=begins, runs_until=ends, **facts)
    of.advertiser_from, of.advertiser_until = begins, ends
    of.save(update_fields=["advertiser_from", "advertiser_until"])
    return row


def set_status(of, status):
    """Bring the centre `of` to a status, with the withdrawal or the day that goes with it."""
    for row in Withdrawal.objects.standing().filter(centre=of):
        lift(row)
    if status == Status.WITHDRAWN:
        return withdraw(of)
    closed_on = datetime.date(2025, 6, 1) if status == Status.CLOSED else None
    return Centre.objects.filter(pk=of.pk).update(status=status, closed_on=closed_on)


def withdraw(of, **facts):
    """Take the centre `of` out of the directory, as its manager asked and alan decided."""
    facts = {"asked_for_by": "The manager", "reason": "They asked us.", **facts}
    facts = {"withdrawn_at": timezone.now(), "withdrawn_by": person("alan"), **facts}
    Centre.objects.filter(pk=of.pk).update(status=Status.DRAFT, closed_on=None)
    row = Withdrawal.objects.create(centre=of, **facts)
    Centre.objects.filter(pk=of.pk).update(status=Status.WITHDRAWN)
    of.status = Status.WITHDRAWN
    return row


def lift(row):
    """End a withdrawal; its centre is a draft again."""
    Centre.objects.filter(pk=row.centre_id).update(status=Status.DRAFT)
    row.ended_at, row.ended_by = timezone.now(), person("amy")
    row.ended_because = "They came back."
    row.save()


def submission(**facts):
    """A listing that somebody sent in: a draft with a case, and what they said as a proposal."""
    of = facts.pop("centre", None) or centre(status=Status.DRAFT)
    Verification.objects.create(
        centre=of, purpose=Purpose.LISTED, opened_for="new-listing", due_on=timezone.localdate()
    )
    now = timezone.now()
    facts = {"token": f"{next(_number):064}", "state": "sent", "sent_at": now, **facts}
    facts.setdefault("proposal", proposal(of, proposer=None, origin="public"))
    later = now + datetime.timedelta(days=365)
    return Submission.objects.create(centre=of, delete_at=later, **facts)


def proposal(of, **facts):
    """A researcher's proposal that the centre `of` moves to York."""
    change = {
        "object": "centre", "id": of.pk, "field": "town", "from": of.town, "to": "York",
    }  # fmt: skip
    facts = {"changes": [change], "proposer": person("rita"), "method": Method.PHONE, **facts}
    return Proposal.objects.create(centre=of, **{"as_of": datetime.date(2025, 6, 1), **facts})


def claim(of, *, token=None, document=b"", proven_at=None, **facts):
    """A claim of the centre `of` whose address is confirmed.

    token: what its link holds; document: bytes that wait for a decision; proven_at: since when it
    stands, by its address.
    """
    facts = {"name": "Morgan", "role": "Manager", "email": "morgan@example.org", **facts}
    facts.setdefault("asked_at", proven_at or timezone.now())
    facts.setdefault("email_confirmed_at", facts["asked_at"])
    if proven_at is not None:
        link = {"proven_at": proven_at, "link_expires_at": proven_at + LINK_LASTS}
        facts = {"state": ClaimState.PROVEN, "proof": Proof.EMAIL, **link, **facts}
    if document:
        facts = {"proof": Proof.DOCUMENT, **facts}
    row = Claim.objects.create(centre=of, token=tokens.digest(token or tokens.new()), **facts)
    if document:
        content = base64.b64encode(document).decode()
        ClaimDocument.objects.create(
            claim=row, content_type="application/pdf", size=len(document), content=content
        )
    return row


def programme(of, **facts):
    """A residential programme of the centre `of`; vocabulary links are lists of slugs."""
    facts, links = _split(facts, PROGRAMME_TERMS)
    row = Programme.objects.create(centre=of, **{"level": LevelOfCare.RESIDENTIAL, **facts})
    _link(row, links, PROGRAMME_TERMS)
    return row


def phone(of, **facts):
    """A number of the centre `of`, from the range kept free for fiction."""
    return Phone.objects.create(
        centre=of, **{"number": f"+441632960{next(_number) % 1000:03}", **facts}
    )


def insurance(of, **facts):
    """How an insurer stands to the programme `of`."""
    facts = {
        "insurer": f"Insurer {next(_number)}",
        "standing": InsuranceStanding.RECOGNISED,
        "as_of": datetime.date(2025, 6, 1),
        **facts,
    }
    return Insurance.objects.create(programme=of, **facts)


def provenance(of, **facts):
    """Where a fact of the centre `of` comes from; `programme=` for one of a programme."""
    facts = {
        "fact": "name",
        "method": Method.REGISTER,
        "as_of": datetime.date(2025, 6, 1),
        **facts,
    }
    if "source" not in facts:
        facts["source"] = source()
    return Provenance.objects.create(centre=of, **facts)


def import_run(**facts):
    facts = {"file_name": "register.csv", "file_digest": "0" * 64, **facts}
    facts.setdefault("as_of", datetime.date(2025, 6, 1))
    if "source" not in facts:
        facts["source"] = source()
    return ImportRun.objects.create(**facts)


def source_record(of, **facts):
    """The entry of a register that the centre `of` came from."""
    facts = {"key": f"1-{next(_number)}", **facts}
    if "source" not in facts:
        facts["source"] = source()
    return SourceRecord.objects.create(centre=of, **facts)
