import pytest
from django.http import QueryDict
from hypothesis import given
from hypothesis import strategies as st

from finder import index
from finder.filters import CentreFilterSet

from .directories import NOW, vocabulary

TEXTS = [
    "residential",
    "28",
    "0",
    "-1",
    "١",
    "1_0",
    "yes",
    "no",
    "alcohol",
    "en",
    "ash",
    "!",
    "x" * 101,
]
NAMES = [*CentreFilterSet.base_filters, "levl"]


@pytest.mark.django_db
@given(asked=st.dictionaries(st.sampled_from(NAMES), st.lists(st.sampled_from(TEXTS), min_size=1)))
def test_reading_says_what_the_form_says(asked):
    vocabulary()
    terms = index.current().terms
    data = QueryDict(mutable=True)
    for name, texts in asked.items():
        data.setlist(name, texts)
    form = CentreFilterSet(data, now=NOW, terms=terms).form
    values, errors = CentreFilterSet.read(asked, terms=terms)
    assert errors == dict(form.errors)
    if not errors:
        assert values == {name: found for name, found in form.cleaned_data.items() if found}
