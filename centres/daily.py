"""How much comes upon one address or one centre in a day, whoever sends it."""

import datetime

from django.utils.crypto import salted_hmac

from .models import Attempt

DAY = datetime.timedelta(days=1)
#: Mails that a stranger may have us send to one address.
MOST_MAILS = 6


def count(action, upon, *, most, now):
    """Count one more of `action` upon somebody; whether there was room: fewer than `most` in 24 h.

    upon: text, such as an address. What is kept is a keyed hash of it that changes daily.
    """
    days = int(now.timestamp() // DAY.total_seconds())
    hashes = [_hash(action, upon, day) for day in (days, days - 1)]
    made = Attempt.objects.filter(action=action, sender__in=hashes, at__gt=now - DAY)
    if made.count() >= most:
        return False
    Attempt.objects.create(action=action, sender=hashes[0], at=now)
    return True


def count_mail(email, *, now):
    """Count a mail that a stranger has us send to an address; whether there was room for it."""
    return count("mail-to-stranger", email.lower(), most=MOST_MAILS, now=now)


def _hash(action, upon, day):
    return salted_hmac(f"centres.daily.{action}.{day}", upon, algorithm="sha256").hexdigest()
