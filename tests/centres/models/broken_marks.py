"""Each guard of marks, agreements and records broken on purpose, in SQL, with its neighbour."""

from django.utils import timezone

from centres.models import (
    Advertisement,
    AuditEntry,
    Centre,
    EvidenceFile,
    Proposal,
    VerificationEvent,
)
from tests import factories

from .statements import (
    AT,
    FIRST,
    LAST,
    LATER,
    NO_ADVERT,
    UNMARKED,
    approval,
    approved,
    breaks,
    delete,
    demo_centre,
    insert,
    person,
    queued,
    revocation,
    run,
    sent,
    update,
    verified,
)


def agreement(centre, begins=FIRST, ends=LAST, **facts):
    mona, reference = factories.person("mona"), f"AG-{factories.source().pk}"
    facts = {"fee_band": "under-250", "seller": mona, "recorded_by": mona, **facts}
    return Advertisement(
        centre=centre, runs_from=begins, runs_until=ends, reference=reference, **facts
    )


@breaks("centres_centre_is_not_born_verified")
def of_a_centre_born_verified():
    dates = {"verified_from": FIRST, "verified_until": LAST}
    facts = {"name": "Oak", "slug": "oak", "country": "GB"}
    yield insert(_as_added(Centre(**facts, **dates)))
    yield [insert(_as_added(Centre(**facts)))]


def _as_added(centre):
    centre.created_at = timezone.now()
    return centre


@breaks("centres_centre_verified_by_an_approved_case")
def of_a_mark_without_a_case():
    def mark(centre, begins=FIRST, ends=LAST):
        return update(centre, verified_from=begins, verified_until=ends)

    pending, listed, lapsed = sent(), approved(purpose="listed"), approved()
    revoked, replaced = approved(), approved()
    run(revocation(revoked))
    later = sent(replaced.centre)
    run(approval(later, decided_at="2026-02-02 12:00:00"), revocation(later))
    yield mark(factories.centre())
    yield mark(pending.centre)
    yield mark(listed.centre)
    yield mark(revoked.centre)
    yield mark(replaced.centre)
    yield mark(lapsed.centre, ends=LATER)
    yield mark(lapsed.centre, begins="2025-12-31")
    yield [mark(lapsed.centre), update(lapsed.centre, **UNMARKED)]


@breaks("centres_centre_advertises_by_an_agreement")
def of_a_mark_without_an_agreement():
    centre, other = verified(), verified()
    approved(centre, "advertiser")
    factories.advertise(other, FIRST, LAST)
    run(insert(agreement(centre, FIRST, "2026-03-31")))
    ended = agreement(centre, "2026-04-01", "2026-04-30", ended_on=AT[:10], end_reason="Why not.")
    run(insert(ended))
    yield update(centre, advertiser_from=FIRST, advertiser_until=LAST)
    yield update(centre, advertiser_from="2026-01-02", advertiser_until="2026-03-31")
    yield update(centre, advertiser_from="2026-04-01", advertiser_until="2026-04-30")
    yield [update(centre, advertiser_from=FIRST, advertiser_until="2026-03-31")]


@breaks("centres_centre_advertises_by_an_approved_case")
def of_a_mark_whose_case_was_revoked():
    centre, revoked = verified(), verified()
    for of in (centre, revoked):
        approved(of, "advertiser")
        run(insert(agreement(of)))
    run(revocation(revoked.verifications.get(purpose="advertiser")))
    yield update(revoked, advertiser_from=FIRST, advertiser_until=LAST)
    yield [update(centre, advertiser_from=FIRST, advertiser_until=LAST)]


@breaks("centres_advertisement_overlaps_no_other")
def of_an_advert_beside_another():
    centre = verified()
    approved(centre, "advertiser")
    ended = agreement(centre, "2026-07-01", LAST, ended_on="2026-08-01", end_reason="Why not.")
    run(insert(agreement(centre, "2026-03-01", "2026-03-31")), insert(ended))
    yield insert(agreement(centre, "2026-03-31", "2026-04-30"))
    yield insert(agreement(centre, "2026-02-01", "2026-03-01"))
    yield insert(agreement(centre, "2026-03-10", "2026-03-10"))
    yield insert(agreement(centre, "2026-02-01", "2026-04-30"))
    yield insert(agreement(centre, "2026-07-31", LAST))
    yield [
        insert(agreement(centre, "2026-04-01", "2026-04-30")),
        insert(agreement(centre, "2026-02-01", "2026-02-28")),
        insert(agreement(centre, "2026-08-01", LAST)),
    ]


@breaks("centres_advertisement_within_the_verification")
def of_an_advert_that_outlasts_the_verification():
    centre, never = verified(), factories.centre()
    for of in (centre, never):
        factories.approved(of, "2025-01-01", "2028-01-01", purpose="advertiser")
    yield insert(agreement(centre, FIRST, LATER))
    yield insert(agreement(centre, "2025-12-31", LAST))
    yield insert(agreement(never))
    yield [insert(agreement(centre))]


@breaks("centres_advertisement_by_an_approved_advertiser")
def of_an_advert_without_approval():
    centre, revoked, never = verified(), verified(), verified()
    factories.approved(centre, "2026-02-01", "2026-10-31", purpose="advertiser")
    run(revocation(approved(revoked, "advertiser")))
    yield insert(agreement(never))
    yield insert(agreement(revoked))
    yield insert(agreement(centre, "2026-01-31", "2026-10-31"))
    yield insert(agreement(centre, "2026-02-01", "2026-11-01"))
    yield [insert(agreement(centre, "2026-02-01", "2026-10-31"))]


@breaks("centres_advertisement_is_not_rewritten")
def of_rewriting_an_agreement():
    centre, other = verified(), verified()
    row, ended = factories.advertise(centre, FIRST, LAST), factories.advertise(other, FIRST, LAST)
    end = {"ended_on": "2026-03-01", "end_reason": "They asked."}
    run(update(centre, **NO_ADVERT), update(other, **NO_ADVERT), update(ended, **end))
    yield update(row, centre_id=other.pk)
    yield update(row, fee_band="1000-or-more")
    yield update(row, runs_from="2026-01-02")
    yield update(row, runs_until="2026-01-02")
    yield update(row, reference="AG-2")
    yield update(row, seller_id=person("alan2"))
    yield update(row, id=row.pk + 1000)
    yield update(ended, end_reason="We asked.")
    yield update(ended, ended_on=None, end_reason="")
    yield [update(row, **end)]


@breaks("centres_advertisement_ended_ends_the_mark")
def of_a_mark_that_outlives_its_agreement():
    centre = verified()
    row = factories.advertise(centre, FIRST, LAST)
    end = update(row, ended_on="2026-03-01", end_reason="They asked.")
    yield end
    yield [update(centre, **NO_ADVERT), end]


@breaks("centres_advertisement_is_not_deleted")
def of_deleting_an_agreement():
    made_up = demo_centre()
    factories.verify(made_up, FIRST, LAST)
    yield delete(factories.advertise(verified(), FIRST, LAST))
    yield [delete(factories.advertise(made_up, FIRST, LAST))]


def event(case, **facts):
    facts = {"action": "open", "to_state": "queued", "version": 1, **facts}
    return VerificationEvent(verification=case, happened_at=timezone.now(), **facts)


@breaks("centres_verificationevent_says_what_happened")
def of_an_event_that_did_not_happen():
    case = queued()
    yield insert(event(case, version=2))
    yield insert(event(case, to_state="in_review"))
    yield [insert(event(case))]


@breaks("centres_verificationevent_is_not_changed")
def of_changing_an_event():
    case, other = queued(), queued()
    run(insert(event(case)))
    row = case.events.get()
    yield update(row, reason="Never mind.")
    yield update(row, action="open")
    yield [insert(event(other))]


@breaks("centres_verificationevent_is_not_deleted")
def of_deleting_an_event():
    case, made_up = queued(), queued(demo_centre())
    run(insert(event(case)), insert(event(made_up)))
    yield delete(case.events.get())
    yield [delete(made_up.events.get())]


@breaks("centres_auditentry_is_not_changed")
def of_changing_the_audit():
    entry = AuditEntry.objects.create(act="saw", kind="centre")
    yield update(entry, person="nobody")
    yield update(entry, at=AT)
    yield [insert(AuditEntry(act="saw", kind="centre"))]


@breaks("centres_auditentry_is_not_deleted")
def of_deleting_from_the_audit():
    yield delete(AuditEntry.objects.create(act="saw", kind="centre"))
    yield [insert(AuditEntry(act="saw", kind="centre"))]


def document():
    facts = {"name": "a.pdf", "sha256": "0" * 64, "size": 1}
    return EvidenceFile(added_by=factories.person("ruth"), **facts)


@breaks("centres_evidencefile_is_not_changed")
def of_changing_a_document():
    run(insert(document()))
    row = EvidenceFile.objects.get()
    yield update(row, sha256="1" * 64)
    yield update(row, name="b.pdf")
    yield [insert(document())]


@breaks("centres_evidencefile_is_not_deleted")
def of_deleting_a_document():
    run(insert(document()))
    yield delete(EvidenceFile.objects.get())
    yield [insert(document())]


@breaks("centres_proposal_decided_stands")
def of_deciding_twice():
    facts = {"method": "website", "as_of": FIRST, "changes": []}
    pending, done = (Proposal.objects.create(centre=factories.centre(), **facts) for _ in range(2))
    decision = {"decided_at": AT, "decided_by_id": person("alan")}
    run(update(done, state="approved", **decision))
    yield update(done, state="rejected", reason="On second thoughts.")
    yield update(done, state="pending", decided_at=None, decided_by_id=None)
    yield update(pending, changes='["something else"]')
    yield update(pending, proposer_id=person("ruth"))
    yield update(pending, centre_id=factories.centre().pk)
    yield update(pending, origin="centre")
    yield update(pending, proposed_at=AT)
    yield [update(pending, state="approved", **decision)]
