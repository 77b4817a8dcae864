import pytest
from django.core.exceptions import ValidationError

from centres.imports.cells import website
from centres.models import Centre
from centres.web_address import check_web_address
from finder.listing.forms import PhoneStep

PUBLIC = [
    "https://example.org/", "http://www.example.org/a?b=c#d", "HTTPS://EXAMPLE.ORG",
    "https://www.example.org./", "https://example.org:8443/", "https://xn--e1afmkfd.xn--p1ai/",
    "https://пример.рф/", "https://1st.example.org/",
]  # fmt: skip
NONE = [
    "https://sam@example.org", "https://sam:secret@example.org/", "https://mailto:sam@example.org",
    "https://localhost", "https://intranet/", "https://localhost./", "http://192.168.0.1/",
    "http://169.254.169.254/", "http://[::1]/", "https://example.org:99999/", "https://0x7f.1/",
    "ftp://example.org/", "javascript:alert(1)", "//example.org", "https://", "",
]  # fmt: skip


@pytest.mark.parametrize("url", PUBLIC)
def test_what_anybody_can_follow_is_one(url):
    check_web_address(url)
    assert website(url) == url


@pytest.mark.parametrize("url", NONE)
def test_what_leads_elsewhere_is_none(url):
    with pytest.raises(ValidationError, match="not a web address"):
        check_web_address(url)


@pytest.mark.parametrize("typed", ["sam@example.org", "mailto:sam@example.org", "localhost", "n/a"])
def test_an_address_of_mail_is_no_website_whoever_gives_it(typed):
    assert website(typed) is None
    with pytest.raises(ValidationError, match="web address"):
        Centre(website=f"https://{typed}").clean_fields(exclude=["name", "slug", "country"])
    with pytest.raises(ValidationError, match="not a web address"):
        PhoneStep.base_fields["website"].clean(typed)
