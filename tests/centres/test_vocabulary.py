import json
import re

import pytest
from django.conf import settings
from django.core.management import call_command

from centres.models import Term, TermKind

VOCABULARY = settings.BASE_DIR / "fixtures" / "vocabulary.json"


@pytest.fixture
def terms(db):
    call_command("loaddata", "vocabulary", verbosity=0)
    return Term.objects.all()


def test_it_works(terms):
    assert terms.get(kind="substance", slug="alcohol").label == "Alcohol"
    assert set(terms.values_list("kind", flat=True)) == set(TermKind.values)


def test_loading_again_changes_nothing(terms):
    before = list(terms.values())
    call_command("loaddata", "vocabulary", verbosity=0)
    assert list(Term.objects.values()) == before


def test_every_term_passes_the_models_own_checks(terms):
    for term in terms:
        term.full_clean()


def test_labels_are_not_used_twice_within_a_kind(terms):
    named = [(term.kind, term.label) for term in terms]
    assert len(named) == len(set(named))


def test_slugs_are_plain_and_rows_stand_one_a_line():
    lines = VOCABULARY.read_text().splitlines()[1:-1]
    rows = [json.loads(line.rstrip(",")) for line in lines]
    assert all("pk" not in row for row in rows)
    assert all(re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", row["fields"]["slug"]) for row in rows)
    assert rows == json.loads(VOCABULARY.read_text())


def test_a_survey_code_stands_for_one_term_within_a_kind(terms):
    codes = [(term.kind, code) for term in terms for code in term.samhsa_codes.split()]
    assert len(codes) == len(set(codes))
