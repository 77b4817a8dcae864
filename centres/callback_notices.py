"""Mail about callback requests, which says that there is one and never a word of it (P10)."""

from django.conf import settings
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from . import outbox, tokens
from .models import CallbackLink, Closed, LinkPurpose, OutgoingMail
from .models.callback import LINK_LASTS

#: Kinds of mail that nobody needs once the request is gone.
NOTICE, TEAM, WITHDRAWAL = "callback-notice", "callback-team", "callback-link"
#: The kind that tells a centre that it is gone.
STOP = "callback-stop"


def make_link(request, purpose, *, claim_id, now):
    """(token, row) of a link that serves once, for whoever made a claim."""
    token = tokens.new()
    return token, CallbackLink.objects.create(
        request=request,
        purpose=purpose,
        claim_id=claim_id,
        token=tokens.digest(token),
        made_at=now,
        expires_at=now + LINK_LASTS,
    )


def tell_centre(request, *, claim, now):
    """Post a link to a request to a claim's address; links sent before no longer serve."""
    CallbackLink.objects.filter(request=request).delete()
    token, link = make_link(request, LinkPurpose.READ, claim_id=claim.pk, now=now)
    body = f"""\
Somebody has asked, through the directory, that {request.centre} call them back.

What they wrote is not in this e-mail. Read it when you are ready to call:

{_address("callback-read", token)}

The link shows it once, and serves until {_moment(link.expires_at)}. Please do not pass it on. If
it has run out, answer this e-mail, and our team sends a new one.

Nobody pays for this. Whoever asked may withdraw at any time; the request is deleted after
30 days at the latest.
"""
    _post(
        NOTICE,
        request,
        link.pk,
        to=claim.email,
        subject="Somebody asks you to call them back",
        body=body,
        now=now,
    )


def tell_team(request, *, now):
    """Tell the team, where an address is set, that a request waits."""
    body = f"""\
A callback request to the team is waiting:

{_address("admin:centres_callbackrequest_changelist")}
"""
    _post(
        TEAM,
        request,
        to=settings.TEAM_EMAIL,
        subject="A callback request is waiting",
        body=body,
        now=now,
    )


def send_withdrawal_link(request, *, to, link, now):
    """Post to whoever asked, in their language, the link that they wanted; nothing of what for."""
    body = _(
        "You asked for this link on our site. It takes back what you sent us and says how it "
        "stands:\n\n%(link)s\n\nIf this was not you, you need do nothing.\n"
    ) % {"link": link}
    _post(WITHDRAWAL, request, to=to, subject=_("The link you asked for"), body=body, now=now)


def tell_centre_to_stop(request, *, now):
    """Ask the centre that has read a request not to call; where no key is left, nobody is told."""
    link = CallbackLink.objects.filter(request=request).first()
    if link is None:
        return
    body = f"""\
The callback request to {request.centre} that was read on {_moment(request.read_at)} has been
withdrawn.

Please do not call, leave no message, and destroy any note you made of it.
"""
    subject = "A callback request was withdrawn: please do not call"
    try:
        _post(STOP, request, to=link.claim.email, subject=subject, body=body, now=now)
    except Closed:  # a withdrawal never waits for a key
        return


def forget(request):
    """Delete the mail that waits about a request that is going."""
    notices = OutgoingMail.objects.waiting().filter(kind__in=[NOTICE, TEAM, WITHDRAWAL])
    notices.filter(once__startswith=f"callback-{request.pk}-").only("pk").delete()


def _post(kind, request, *which, to, subject, body, now):
    once = "-".join(map(str, ["callback", request.pk, kind, *which]))
    outbox.post(kind, to=to, subject=subject, body=body, now=now, once=once)


def _address(name, *args):
    """An address for somebody at a centre or in the team, whose pages are English."""
    with translation.override(settings.LANGUAGE_CODE):
        return f"{settings.SITE_URL}{reverse(name, args=args)}"


def _moment(at):
    return f"{timezone.localtime(at):%-d %B %Y, %H:%M}"
