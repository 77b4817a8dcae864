"""A made-up correction and a made-up reply, so that the demo shows what stands beside a fact."""

import datetime

from .. import tokens, working_days
from ..models import Centre, Problem, Reply, ReplyState, Report, ReportState
from ..reports import WORKING_DAYS

#: Whose price was corrected, and who replies to the regulator's rating.
CORRECTED, REPLIES = "eddlestoke-house-demo", "rushelgarth-farm-demo"
#: Longer ago than the pages count how reports were answered: that figure is never made up.
DAYS_AGO = 120
REPLY = (
    "Since that inspection we have appointed a new manager and put right what it found. We have "
    "asked the inspector to come again. (Made up for the demo.)"
)


def remark(*, now, today, researcher):
    """Put both in for the demo centres that are meant and have none."""
    told_at = now - datetime.timedelta(days=DAYS_AGO)
    told_on = today - datetime.timedelta(days=DAYS_AGO)
    centres = Centre.objects.demo()
    for centre in centres.filter(slug=CORRECTED, reports=None):
        Report.objects.create(
            centre=centre,
            token=tokens.digest(tokens.new()),
            problem=Problem.WRONG_FACT,
            fact="programme.price",
            programme=centre.programmes.first(),
            reported_at=told_at,
            due_on=working_days.after(told_on, WORKING_DAYS),
            state=ReportState.UPHELD,
            answer="You were right: the price had changed. Thank you. (Made up for the demo.)",
            corrected_on=told_on + datetime.timedelta(days=2),
            decided_at=told_at + datetime.timedelta(days=2),
            decided_by=researcher,
        )
    for centre in centres.filter(slug=REPLIES, replies=None):
        Reply.objects.create(
            centre=centre,
            claim=centre.claims.first(),
            fact="rating",
            text=REPLY,
            replied_at=now - datetime.timedelta(days=3),
            state=ReplyState.SHOWN,
            decided_at=now - datetime.timedelta(days=1),
            decided_by=researcher,
        )
