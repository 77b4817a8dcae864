"""Texts of guides: drafted by one person, published by another, and what shipped with the project.

The public reads the live text only, so a draft changes nothing until it is published. What the
database refuses by itself is in `models/guide_guards.py`.
"""

from contextlib import contextmanager

from django.db import transaction
from django.utils import timezone

from .guide_text import Malformed, parse, sources_of
from .models import Act, AuditEntry, Guide, GuideRevision, GuideSection, Reference, RevisionState
from .workflow import NotAllowed, NotPossible, Overtaken, ReasonOwed

DRAFT = "centres.draft_guide"
PUBLISH = "centres.publish_guide"
#: What a new draft takes over from the live text. Its review is its own.
CARRIED = ("title", "summary", "author_role")


def begin(guide, *, by, now):
    """A new draft of a guide by `by`, with the live text's words if there are any.

    Raises `NotAllowed`, or `Overtaken` where there is a draft.
    """
    with _noting_refusal(guide, "draft", by=by, now=now), transaction.atomic():
        if not by.has_perm(DRAFT):
            raise NotAllowed("You may not draft texts of guides.")
        guide = Guide.objects.select_for_update().get(pk=guide.pk)
        if other := guide.revisions.drafts().first():
            raise Overtaken(f"There is a draft already, by {other.author or other.author_role}.")
        live = guide.revisions.live().first()
        latest = guide.revisions.order_by("-number").first()
        words = {name: getattr(live, name) for name in CARRIED} if live else _blank(guide)
        draft = GuideRevision.objects.create(
            guide=guide, number=latest.number + 1 if latest else 1, author=by, saved_at=now, **words
        )
        for section in live.sections.all() if live else ():
            GuideSection.objects.create(
                revision=draft,
                heading=section.heading,
                country=section.country,
                text=section.text,
            )
        AuditEntry.objects.note(Act.ADDED, person=by, row=draft, now=now)
    return draft


def _blank(guide):
    name = guide.substance.label
    return {
        "title": name,
        "summary": f"{name}: treatment, and where to find it.",
        "author_role": "The directory’s editors",
    }


def publish(revision, *, by, seen, now):
    """Make a draft by somebody else the live text; the one that was live is kept as replaced.

    seen: the draft's `saved_at` as the person saw it. Raises `NotAllowed`, `Overtaken` where it is
    no longer that draft, or `NotPossible` where it is not fit to be read.
    """
    with _noting_refusal(revision, "publish", by=by, now=now), transaction.atomic():
        revision = _locked(revision)
        if not by.has_perm(PUBLISH):
            raise NotAllowed("You may not publish texts of guides.")
        if revision.state != RevisionState.DRAFT:
            raise Overtaken(f"This text is {revision.get_state_display().lower()}.")
        if revision.author_id == by.pk:
            raise NotAllowed("You wrote this, so somebody else publishes it.")
        if revision.saved_at != seen:
            raise Overtaken("It was changed since you opened it. Read it again.")
        if problems := problems_of(revision, today=timezone.localdate(now)):
            raise NotPossible(" ".join(problems))
        _make_live(revision, by=by, now=now)
        AuditEntry.objects.note(Act.DECIDED, person=by, row=revision, now=now, note="Published.")


def _make_live(revision, *, by, now):
    revision.guide.revisions.live().update(state=RevisionState.REPLACED)
    revision.state, revision.publisher, revision.published_at = RevisionState.PUBLISHED, by, now
    revision.save(update_fields=["state", "publisher", "published_at"])


def withdraw(revision, *, by, reason="", now):
    """Take back one's own draft, or, with the right to publish, another's draft or the live text.

    Raises `NotAllowed`, `Overtaken` or `ReasonOwed`.
    """
    with _noting_refusal(revision, "withdraw", by=by, now=now), transaction.atomic():
        revision = _locked(revision)
        is_own_draft = revision.state == RevisionState.DRAFT and revision.author_id == by.pk
        if not is_own_draft and not by.has_perm(PUBLISH):
            raise NotAllowed("You may not withdraw this text.")
        if revision.state not in {RevisionState.DRAFT, RevisionState.PUBLISHED}:
            raise Overtaken(f"This text is {revision.get_state_display().lower()}.")
        if not is_own_draft and not reason.strip():
            raise ReasonOwed("Give the reason.")
        revision.state, revision.reason = RevisionState.WITHDRAWN, reason.strip()
        revision.save(update_fields=["state", "reason"])
        AuditEntry.objects.note(
            Act.DECIDED, person=by, row=revision, now=now, note=f"Withdrawn. {reason}".strip()
        )


def steps_for(revision, *, by):
    """What to offer a person on a text: some of "publish" and "withdraw"."""
    own = revision.author_id == by.pk
    if revision.state == RevisionState.DRAFT:
        if own:
            return ["withdraw"]
        return ["publish", "withdraw"] if by.has_perm(PUBLISH) else []
    live = revision.state == RevisionState.PUBLISHED
    return ["withdraw"] if live and by.has_perm(PUBLISH) else []


def problems_of(revision, *, today):
    """Why a text cannot be published: sentences, none where it can."""
    problems = []
    sections = list(revision.sections.all())
    if not sections:
        problems.append("It has no sections.")
    for section in sections:
        problems += [f"{section}: {problem}" for problem in problems_of_text(section.text)]
    if revision.reviewed_on is None:
        problems.append("Say in which role it was compared with its sources, when, and when next.")
    elif revision.reviewed_on > today:
        problems.append("The day of its review is still to come.")
    elif revision.is_due(today=today):
        problems.append("Its next review is due already.")
    return problems


def problems_of_text(text):
    """Why a section's text cannot be shown: sentences, none where it can."""
    try:
        named = set(sources_of(parse(text)))
    except Malformed as malformed:
        return malformed.problems
    known = set(Reference.objects.filter(slug__in=named).values_list("slug", flat=True))
    return [f"There is no source called “{slug}”." for slug in sorted(named - known)]


def _locked(revision):
    Guide.objects.select_for_update().get(pk=revision.guide_id)
    return GuideRevision.objects.select_for_update().get(pk=revision.pk)


@contextmanager
def _noting_refusal(row, step, *, by, now):
    """Notes in the audit, after all is rolled back, that somebody was not allowed to."""
    try:
        yield
    except NotAllowed as refusal:
        note = f"{step}: {refusal}"
        AuditEntry.objects.note(Act.REFUSED, person=by, row=row, now=now, note=note)
        raise
