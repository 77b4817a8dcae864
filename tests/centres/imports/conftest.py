import io

import pytest
from django.core.management import call_command


@pytest.fixture(autouse=True)
def _few_places(settings):
    settings.CENTRES_GEOCODER = "tests.centres.imports.geocoders.FewPlaces"


@pytest.fixture
def vocabulary(db):
    call_command("load_vocabulary", stdout=io.StringIO())


@pytest.fixture
def run(vocabulary):
    """Run `import_listings`; returns what it printed."""

    def import_listings(*arguments):
        out = io.StringIO()
        call_command("import_listings", *map(str, arguments), stdout=out, stderr=out)
        return out.getvalue()

    return import_listings


@pytest.fixture
def refused(run):
    """Run `import_listings`, which must refuse; returns its sentence."""

    def import_listings(*arguments):
        from django.core.management.base import CommandError

        with pytest.raises(CommandError) as refusal:
            run(*arguments)
        return str(refusal.value)

    return import_listings
