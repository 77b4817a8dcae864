"""Any rows at all: nothing crashes, and what is applied is not planned again."""

import tempfile
from pathlib import Path

import pytest
from django.core.management import CommandError
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from centres.models import Centre, Provenance

from .files import (
    COMMUNITY,
    DIRECTORY_HEADERS,
    RESIDENTIAL,
    SAMHSA_CODES,
    SAMHSA_PLAIN,
    directory,
    export,
    facility,
    location,
)

pytestmark = pytest.mark.django_db

CELLS = st.one_of(
    st.sampled_from(["", "1", "-", "LS1 4DY", "02118", "1-1000001", "0", '"', "|,|", COMMUNITY]),
    st.text(max_size=30).filter(lambda text: "\x00" not in text),
)
LOCATIONS = st.lists(
    st.builds(
        lambda number, services, cells: location(number, services=services) | cells,
        st.integers(1, 6),
        st.sampled_from([RESIDENTIAL, COMMUNITY, f"{RESIDENTIAL}|{COMMUNITY}", "Hospice"]),
        st.dictionaries(st.sampled_from(DIRECTORY_HEADERS), CELLS, max_size=3),
    ),
    max_size=6,
)
FACILITIES = st.lists(
    st.builds(
        lambda number, kind, codes, cells: facility(number, kind, " ".join(codes)) | cells,
        st.integers(1, 4),
        st.sampled_from(["SU", "MH"]),
        st.sets(st.sampled_from([code.strip() for code in SAMHSA_CODES])),
        st.dictionaries(
            st.sampled_from([name.strip() for name in SAMHSA_PLAIN]), CELLS, max_size=3
        ),
    ),
    max_size=6,
)
TRIALS = settings(
    max_examples=25,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)


def assert_is_applied_once(run, source, path):
    run(source, path, "--apply", "--as-of", "2026-01-01")
    facts = Provenance.objects.count()

    output = run(source, path, "--apply", "--as-of", "2026-01-01")

    assert "Nothing to apply" in output
    assert "0 to create, 0 to change" in output
    assert Provenance.objects.count() == facts


@TRIALS
@given(rows=LOCATIONS)
def test_any_locations(run, rows):
    Centre.objects.all().delete()
    with tempfile.TemporaryDirectory() as folder:
        path = directory(Path(folder, "rows.csv"), rows)
        assert_is_applied_once(run, "cqc", path)


@TRIALS
@given(first=LOCATIONS, second=LOCATIONS)
def test_any_locations_after_any_others(run, first, second):
    Centre.objects.all().delete()
    with tempfile.TemporaryDirectory() as folder:
        run("cqc", directory(Path(folder, "a.csv"), first), "--apply", "--as-of", "2025-01-01")
        path = directory(Path(folder, "b.csv"), second)
        assert_is_applied_once(run, "cqc", path)


@TRIALS
@given(rows=FACILITIES)
def test_any_facilities(run, rows):
    Centre.objects.all().delete()
    with tempfile.TemporaryDirectory() as folder:
        path = export(Path(folder, "rows.csv"), rows)
        assert_is_applied_once(run, "samhsa", path)


@TRIALS
@given(content=st.binary(max_size=300))
def test_any_bytes_are_refused(run, content):
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "bytes")
        path.write_bytes(content)
        with pytest.raises(CommandError):
            run("cqc", path, "--apply", "--as-of", "2026-01-01")
