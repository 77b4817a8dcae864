"""The day's work: what waits for whom, on the admin's front page, and “take the next one”."""

from dataclasses import dataclass

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import Prefetch
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST

from centres import (
    callback_queue,
    cases,
    claim_decisions,
    guides,
    proposals,
    replies,
    reports,
    submissions,
    withdrawals,
)
from centres.models import (
    Act,
    AuditEntry,
    CallbackRequest,
    Centre,
    Claim,
    GuideRevision,
    Proof,
    Proposal,
    Purpose,
    Reply,
    Report,
    State,
    Submission,
    Verification,
    Withdrawal,
)
from centres.models.centre import EXPIRING_DAYS
from centres.roles import ROLES
from centres.workflow import APPROVE, REVIEW, NotAllowed

from .case_facts import label_of
from .facts import age_in_words
from .worklist import Kind, Row, Section, Waiting

#: Rows of each list that stand on the front page.
FIRST = 5
#: The right that only those have who read everything.
READ_AUDIT = "centres.view_auditentry"
SELL = "centres.add_advertisement"

CASES = "admin:centres_verification_changelist"
CENTRES = "admin:centres_centre_changelist"
PROPOSALS = "admin:centres_proposal_changelist"

_DAYS = {-1: "1 day overdue", 0: "today", 1: "tomorrow"}


def days_in_words(day, *, today):
    """How far off a day is: "in 3 days", "2 days overdue" for one that has gone."""
    days = (day - today).days
    if days in _DAYS:
        return _DAYS[days]
    return f"in {days} days" if days > 0 else f"{-days} days overdue"


def due_in_words(case, *, today):
    """When an open case is due; when a closed one was decided."""
    if case.is_open:
        words = days_in_words(case.due_on, today=today)
        return words if case.is_overdue(today=today) else f"due {words}"
    return f"decided {timezone.localdate(case.decided_at):%-d %B %Y}"


def name_of(person):
    return person.get_full_name() or person.get_username()


def who_has_it(case):
    """In whose hands an open case is; of a closed one, who reviewed it."""
    if case.reviewer is None:
        return "nobody"
    if case.state == State.AWAITING_APPROVAL:
        return f"an approver, from {name_of(case.reviewer)}"
    return name_of(case.reviewer)


def place_of(centre):
    return f"{centre.town} {centre.postcode}".strip()


def case_row(case, *, now):
    today = timezone.localdate(now)
    return Row(
        url=case.get_absolute_url(),
        centre=case.centre.name,
        cells=(
            place_of(case.centre),
            case.get_purpose_display(),
            case.get_opened_for_display(),
            due_in_words(case, today=today),
            who_has_it(case),
        ),
        is_late=case.is_overdue(today=today),
    )


def lapsing_row(centre, *, now):
    """A centre with its open case, to which the line leads where there is one."""
    case = next(iter(centre.open_cases), None)
    lapses = f"lapses {days_in_words(centre.verified_until, today=timezone.localdate(now))}"
    if case is None:
        cells = "no open case", "", lapses, "nobody"
    else:
        cells = (
            case.get_purpose_display(), case.get_opened_for_display(), lapses, who_has_it(case),
        )  # fmt: skip
    url = case.get_absolute_url() if case else change_url(centre)
    return Row(url=url, centre=centre.name, cells=(place_of(centre), *cells))


def proposal_row(proposal, *, now):
    number = len(proposal.changes)
    return Row(
        url=change_url(proposal),
        centre=proposal.centre.name,
        cells=(
            place_of(proposal.centre),
            f"{number} fact{'' if number == 1 else 's'}",
            proposal.get_origin_display(),
            age_in_words(timezone.localdate(proposal.proposed_at), now=now),
            name_of(proposal.proposer) if proposal.proposer else "from outside the team",
        ),
    )


def text_row(revision, *, now):
    return Row(
        url=change_url(revision),
        centre=str(revision.guide),
        cells=(
            revision.title,
            name_of(revision.author) if revision.author else revision.author_role,
            age_in_words(timezone.localdate(revision.saved_at), now=now),
        ),
    )


def report_row(report, *, now):
    """A report, of which nothing that was written is fetched."""
    today = timezone.localdate(now)
    return Row(
        url=change_url(report),
        centre=report.centre.name,
        cells=(
            place_of(report.centre),
            report.get_problem_display(),
            report_due_in_words(report, today=today),
            f"{report.number} is hidden until it is answered" if report.hides_a_number else "",
        ),
        is_late=report.is_overdue(today=today),
    )


def report_due_in_words(report, *, today):
    """When an open report is due; when another was answered."""
    if not report.is_open:
        return f"answered {timezone.localdate(report.decided_at):%-d %B %Y}"
    words = days_in_words(report.due_on, today=today)
    return words if report.is_overdue(today=today) else f"due {words}"


def reply_row(reply, *, now):
    written = age_in_words(timezone.localdate(reply.replied_at), now=now)
    return Row(
        url=change_url(reply),
        centre=reply.centre.name,
        cells=(place_of(reply.centre), label_of(reply.fact), written),
    )


def claim_row(claim, *, now):
    return Row(
        url=change_url(claim),
        centre=claim.centre.name,
        cells=(
            place_of(claim.centre),
            "Read out a code" if claim.proof == Proof.PHONE else "Look at a document",
            age_in_words(timezone.localdate(claim.asked_at), now=now),
            name_of(claim.rung_by) if claim.rung_by else "nobody",
        ),
    )


def callback_row(request, *, now):
    """A request to be called, of which nothing that was written is fetched."""
    has_it = request.opened_by if request.is_open(now=now) else None
    ends = days_in_words(timezone.localdate(request.delete_at), today=timezone.localdate(now))
    return Row(
        url=change_url(request),
        centre=str(request),
        cells=(
            str(request.centre or "Our team"),
            age_in_words(timezone.localdate(request.asked_at), now=now),
            request.get_state_display(),
            f"deleted {ends}",
            name_of(has_it) if has_it else "nobody",
        ),
    )


def withdrawal_row(row, *, now):
    return Row(
        url=reverse("admin:centres_centre_withdraw", args=[row.centre_id]),
        centre=row.centre.name,
        cells=(
            place_of(row.centre),
            row.asked_for_by,
            age_in_words(timezone.localdate(row.asked_at), now=now),
        ),
    )


def submission_row(row, *, now):
    return Row(
        url=change_url(row),
        centre=row.centre.name,
        cells=(
            row.centre.get_country_display(),
            age_in_words(timezone.localdate(row.sent_at), now=now),
        ),
    )


def change_url(row):
    return reverse(f"admin:centres_{row._meta.model_name}_change", args=[row.pk])


def _in_hand(rows):
    return rows.select_related("centre", "reviewer").in_order()


def _with_open_case(centres):
    open_cases = Verification.objects.open().select_related("reviewer")
    return centres.order_by("verified_until", "name", "pk").prefetch_related(
        Prefetch("verifications", open_cases, to_attr="open_cases")
    )


def _oldest_first(rows):
    return rows.select_related("centre", "proposer").order_by("proposed_at", "pk")


OF_CASES = Kind(
    ("Centre", "Place", "Purpose", "Why opened", "Due", "Who has it"), CASES, _in_hand, case_row
)
OF_CENTRES = Kind(
    ("Centre", "Place", "Open case", "Why opened", "Lapses", "Who has it"),
    CENTRES,
    _with_open_case,
    lapsing_row,
)
OF_PROPOSALS = Kind(
    ("Centre", "Place", "Changes", "From", "Proposed", "By whom"),
    PROPOSALS,
    _oldest_first,
    proposal_row,
)


OF_TEXTS = Kind(
    ("Guide", "Title", "By whom", "Last saved"),
    "admin:centres_guiderevision_changelist",
    lambda rows: rows.select_related("guide__substance", "author").order_by("saved_at", "pk"),
    text_row,
)


OF_REPORTS = Kind(
    ("Centre", "Place", "Problem", "Due", "Number"),
    "admin:centres_report_changelist",
    lambda rows: rows.defer("text", "email").select_related("centre", "phone").in_order(),
    report_row,
)
OF_REPLIES = Kind(
    ("Centre", "Place", "Fact", "Written"),
    "admin:centres_reply_changelist",
    lambda rows: rows.select_related("centre").order_by("replied_at", "pk"),
    reply_row,
)
OF_CLAIMS = Kind(
    ("Centre", "Place", "What to do", "Asked", "Who has it"),
    "admin:centres_claim_changelist",
    lambda rows: rows.sealed().select_related("centre", "rung_by").order_by("asked_at", "pk"),
    claim_row,
)


OF_WITHDRAWALS = Kind(
    ("Centre", "Place", "Who asked", "When"),
    "admin:centres_withdrawal_changelist",
    lambda rows: rows.select_related("centre").order_by("asked_at", "pk"),
    withdrawal_row,
)
OF_SUBMISSIONS = Kind(
    ("Centre", "Country", "Sent in"),
    "admin:centres_submission_changelist",
    lambda rows: rows.select_related("centre").order_by("sent_at", "pk"),
    submission_row,
)
OF_CALLBACKS = Kind(
    ("Request", "To whom", "Asked", "State", "Until when", "Who has it open"),
    "admin:centres_callbackrequest_changelist",
    lambda rows: rows.select_related("centre", "opened_by").order_by("asked_at", "pk"),
    callback_row,
)


#: In the order of the page. Of two with the same name a person gets the first that is for them.
SECTIONS = (
    Section(
        "mine", "Mine", "You have no case in hand.", (REVIEW,), OF_CASES, "whose=mine",
        lambda user, now: Verification.objects.mine(user),
    ),
    Section(
        "callbacks", "People to call back", "Nobody waits for our team to call.",
        (callback_queue.ANSWER,), OF_CALLBACKS, "to=team",
        lambda user, now: CallbackRequest.objects.sealed().for_team().waiting(now=now),
    ),
    Section(
        "unread-callbacks", "Requests whose centre let the link run out",
        "No centre has let a link run out.", (callback_queue.ANSWER,), OF_CALLBACKS, "to=unread",
        lambda user, now: CallbackRequest.objects.sealed().unread(now=now),
    ),
    Section(
        "overdue", "Overdue", "Nothing is overdue.", (REVIEW, APPROVE, READ_AUDIT), OF_CASES,
        "due=overdue",
        lambda user, now: Verification.objects.overdue(today=timezone.localdate(now)),
    ),
    Section(
        "approval", "Awaiting my approval", "Nothing waits for your approval.", (APPROVE,),
        OF_CASES, "whose=approval",
        lambda user, now: Verification.objects.awaiting_approval_by(user),
    ),
    Section(
        "approval", "Awaiting approval", "Nothing waits for approval.", (READ_AUDIT,),
        OF_CASES, "state=awaiting_approval",
        lambda user, now: Verification.objects.filter(state=State.AWAITING_APPROVAL),
    ),
    Section(
        "proposals", "Proposals awaiting my decision", "No proposal waits for your decision.",
        (proposals.APPROVE,), OF_PROPOSALS, "state=to-decide",
        lambda user, now: Proposal.objects.awaiting_decision_by(user),
    ),
    Section(
        "proposals", "Proposals awaiting a decision", "No proposal waits for a decision.",
        (READ_AUDIT,), OF_PROPOSALS, "",
        lambda user, now: Proposal.objects.pending(),
    ),
    Section(
        "texts", "Texts of guides awaiting my publication", "No text waits for your publication.",
        (guides.PUBLISH,), OF_TEXTS, "state=to-publish",
        lambda user, now: GuideRevision.objects.awaiting_publication_by(user),
    ),
    Section(
        "overdue-reports", "Reports overdue", "No report is overdue.",
        (reports.ANSWER, READ_AUDIT), OF_REPORTS, "state=overdue",
        lambda user, now: Report.objects.overdue(today=timezone.localdate(now)),
    ),
    Section(
        "reports", "Reports to answer", "No report waits for an answer.",
        (reports.ANSWER, READ_AUDIT), OF_REPORTS, "",
        lambda user, now: Report.objects.open(),
    ),
    Section(
        "replies", "Replies of centres to review", "No reply waits for review.",
        (replies.REVIEW, READ_AUDIT), OF_REPLIES, "",
        lambda user, now: Reply.objects.pending(),
    ),
    Section(
        "claims", "Claims by centres", "No claim waits for us.",
        (claim_decisions.DECIDE, READ_AUDIT), OF_CLAIMS, "",
        lambda user, now: Claim.objects.awaiting_team(now=now),
    ),
    Section(
        "withdrawals", "Centres that ask not to be listed", "No centre asks not to be listed.",
        (withdrawals.WITHDRAW, READ_AUDIT), OF_WITHDRAWALS, "standing=waiting",
        lambda user, now: Withdrawal.objects.waiting(),
    ),
    Section(
        "submissions", "Sent in, and neither listed nor answered",
        "Everything sent in is listed or answered.", (submissions.TURN_DOWN, READ_AUDIT),
        OF_SUBMISSIONS, "",
        lambda user, now: Submission.objects.unanswered(),
    ),
    Section(
        "unassigned", "Unassigned", "No case is waiting to be taken.", (REVIEW, READ_AUDIT),
        OF_CASES, "whose=nobody",
        lambda user, now: Verification.objects.unassigned(),
    ),
    Section(
        "applications", "Applications to advertise", "No application to advertise is open.",
        (SELL,), OF_CASES, f"purpose__exact={Purpose.ADVERTISER}",
        lambda user, now: Verification.objects.open().filter(purpose=Purpose.ADVERTISER),
    ),
    Section(
        "lapsing", f"Lapsing within {EXPIRING_DAYS} days", "No verification lapses soon.",
        (REVIEW, APPROVE, READ_AUDIT), OF_CENTRES, "status=listed&verification=expiring",
        lambda user, now: Centre.objects.expiring(now=now),
    ),
    Section(
        "lapsing", f"Advertisers whose verification lapses within {EXPIRING_DAYS} days",
        "No advertiser’s verification lapses soon.", (SELL,), OF_CENTRES,
        "status=listed&verification=advertiser-expiring",
        lambda user, now: Centre.objects.advertisers(now=now) & Centre.objects.expiring(now=now),
    ),
)  # fmt: skip


@dataclass(frozen=True)
class DaysWork:
    """The front page of one person. `roles` are named to somebody who has none."""

    waiting: list
    may_take: bool
    roles = tuple(ROLES)

    @property
    def queue_is_empty(self):
        return not any(part.section.name == "unassigned" and part.count for part in self.waiting)


def days_work(user, *, now):
    """What waits for `user` at `now`; the number of queries depends on their role alone."""
    sections = {}
    for section in SECTIONS:
        if section.name not in sections and section.is_for(user):
            sections[section.name] = section
    waiting = [_waiting(section, user, now=now) for section in sections.values()]
    return DaysWork(waiting=waiting, may_take=user.has_perm(REVIEW))


def _waiting(section, user, *, now):
    rows = section.rows(user, now)
    first = section.kind.ready(rows)[:FIRST]
    return Waiting(section, rows.count(), [section.kind.row(row, now=now) for row in first])


@require_POST
def take_the_next(request):
    """Take the case that is due first and go to its page, or say that there is none."""
    now = timezone.now()
    try:
        case = cases.take_next(by=request.user, now=now)
    except NotAllowed as refusal:
        AuditEntry.objects.note(
            Act.REFUSED, person=request.user, row=request.user, now=now, note=f"take: {refusal}"
        )
        raise PermissionDenied(str(refusal)) from refusal
    if case is None:
        messages.info(request, "The queue is empty: no case is waiting to be taken.")
        return redirect("admin:index")
    due = due_in_words(case, today=timezone.localdate(now))
    messages.success(request, f"You have taken this case. It is {due}.")
    return redirect(case)
