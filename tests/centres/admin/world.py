"""Every noun once, and a case in every state, for the walk through every address of the admin."""

import datetime
from types import SimpleNamespace

from django.contrib.auth.models import Group
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from centres import evidence
from centres.models import Act, AuditEntry, JobRun, State
from tests import factories
from tests.centres import callbacks, cast, reporting, texts

PDF = b"%PDF-1.7\n%%EOF\n"
YEAR = datetime.timedelta(days=365)


def world():
    """People, rows by noun, and cases by state."""
    now = timezone.now()
    today = timezone.localdate(now)
    people = cast.cast()
    people.guest = factories.person("guest", is_staff=False)
    required = cast.required(slug="seen", title="Seen")
    kept = factories.centre(verified_from=today, verified_until=today + YEAR)
    factories.source_record(kept, last_run=factories.import_run())
    programme = factories.programme(kept, name="Residential")
    factories.provenance(kept)
    rows = {
        "centre": factories.centre(name="A draft", status="draft"),
        "programme": programme,
        "provider": factories.provider(),
        "provenance": kept.provenance.get(),
        "source": factories.source(),
        "importrun": kept.source_records.get().last_run,
        "sourcerecord": kept.source_records.get(),
        "term": factories.term("substance", "ketamine"),
        "advertisement": factories.advertise(kept, today, today + YEAR / 2, seller=people.mona),
        "proposal": factories.proposal(kept, proposer=people.ruth),
        "auditentry": AuditEntry.objects.note(Act.SAW, person=people.ruth, row=kept, now=now),
        "user": factories.person("somebody"),
        "group": Group.objects.create(name="Another role"),
        "claim": factories.claim(kept, document=PDF),
        "report": reporting.reported(kept, text=reporting.WORDS, now=now),
        "reply": reporting.replied(kept, now=now),
        "evidencefile": evidence.keep(SimpleUploadedFile("deed.pdf", PDF), by=people.ruth, now=now),
    }
    cases = {state: cast.case_in(state, people, now=now) for state in State.values}
    rows["guiderevision"] = texts.draft(author=people.ruth)
    rows["guide"] = rows["guiderevision"].guide
    rows["reference"] = texts.reference()
    rows["submission"] = factories.submission()
    rows["withdrawal"] = factories.withdraw(factories.centre(name="A withdrawn one"))
    rows["callbackrequest"] = callbacks.asked(now=now)
    rows["outgoingmail"] = factories.mail(now=now)
    rows["jobrun"] = JobRun.objects.create(job="send-mail")
    rows["verification"] = cases[State.IN_REVIEW]
    rows["criterion"] = factories.criterion(slug="used-by-none")
    return SimpleNamespace(
        people=people, rows=rows, cases=cases, kept=kept, required=required, now=now, today=today
    )
