"""Mail that waits and is sent: by `run_due`, one by one, tried again when it fails.

A message is written in the transaction of what it tells of, so that there is never one without the
other. Whoever sends it first takes it for a while (`LEASE`); killed in between, it is sent again
after that. So a message is never lost, and a machine that stops between sending one and noting so
may send that one twice, under the same Message-ID.
"""

import datetime
import smtplib
import time

from django.conf import settings
from django.core.mail import EmailMessage
from django.core.validators import validate_email
from django.db.models import F, Q

from .models import Closed, OutgoingMail
from .models.encrypted import cipher

#: How long to wait after each failure; after the last the message is given up. Four days in all.
PAUSES = tuple(
    datetime.timedelta(minutes=minutes)
    for minutes in (1, 5, 15, 60, 180, 360, 720, 1440, 1440, 1440)
)
#: How long whoever sends a message has it to themselves: several times the longest wait on a
#: server (EMAIL_TIMEOUT), which a conversation may have at each of its steps.
LEASE = datetime.timedelta(minutes=15)
#: One run sends for so long and leaves the rest to the next.
RUN = datetime.timedelta(minutes=5)
#: A message that no key reads is kept this long for the key to come back.
KEPT_UNREAD_FOR = datetime.timedelta(days=30)
#: No mail can reach anybody there (RFC 2606): made-up centres have their addresses in it.
NOWHERE = ".invalid"
#: What is done is forgotten after this; until then its `once` holds.
KEPT_DONE_FOR = datetime.timedelta(days=90)
#: What ails the server and not one message: the rest of the run would fail alike.
OF_THE_SERVER = (
    smtplib.SMTPConnectError,
    smtplib.SMTPHeloError,
    smtplib.SMTPAuthenticationError,
    smtplib.SMTPServerDisconnected,
    smtplib.SMTPNotSupportedError,
)


def post(kind, *, to, subject, body, now, once=""):
    """Have a message sent, in the caller's transaction: if that comes to nothing, so does this.

    Answers whether there is one to send.
    kind: which message, for staff to read. to: one address; an empty one is nobody, as is one of
    the demo's, and nothing is written. body: plain text, and never a word of a callback request
    (P10). once: a name under which one message is sent however often it is posted. Raises
    ValidationError for what is no address, and `Closed` where nothing can be encrypted.
    """
    if not to or to.endswith(NOWHERE):
        return False
    validate_email(to)
    message = OutgoingMail(
        kind=kind,
        once=once,
        to=to,
        subject=" ".join(subject.split()),  # a line break would begin another header
        body=body,
        made_at=now,
        try_at=now,
    )
    OutgoingMail.objects.bulk_create([message], ignore_conflicts=bool(once))
    return True


def send_due(*, now):
    """Send what is due, the oldest first. Answers (sent, failed, given up) as numbers.

    Two senders at once never take the same message. Raises `Closed` where there are no keys.
    """
    cipher()
    began = time.monotonic()
    counts = {"sent": 0, "failed": 0, "given up": 0}
    for pk in OutgoingMail.objects.due(now=now).values_list("pk", flat=True)[:1000]:
        moment = now + datetime.timedelta(seconds=time.monotonic() - began)
        if moment - now > RUN:
            break
        error = _send(pk, now=moment, counts=counts)
        if _is_of_the_server(error):
            break
    return counts["sent"], counts["failed"], counts["given up"]


def _send(pk, *, now, counts):
    """Send one message, if it is still to be had. Answers the error, or None."""
    if (
        not OutgoingMail.objects.due(now=now)
        .filter(pk=pk)
        .update(try_at=now + LEASE, tries=F("tries") + 1)
    ):
        return None
    try:
        message = OutgoingMail.objects.get(pk=pk)
    except Closed as error:
        _put_off_unread(pk, now=now)
        counts["failed"] += 1
        return error
    try:
        _deliver(message)
    except Exception as error:
        counts[_note_failure(message, error, now=now)] += 1
        return error
    _end(pk, sent_at=now)
    counts["sent"] += 1
    return None


def _deliver(message):
    """Hand the message to the mail server, with a name that is the same each time."""
    host = settings.DEFAULT_FROM_EMAIL.rpartition("@")[2].strip(" >") or "localhost"
    EmailMessage(
        subject=message.subject,
        body=message.body,
        to=[message.to],
        headers={
            "Message-ID": f"<{message.kind}.{message.pk}.{message.made_at:%Y%m%d%H%M%S%f}@{host}>",
            "Auto-Submitted": "auto-generated",
        },
    ).send()


def _note_failure(message, error, *, now):
    """Put the message off, or give it up; which of the two."""
    kind = error_kind(error)
    if message.tries > len(PAUSES) or _is_final(error):
        _end(message.pk, given_up_at=now, last_error=kind)
        return "given up"
    OutgoingMail.objects.filter(pk=message.pk).update(
        last_error=kind, try_at=now + PAUSES[message.tries - 1]
    )
    return "failed"


def _put_off_unread(pk, *, now):
    """The key may come back: that is no try of the message, but it does not wait for ever."""
    rows = OutgoingMail.objects.filter(pk=pk)
    if rows.filter(made_at__lte=now - KEPT_UNREAD_FOR).exists():
        _end(pk, given_up_at=now, last_error="Closed")
        return
    rows.update(last_error="Closed", try_at=now + PAUSES[3], tries=F("tries") - 1)


def _end(pk, **how):
    OutgoingMail.objects.filter(pk=pk).update(to="", subject="", body="", **how)


def forget_done(*, now):
    """Delete what is left of messages that were sent or given up long ago; how many."""
    done = Q(sent_at__lte=now - KEPT_DONE_FOR) | Q(given_up_at__lte=now - KEPT_DONE_FOR)
    return OutgoingMail.objects.filter(done).delete()[0]


def error_kind(error):
    """What went wrong, by kind and number; no text, for a server's text may hold an address."""
    codes = _codes(error)
    return " ".join([type(error).__name__, *map(str, codes)])[:100]


def _codes(error):
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        return sorted({code for code, _ in error.recipients.values()})
    code = getattr(error, "smtp_code", None)
    return [code] if isinstance(code, int) else []


def _is_final(error):
    """Whether the server says that this recipient will never do (RFC 5321, 4.2.1: 5yz)."""
    is_of_recipient = isinstance(error, smtplib.SMTPRecipientsRefused)
    return is_of_recipient and all(code >= 500 for code in _codes(error))


def _is_of_the_server(error):
    if isinstance(error, smtplib.SMTPException):  # itself an OSError
        return isinstance(error, OF_THE_SERVER)
    return isinstance(error, OSError)
