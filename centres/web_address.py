"""Which web addresses the directory gives out: those that anybody can follow. Pure."""

from urllib.parse import urlsplit

from django.core.exceptions import ValidationError


def check_web_address(url):
    """Raise `ValidationError` unless `url`, as `URLValidator` takes it, leads to a public website.

    An e-mail address that was typed for a website reads as a web address with a user's name; a
    number and a name without a dot lead into whatever network the reader is in.
    """
    if not _is_public(url):
        # Forms that are read in other languages have words of their own for this code.
        raise ValidationError(
            "This is not a web address. One looks like example.org.", code="invalid"
        )


def _is_public(url):
    try:
        parts = urlsplit(url)
        host, _port = parts.hostname or "", parts.port  # each may raise
    except ValueError:
        return False
    last = host.removesuffix(".").rpartition(".")[2]
    return (
        parts.scheme.lower() in {"http", "https"}
        and "@" not in parts.netloc
        and host.removesuffix(".") != last
        and not last.isdecimal()
        and ":" not in host
    )
