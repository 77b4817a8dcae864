"""Forms as a visitor sends them: with the stamp of a page that was opened a minute ago."""

import datetime

from django.utils import timezone

from finder.callback_form import AGREED, digest_of
from finder.public_form import STAMP, make_stamp

A_MINUTE = datetime.timedelta(minutes=1)


def stamped(action, *, shown=None, **values):
    """What a browser sends of the form `action`: `values`, and a stamp made at `shown`."""
    return {STAMP: make_stamp(action, now=shown or timezone.now() - A_MINUTE), **values}


def agreed(centre=None):
    """The hidden field of a form that asks a centre, or the team: which consents it showed."""
    return {AGREED: digest_of(centre)}
