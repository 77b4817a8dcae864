"""The oracle of whose domain an address is at: a line a case, with what a stranger might try."""

import pytest

from centres.own_domain import is_own

SITE = "https://www.oakhouse.org.uk/leeds/"
OWN = [
    ("dana@oakhouse.org.uk", SITE),
    ("DANA@OakHouse.ORG.UK", "http://OAKHOUSE.org.uk"),
    ("dana@oakhouse.org.uk", "https://www.oakhouse.org.uk.:8443/"),
    ("dana@mail.oakhouse.org.uk", SITE),
    ("dana@oakhouse.org.uk", "https://leeds.oakhouse.org.uk/"),
    ("dana@oakhouse.com", "https://oakhouse.com"),
    ("dana@oakhouse.com.au", "https://rehab.oakhouse.com.au"),
    ("dana@leedstrust.nhs.uk", "https://www.leedstrust.nhs.uk/addiction"),
    ("dana@staff.leedstrust.nhs.uk", "https://leedstrust.nhs.uk"),
    ("dana@leeds.gov.uk", "https://leeds.gov.uk/drugs"),
    ("dana@dhcs.ca.gov", "https://www.dhcs.ca.gov/"),
    ("dana@xn--kerman-bua.example", "https://xn--kerman-bua.example"),
    ("dana+leeds@oakhouse.org.uk", SITE),
    ("dana@www.oakhouse.org.uk", SITE),
]
NOT_OWN = [
    # Another's
    ("dana@oakhouse.org", SITE),
    ("dana@oakhouse.co.uk", SITE),
    ("dana@theoakhouse.org.uk", SITE),
    ("dana@oakhouse.org.uk.evil.example", SITE),
    ("dana@oakhouse-org.uk", SITE),
    ("dana@evil.example", "https://oakhouse.org.uk@evil.example.org/"),
    ("dana@evil.example", "https://dana@evil.example/"),
    # What nobody registered
    ("dana@org.uk", SITE),
    ("dana@uk", SITE),
    ("dana@co.uk", "https://co.uk"),
    ("dana@nhs.uk", "https://leedstrust.nhs.uk"),
    ("dana@scot.nhs.uk", "https://ggc.scot.nhs.uk"),
    ("dana@ca.gov", "https://www.dhcs.ca.gov/"),
    ("dana@com.au", "https://oakhouse.com.au"),
    ("dana@k12.ca.us", "https://oak.k12.ca.us"),
    ("dana@uk.com", "https://oakhouse.uk.com"),
    # Where anybody has an address, or a page
    ("oakhouse@gmail.com", SITE),
    ("dana@gmail.com", "https://gmail.com/oakhouse"),
    ("dana@nhs.net", "https://nhs.net"),
    ("dana@oakhouse.wordpress.com", "https://oakhouse.wordpress.com"),
    ("dana@wordpress.com", "https://oakhouse.wordpress.com"),
    ("dana@facebook.com", "https://www.facebook.com/oakhouse"),
    ("dana@google.com", "https://sites.google.com/view/oakhouse"),
    ("dana@cqc.org.uk", "https://www.cqc.org.uk/location/1-123"),
    # Look-alikes: letters of another script, full-width letters, a dotless i
    ("dana@оakhouse.org.uk", SITE),
    ("dana@ｏａｋｈｏｕｓｅ.org.uk", SITE),
    ("dana@oakhouse。org.uk", SITE),
    ("dana@xn--akhouse-dwh.org.uk", SITE),
    ("dana@oakhouse.org.uk", "https://оakhouse.org.uk"),
    # No address, no site
    ("oakhouse.org.uk", SITE),
    ("@oakhouse.org.uk", SITE),
    ("dana@evil.example@oakhouse.org.uk", SITE),
    ("dana@oakhouse.org.uk\nBcc: x@evil.example", SITE),
    ("dana@oakhouse..org.uk", SITE),
    ("dana@-oakhouse.org.uk", SITE),
    ("dana@[192.0.2.1]", "https://192.0.2.1/"),
    ("dana@192.0.2.1", "https://192.0.2.1/"),
    ("dana@localhost", "http://localhost"),
    ("dana@oakhouse.org.uk", ""),
    ("dana@oakhouse.org.uk", "oakhouse.org.uk"),
    ("dana@oakhouse.org.uk", "ftp://oakhouse.org.uk"),
    ("dana@oakhouse.org.uk", "https://[oakhouse.org.uk"),
    ("", SITE),
]  # fmt: skip


@pytest.mark.parametrize(("email", "website"), OWN)
def test_an_address_at_the_centres_own_domain_is_told(email, website):
    assert is_own(email, website)


@pytest.mark.parametrize(("email", "website"), NOT_OWN)
def test_no_other_is_taken_for_one(email, website):
    assert not is_own(email, website)
