"""The centres a visitor keeps: in one cookie on their own device, and nowhere with us (P9).

Why not Django's session. Kept in the database it would tell whoever reads the database, or a copy
of it, which centres somebody in need was thinking of; kept in Django's signed cookie it would
change how the admin's people are logged in. A small signed cookie of our own leaves nothing here,
and is gone when the browser closes or the visitor says so. It holds no date and no number of the
visitor: two people who keep the same centres have the same cookie.
"""

from urllib.parse import urlsplit
from uuid import UUID

from django.conf import settings
from django.core.signing import BadSignature, Signer
from django.utils.encoding import iri_to_uri
from django.utils.http import url_has_allowed_host_and_scheme

#: So many stand side by side on a screen and on a sheet of paper.
MOST = 4
COOKIE = "shortlist"
#: Longer than any search that a form here makes; an address beyond it is not gone back to.
LONGEST_ADDRESS = 4000
_signer = Signer(salt="finder.shortlist")


def kept(request):
    """UUIDs of the centres the visitor keeps, in their order; a cookie not of our making is none.

    It is read once a request.
    """
    found = getattr(request, "_kept", None)
    if found is None:
        found = request._kept = _read(request.COOKIES.get(COOKIE, ""))
    return found


def _read(cookie):
    if not cookie:
        return []
    try:
        return [UUID(text) for text in _signer.unsign_object(cookie)][:MOST]
    except BadSignature:
        return []


def remember(response, uuids):
    """Have the browser keep these until it is closed; none of them: forget the cookie too."""
    if not uuids:
        response.delete_cookie(COOKIE, samesite="Lax")
        return
    response.set_cookie(
        COOKIE,
        _signer.sign_object([uuid.hex for uuid in uuids]),
        secure=settings.HTTPS,
        httponly=True,
        samesite="Lax",
    )


def is_from_our_page(request):
    """Whether a form came from a page of this site, as far as the visitor's browser says.

    Django's token needs a cookie on every page that has a form, before anybody keeps anything,
    which P9 forbids. `Sec-Fetch-Site` says the same without one, and no page can forge it; `Origin`
    alone does not serve, being "null" on our own forms for our pages name no referrer.
    A browser too old to send either (Safari before 16.4) is let through: those who need this most
    have old telephones, and what a forged form could do is little. It reads nothing, for `SameSite`
    keeps the cookie from it; at worst it puts another list in place of the visitor's, who sees it.
    """
    site = request.headers.get("Sec-Fetch-Site")
    if site:
        return site == "same-origin"
    origin = request.headers.get("Origin", "null")
    return origin == "null" or urlsplit(origin).netloc == request.get_host()


def way_back(address):
    """The page a form was on, if it is one of ours to go back to; else ""."""
    if len(iri_to_uri(address)) > LONGEST_ADDRESS or not address.startswith("/"):
        return ""
    return address if url_has_allowed_host_and_scheme(address, allowed_hosts=None) else ""
