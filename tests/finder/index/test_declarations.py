"""What the index is told of each filter agrees with the filters' one definition."""

from centres.models import Centre, Programme
from finder.filters import (
    CentreFilter,
    CentreFilterSet,
    CentreTermFilter,
    ProgrammeFilter,
    TermFilter,
)
from finder.index.counting import CENTRE_PARAMETERS
from finder.index.load import CENTRE_TERMS, ENUMERATIONS, PROGRAMME_TERMS

FILTERS = CentreFilterSet.base_filters


def of_kind(kind):
    return {name: declared for name, declared in FILTERS.items() if isinstance(declared, kind)}


def test_every_filter_is_of_a_centre_or_of_a_programme():
    assert of_kind(CentreFilter).keys() | of_kind(ProgrammeFilter).keys() == FILTERS.keys()
    assert not of_kind(CentreFilter).keys() & of_kind(ProgrammeFilter).keys()


def test_the_index_knows_which_filters_are_of_the_centre():
    assert of_kind(CentreFilter).keys() == CENTRE_PARAMETERS


def test_the_index_reads_the_fields_that_term_filters_name():
    def fields(kind):
        return {name: f.field_name.removesuffix("__slug") for name, f in of_kind(kind).items()}

    assert fields(TermFilter) == PROGRAMME_TERMS
    assert fields(CentreTermFilter) == CENTRE_TERMS
    for model, terms in ((Programme, PROGRAMME_TERMS), (Centre, CENTRE_TERMS)):
        for parameter, field in terms.items():
            assert model._meta.get_field(field).get_limit_choices_to() == {"kind": parameter}


def test_the_index_offers_every_choice_but_unknown():
    for parameter, enumeration in ENUMERATIONS.items():
        offered = [value for value, _ in FILTERS[parameter].extra["choices"]]
        assert offered == [value for value in enumeration.values if value != "unknown"]
