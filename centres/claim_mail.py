"""What is written to somebody who claims a centre: never a word that anybody typed into a form.

A code or a link is sent to an address that a stranger gave, so the mail says what to do if it was
somebody else who asked, and holds nothing that could be used to write to people through us.
"""

from django.conf import settings
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from . import outbox, tokens


def link(token):
    """The address of a claimant's own page, in the language that is spoken now."""
    return f"{settings.SITE_URL}{reverse('claim', args=[token])}"


def again_link(centre):
    """Where a claimant asks for the link anew."""
    return f"{settings.SITE_URL}{reverse('claim-link', args=[centre.slug])}"


def send_code(claim, *, code, now):
    body = _(
        "Your code for %(centre)s is\n\n    %(code)s\n\n"
        "Type it on the page that you have open. It is good for 30 minutes.\n\n"
        "Somebody gave this address on our directory to keep the facts of %(centre)s fresh. If it "
        "was not you, do nothing: without the code nothing happens. Please give the code to nobody."
    ) % {"centre": claim.centre, "code": code}
    _post("claim-code", claim, _("Your code for %(centre)s"), body, now, f"{claim.codes}")


def send_link(claim, *, token, now):
    body = _(
        "This is your own link to keep the facts of %(centre)s fresh:\n\n%(link)s\n\n"
        "It is good until %(day)s. Whoever has it can speak for the centre, so please keep it to "
        "yourself. If you had a link before, that one no longer works.\n\n"
        "Listing is free, and so is this. Nobody will ask you for money for it."
    ) % {"centre": claim.centre, "link": link(token), "day": _day(claim.link_expires_at)}
    _post("claim-link", claim, _("Your link for %(centre)s"), body, now, tokens.digest(token))


def send_ending_soon(claim, *, now):
    body = _(
        "Your link to keep the facts of %(centre)s fresh ends on %(day)s.\n\n"
        "To go on, open it and press “Send me a new link”. If you no longer have it, ask for a new "
        "one here:\n\n%(again)s\n\nIf you no longer speak for the centre, do nothing."
    ) % {
        "centre": claim.centre,
        "day": _day(claim.link_expires_at),
        "again": again_link(claim.centre),
    }
    once = f"ends-{claim.link_expires_at:%Y%m%d}"
    _post("claim-ends", claim, _("Your link for %(centre)s ends soon"), body, now, once)


def send_refusal(claim, *, now):
    body = _(
        "We could not confirm that you speak for %(centre)s.\n\nWhy: %(reason)s\n\n"
        "You can try again in another way on the centre’s page. What you sent us is deleted within "
        "30 days."
    ) % {"centre": claim.centre, "reason": claim.reason}
    _post("claim-refused", claim, _("Your request about %(centre)s"), body, now, "refused")


def send_end(claim, *, now):
    body = _(
        "Your link for %(centre)s has been ended by our team and no longer works.\n\n"
        "Why: %(reason)s\n\nIf this is a mistake, you can ask again on the centre’s page."
    ) % {"centre": claim.centre, "reason": claim.reason}
    _post("claim-ended", claim, _("Your link for %(centre)s has ended"), body, now, "ended")


def _post(kind, claim, subject, body, now, once):
    outbox.post(
        kind,
        to=claim.email,
        subject=subject % {"centre": claim.centre},
        body=body,
        now=now,
        once=f"{kind}-{claim.pk}-{once}"[:100],
    )


def _day(moment):
    return date_format(timezone.localdate(moment))
