"""Mail about callback requests, which says that there is one and never a word of it (P10)."""

from django.conf import settings
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from . import daily, outbox, tokens
from .models import CallbackLink, Claim, Closed, LinkPurpose, OutgoingMail
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
    """Post a link to a request to a claim's address; links sent before no longer serve.

    Those that were used stay: they say who has read it.
    """
    CallbackLink.objects.filter(request=request, used_at=None).delete()
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
    """Post to whoever asked, in their language, the link that they wanted; nothing of what for.

    An address that was sent several today is sent none: see `is_link_mailed`.
    """
    if not daily.count_mail(to, now=now):
        return
    body = _(
        "You asked for this link on our site. It takes back what you sent us and says how it "
        "stands:\n\n%(link)s\n\nIf this was not you, you need do nothing.\n"
    ) % {"link": link}
    _post(WITHDRAWAL, request, to=to, subject=_("The link you asked for"), body=body, now=now)


def is_link_mailed(request):
    """Whether the withdrawal link of a request was posted to whoever asked."""
    return OutgoingMail.objects.filter(once=_once(WITHDRAWAL, request)).exists()


def tell_centre_to_stop(request, *, now):
    """Ask everybody at the centre who has read a request not to call; whether anybody was told.

    Where no key is left, nobody is.
    """
    used = CallbackLink.objects.filter(
        request=request, purpose=LinkPurpose.READ, used_at__isnull=False
    )
    body = f"""\
The callback request to {request.centre} that was read on {_moment(request.read_at)} has been
withdrawn.

Please do not call, leave no message, and destroy any note you made of it.
"""
    subject = "A callback request was withdrawn: please do not call"
    try:
        readers = list(Claim.objects.filter(pk__in=used.values("claim")))
        told = [
            _post(STOP, request, claim.pk, to=claim.email, subject=subject, body=body, now=now)
            for claim in readers
        ]
    except Closed:  # a withdrawal never waits for a key
        return False
    return any(told)


def forget(request):
    """Delete the mail that waits about a request that is going."""
    notices = OutgoingMail.objects.waiting().filter(kind__in=[NOTICE, TEAM, WITHDRAWAL])
    notices.filter(once__startswith=f"callback-{request.pk}-").only("pk").delete()


def _post(kind, request, *which, to, subject, body, now):
    once = _once(kind, request, *which)
    return outbox.post(kind, to=to, subject=subject, body=body, now=now, once=once)


def _once(kind, request, *which):
    return "-".join(map(str, ["callback", request.pk, kind, *which]))


def _address(name, *args):
    """An address for somebody at a centre or in the team, whose pages are English."""
    with translation.override(settings.LANGUAGE_CODE):
        return f"{settings.SITE_URL}{reverse(name, args=args)}"


def _moment(at):
    return f"{timezone.localtime(at):%-d %B %Y, %H:%M}"
