"""What the team keeps to itself about a check is on no public page and in no export."""

from html import unescape

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from centres.cases import open_case
from centres.models import EvidenceFile
from tests import factories
from tests.finder import casework
from tests.finder.casework import said

pytestmark = pytest.mark.django_db

NOW = timezone.now()


def section(client, centre):
    """What the page says we checked."""
    text = unescape(" ".join(client.get(centre.get_absolute_url()).content.decode().split()))
    begins = text.index('<section class="record"')
    return text[begins : text.index("</section>", begins)]


#: Where the team writes what is not for the public, each with a word to find it by.
PRIVATE = {
    "note": "MARKER-NOTE",
    "link": "https://example.org/MARKER-LINK",
    "register_reference": "MARKER-REFERENCE",
    "public_note": "MARKER-PUBLIC-NOTE",
}


@pytest.fixture
def told_all(settings, tmp_path):
    """A verified centre with a marker in every private field there is."""
    settings.EVIDENCE_DIR = tmp_path
    ruth = casework.ruth()
    ruth.first_name, ruth.last_name, ruth.email = "Ruthmarker", "Markerson", "marker@example.org"
    ruth.save()
    centre = factories.centre(name="Holbeck House")
    file = EvidenceFile.objects.create(
        file=SimpleUploadedFile("MARKER-STORED.pdf", b"%PDF-1.4"), name="MARKER-FILE.pdf",
        content_type="application/pdf", size=8, sha256="MARKER" + "0" * 58, added_by=ruth,
    )  # fmt: skip
    hidden = factories.criterion(title="Ownership")
    hidden.guidance = "MARKER-GUIDANCE"
    hidden.save()
    shown = factories.criterion(title="The telephone")
    case = casework.approve(
        centre,
        said(hidden, at=NOW, is_public=False, file=file, **PRIVATE),
        said(shown, at=NOW, note="MARKER-NOTE", file=file, public_note="For everybody."),
        at=NOW,
    )
    claimed = factories.criterion(title="Basics", purpose="claimed")
    casework.approve(centre, said(claimed, at=NOW, note="MARKER-CLAIM"), at=NOW, purpose="claimed")
    open_case(centre, by=casework.ruth(), now=NOW, note="MARKER-OPENED")
    assert case.checks.count() == 2
    return centre


@pytest.mark.parametrize(
    "address",
    ["/centres/{slug}/", "/api/centres/{id}/", "/api/centres/", "/api/centres.csv",
     "/api/centres.geojson", "/search/", "/verification/"],
)  # fmt: skip
def test_what_the_team_keeps_to_itself_never_appears(client, told_all, address):
    response = client.get(address.format(slug=told_all.slug, id=told_all.uuid))
    assert response.status_code == 200
    content = b"".join(response.streaming_content) if response.streaming else response.content
    text = content.decode().lower()
    for word in ("marker", "ruth", "alan"):
        assert word not in text


def test_of_a_check_that_is_not_public_the_outcome_and_method_are(client, told_all):
    text = section(client, told_all)
    hidden = text[text.index("Ownership") :]
    assert "Asked by telephone: true on" in hidden
    assert "Its source is not published." in hidden
    assert "For everybody." in text


def test_the_source_of_an_address_that_is_withheld_is_withheld_too(client):
    centre = factories.centre(precision="withheld", region="Fife")
    address, phone = factories.criterion(title="Address"), factories.criterion(title="Telephone")
    shown = {"link": "https://example.org/1-secret-street", "public_note": "At 1 Secret Street."}
    casework.approve(
        centre,
        said(address, at=NOW, facts=["name", "address"], **shown),
        said(phone, at=NOW, facts=["phones"], public_note="It rings there."),
        at=NOW,
    )
    for path in (centre.get_absolute_url(), f"/api/centres/{centre.uuid}/"):
        assert "secret" not in client.get(path).content.decode().lower()
    text = section(client, centre)
    assert text.count("Its source is not published.") == 1
    assert "It rings there." in text
