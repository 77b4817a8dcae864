import datetime

from django.conf import settings
from django.http import Http404, HttpResponse
from django.urls import reverse
from django.utils import timezone

#: RFC 9116 asks for less than a year; whoever keeps a copy asks again in half of one.
GOOD_FOR = datetime.timedelta(days=180)


def security_txt(request):
    """Whom to tell of a weakness (RFC 9116); 404 where the operator named nobody."""
    if not settings.SECURITY_CONTACT:
        raise Http404("no contact is set")
    expires = (timezone.now() + GOOD_FOR).astimezone(datetime.UTC)
    lines = [
        f"Contact: {settings.SECURITY_CONTACT}",
        f"Expires: {expires:%Y-%m-%dT%H:%M:%SZ}",
        "Preferred-Languages: en",
        f"Canonical: {settings.SITE_URL}{reverse('security-txt')}",
    ]
    return HttpResponse("\n".join(lines) + "\n", content_type="text/plain; charset=utf-8")
