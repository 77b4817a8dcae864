"""Whose address a request came from: for limits alone, which keep a keyed hash of it."""

import functools
import ipaddress
import logging

from django.conf import settings

logger = logging.getLogger(__name__)


def address_of(request):
    """The visitor's IP address as text; "" where it is not known.

    `X-Forwarded-For` counts only where each hop that wrote it is one of `settings.TRUSTED_PROXIES`:
    the first from the right that is none of them is the visitor, and what stands left of that
    anybody may have written.
    """
    address = request.META.get("REMOTE_ADDR", "")
    hops = [hop.strip() for hop in request.headers.get("X-Forwarded-For", "").split(",")]
    while _is_ours(address) and hops and hops[-1]:
        address = hops.pop()
    if settings.HTTPS and _is_ours(address):
        _say_that_nobody_is_told_apart()
        return ""
    return address


@functools.cache
def _say_that_nobody_is_told_apart():
    """Once a process."""
    logger.error("The proxy sends no X-Forwarded-For, so visitors cannot be told apart.")


def _is_ours(address):
    """Whether it is a proxy of ours. A Unix socket has no address: only this machine reaches it."""
    if not address:
        return True
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:
        return False
    return any(parsed in ipaddress.ip_network(each) for each in settings.TRUSTED_PROXIES)
