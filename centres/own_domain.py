"""Whether an e-mail address is at a centre's own domain, told from its website's address. Pure.

The rule is narrow, for a mistake would let a stranger speak for a centre. The domain of the address
is the host of the website without "www.", or a part of it, or it is a part of that, so long as what
they share is a name that somebody registered: never a public suffix such as `co.uk` or `nhs.uk`.
Both are compared in the letters of the domain name system (ASCII), whole label by whole label, so a
look-alike in other letters is another domain. Domains that many unrelated people have addresses or
sites at are refused (`fixtures/mail_domains.toml`), and so is whatever this cannot tell.

Limits. What is registered is told by a list and a rule of thumb, not by the Public Suffix
List: under a suffix that neither knows, only the very same name counts. Whoever has an address at
an organisation's domain is taken for the organisation: any employee of a large charity, and where
the website we have is a page on somebody else's site, that site's people. What they then say is
shown as the centre's word, a fact of it only after somebody of the team has approved it.
"""

import re
import tomllib
from itertools import chain
from pathlib import Path
from urllib.parse import urlsplit

_LABEL = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?")

_LISTS = tomllib.loads(
    (Path(__file__).parent.parent / "fixtures" / "mail_domains.toml").read_text(encoding="utf-8")
)
#: Where many unrelated people have addresses, or sites of their own. Whatever is under one, too.
SHARED = frozenset(chain.from_iterable(_LISTS["shared"].values()))
#: Under which names are registered, beside those of one label.
SUFFIXES = frozenset(_LISTS["suffixes"])
#: Labels before a country's own that are mostly a suffix there, as in com.au.
_GENERIC = {"co", "com", "org", "net", "gov", "ac", "edu", "govt", "mil"}


def is_own(email, website):
    """Whether `email` is at the domain of `website`, a web address. Both are text as typed."""
    domain, host = domain_of(email), host_of(website)
    if domain is None or host is None or _is_shared(domain) or _is_shared(host):
        return False
    if domain == host:
        return domain not in SUFFIXES
    longer, shorter = sorted((domain, host), key=len, reverse=True)
    return longer.endswith(f".{shorter}") and _is_registered(shorter)


def domain_of(email):
    """The domain of an address in small ASCII letters, or None."""
    local, at, domain = email.strip().rpartition("@")
    if not at or not local or "@" in local:
        return None
    return _plain(domain)


def host_of(website):
    """The host of a web address without "www.", in small ASCII letters, or None."""
    try:
        parts = urlsplit(website.strip())
        host = parts.hostname
    except ValueError:
        return None
    if parts.scheme not in {"http", "https"} or not host or parts.username is not None:
        return None
    host = _plain(host.removesuffix("."))
    return host and (host.removeprefix("www.") if host.count(".") > 1 else host)


def _plain(domain):
    """A name of two labels or more, none of them strange; not an address in numbers. Or None."""
    if not domain.isascii():
        return None
    domain = domain.lower()
    labels = domain.split(".")
    if len(domain) > 253 or len(labels) < 2 or not all(map(_LABEL.fullmatch, labels)):
        return None
    return None if labels[-1].isdecimal() else domain


def _is_shared(domain):
    labels = domain.split(".")
    return any(".".join(labels[start:]) in SHARED for start in range(len(labels)))


def _is_registered(domain):
    """Whether somebody registered the name, or it is under one that somebody did."""
    labels = domain.split(".")
    if len(labels) < 2 or domain in SUFFIXES:
        return False
    if labels[-1] == "us" and len(labels[-2]) == 2:  # k12.ca.us: deeper than this can tell
        return False
    return len(labels) > 2 or not _looks_like_a_suffix(*labels)


def _looks_like_a_suffix(second, top):
    """Of a name of two labels: com.au, ca.gov."""
    if len(top) == 2:
        return second in _GENERIC or len(second) <= 3
    return top == "gov" and len(second) == 2
