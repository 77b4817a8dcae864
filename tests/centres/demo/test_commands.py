from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from centres.models import Centre, Source, Term


@pytest.mark.django_db
def test_without_a_vocabulary_it_says_what_to_do():
    with pytest.raises(CommandError, match="load_vocabulary"):
        call_command("load_demo", stdout=StringIO())
    assert not Centre.objects.exists()
    assert not Source.objects.exists()


@pytest.mark.django_db
def test_clearing_a_directory_without_demo_asks_nothing():
    out = StringIO()
    call_command("clear_demo", stdout=out)
    assert "Took out 0" in out.getvalue()


@pytest.mark.django_db
def test_the_vocabulary_is_added_to_and_never_overwritten():
    call_command("load_vocabulary", stdout=StringIO())
    number = Term.objects.count()
    Term.objects.filter(kind="substance", slug="alcohol").update(label="Drink")
    Term.objects.filter(kind="substance", slug="shopping").delete()
    out = StringIO()
    call_command("load_vocabulary", stdout=out)
    assert out.getvalue() == "Vocabulary: 1 added.\n"
    assert Term.objects.get(kind="substance", slug="alcohol").label == "Drink"
    assert Term.objects.count() == number
