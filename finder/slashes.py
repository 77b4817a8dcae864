"""Addresses without their last slash: sent on, and not kept by the browser (P9)."""

from django.http import HttpResponseRedirect
from django.middleware.common import CommonMiddleware
from django.utils.cache import add_never_cache_headers


class _Unkept(HttpResponseRedirect):
    """A browser keeps a permanent redirect, and with it the search that the address holds."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        add_never_cache_headers(self)


class SlashMiddleware(CommonMiddleware):
    """Django's, whose redirect to the address with a slash is not stored."""

    response_redirect_class = _Unkept
