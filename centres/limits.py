"""How often one sender may send a form. No address is kept: see `senders`.

An address is not a person. A clinic, a hostel, a library or a whole mobile network stands behind
one, so the numbers are far above what people there do in an hour, and far below what a script does.
Nobody is locked out for trying: what is refused is not counted.
"""

import datetime
import ipaddress
from dataclasses import dataclass

from django.utils import timezone
from django.utils.crypto import salted_hmac

from .models import Attempt

HOUR = datetime.timedelta(hours=1)
DAY = datetime.timedelta(days=1)
#: Attempts are deleted so long after they were made: past the longest time they are counted over.
KEPT_FOR = 2 * DAY
#: Of an IPv6 address: one connection has this whole network to itself.
NETWORK_BITS = 64


@dataclass(frozen=True)
class Limit:
    """So many in any hour, and so many in any 24."""

    an_hour: int
    a_day: int


#: A form that one person sends once or twice. Sixty an hour is one a minute behind one address.
USUAL = Limit(an_hour=60, a_day=300)
#: Where the address is not known, everybody is one sender: so many times the limit.
UNKNOWN = 50
#: By action, where it differs.
LIMITS = {
    # A page each step, twelve and more for one listing, and some go back.
    "list-a-centre": Limit(an_hour=400, a_day=1500),
    # Nobody needs many guesses at a code; a claim itself takes only a few.
    "claim-code": Limit(an_hour=20, a_day=60),
    # Wrong passwords alone. Somebody who forgot theirs asks a colleague long before.
    "sign-in": Limit(an_hour=20, a_day=60),
}


def allow(action, address, *, now):
    """Whether `address` may send the form `action` at `now`; if so, that it did is counted.

    address: an IP address as text; one that is none counts as one sender of its own.
    """
    if free_at(action, address, now=now) > now:
        return False
    Attempt.objects.create(action=action, sender=sender(address, purpose=action, now=now), at=now)
    return True


def free_at(action, address, *, now):
    """When `address` may send the form again: `now` where it may at once."""
    limit = LIMITS.get(action, USUAL)
    times = 1 if _network(address) else UNKNOWN
    who = senders(address, purpose=action, now=now)
    made = Attempt.objects.filter(action=action, sender__in=who, at__lte=now).order_by("-at")
    moments = [now]
    for most, span in ((limit.an_hour * times, HOUR), (limit.a_day * times, DAY)):
        sent = made.filter(at__gt=now - span).values_list("at", flat=True)
        # The one that has to grow old before there is room for another.
        if full := list(sent[most - 1 : most]):
            moments.append(full[0] + span)
    return max(moments)


def senders(address, *, purpose, now, lasts=DAY, bits=NETWORK_BITS):
    """What stands for an address (this period's hash, the one of the period before).

    The hash is keyed by SECRET_KEY, by what it is for and by the period of `lasts` that `now` is
    in: two purposes, or two periods, cannot be matched, and without the key nothing can. Keep the
    first; compare with both, for a period may have ended a moment ago. bits: how much of an IPv6
    address stands for one sender.
    """
    network = _network(address, bits)
    period = int(now.timestamp() // lasts.total_seconds())
    return tuple(_hash(network, purpose, lasts, each) for each in (period, period - 1))


def sender(address, *, purpose, now, lasts=DAY, bits=NETWORK_BITS):
    """The hash to keep: 64 hexadecimal digits; see `senders`."""
    return senders(address, purpose=purpose, now=now, lasts=lasts, bits=bits)[0]


def _hash(network, purpose, lasts, period):
    salt = f"centres.limits.{purpose}.{lasts.total_seconds():.0f}.{period}"
    return salted_hmac(salt, network, algorithm="sha256").hexdigest()


def _network(address, bits=NETWORK_BITS):
    """Whom the address is given to: an IPv4 address, an IPv6 network, "" where it is neither."""
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:
        return ""
    if parsed.version == 4:
        return str(parsed)
    if parsed.ipv4_mapped:
        return str(parsed.ipv4_mapped)
    return str(ipaddress.ip_network((int(parsed), bits), strict=False))


def clear_attempts(*, now=None):
    """Delete what is no longer counted. Answers how many."""
    deleted, _ = Attempt.objects.filter(at__lte=(now or timezone.now()) - KEPT_FOR).delete()
    return deleted
