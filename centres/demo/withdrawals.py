"""The made-up centres that asked not to be listed, each with the decision that it rests on."""

from ..models import Centre, Status, Withdrawal

#: Days before the day of loading on which it was decided, and who asked.
DECIDED_DAYS_AGO = 30
ASKED_FOR_BY = "The made-up manager"
REASON = "Made up for the demo: this centre asked not to be listed."


def first_status(row):
    """The status in which a row of the file is put in: a withdrawal comes after its centre."""
    is_withdrawn = row["status"] == Status.WITHDRAWN
    return Status.DRAFT if is_withdrawn else row["status"]


def withdraw(centres, rows, *, decided_at, approver):
    """Withdraw those of `centres` whose row says so. decided_at: an aware datetime."""
    going = [
        centre
        for centre, row in zip(centres, rows, strict=True)
        if row["status"] == Status.WITHDRAWN
    ]
    Withdrawal.objects.bulk_create(
        Withdrawal(
            centre=centre,
            asked_for_by=ASKED_FOR_BY,
            reason=REASON,
            asked_at=decided_at,
            withdrawn_at=decided_at,
            withdrawn_by=approver,
        )
        for centre in going
    )
    Centre.objects.filter(pk__in=[centre.pk for centre in going]).update(status=Status.WITHDRAWN)
