"""The patterns every model keeps, so that nobody adds one without the other."""

import re

import pytest
from django.apps import apps
from django.conf import settings
from django.db import models

MODELS = [model for app in ("centres", "places") for model in apps.get_app_config(app).get_models()]
FIELDS = [
    pytest.param(model, field, id=f"{model._meta.label}.{field.name}")
    for model in MODELS
    for field in model._meta.local_fields
]
#: PostgreSQL cuts longer names short without a word.
LONGEST_NAME = 63

#: Columns that mean something only together; every model that has them all must say so.
COMPANIONS = (
    ("latitude", "longitude"),
    ("price", "currency", "price_on"),
    ("rating", "rating_on"),
)
#: Endings of two nullable columns that are two halves of one fact.
PAIRED_ENDINGS = (("_from", "_until"), ("_at", "_by"))
#: Pairs that may be half set, with the reason.
UNPAIRED = {
    "centres.Provenance.recorded_at": "an import records facts and is nobody",
    "centres.ImportRun.applied_at": "a command applies files and is nobody",
}

#: Names money for a person would go by (P1). Matched on whole words of a name.
PER_PERSON = {
    "lead", "leads", "click", "clicks", "referral", "referrals", "commission", "commissions",
    "bounty", "bounties", "kickback", "affiliate", "cpa", "cpc", "cpl", "cpm", "ppc", "ppl",
    "payout", "conversion", "conversions", "headcount", "finder_fee", "finders_fee",
}  # fmt: skip
#: A sum of money and an event in one name: a fee for that event.
MONEY = {"fee", "fees", "price", "rate", "charge", "charges", "cost", "amount", "paid", "pay"}
EVENTS = {"call", "calls", "admission", "admissions", "enquiry", "enquiries", "person", "head",
          "visit", "visits", "view", "views", "callback", "patient", "client", "bed"}  # fmt: skip
#: Names that hold such a word and no fee, with the reason.
NO_FEE = {}


def constraints(model, kind=models.CheckConstraint):
    return [c for c in model._meta.constraints if isinstance(c, kind)]


def columns_of(condition):
    """The fields that a check speaks of."""
    for child in condition.children:
        if isinstance(child, models.Q):
            yield from columns_of(child)
            continue
        lookup, value = child
        yield lookup.split("__")[0]
        if isinstance(value, models.F):
            yield value.name


def checks_over(model, *columns):
    return [c for c in constraints(model) if set(columns) <= set(columns_of(c.condition))]


def words_of(name):
    return set(re.split(r"[^a-z]+", re.sub(r"(?<=[a-z])(?=[A-Z])", "_", name).lower())) - {""}


def is_fee_for_a_person(name):
    words = words_of(name)
    return bool(words & PER_PERSON or (words & MONEY and words & EVENTS))


def test_the_models_are_found():
    assert {"Centre", "Programme", "Term", "Place"} <= {model.__name__ for model in MODELS}


@pytest.mark.parametrize("model", MODELS, ids=str)
def test_every_model_says_what_it_is(model):
    assert "__str__" in vars(model)
    assert model.__doc__
    assert not model.__doc__.startswith(f"{model.__name__}("), "Django's own docstring"


@pytest.mark.parametrize("model", MODELS, ids=str)
def test_every_model_has_an_order(model):
    assert model._meta.ordering


@pytest.mark.parametrize("model", MODELS, ids=str)
def test_constraints_and_indexes_are_named_for_what_must_hold(model):
    table = model._meta.db_table
    names = [c.name for c in [*model._meta.constraints, *model._meta.indexes]]

    assert [name for name in names if not re.fullmatch(rf"{table}_[a-z0-9_]+", name)] == []
    assert [name for name in names if len(name) > LONGEST_NAME] == []
    assert not model._meta.unique_together, "use a named UniqueConstraint"


def test_no_two_constraints_share_a_name():
    names = [c.name for model in MODELS for c in model._meta.constraints]

    assert len(names) == len(set(names))


def groups():
    """Pairs (model, columns) that are all set or none; those that are never empty left aside."""
    for model in MODELS:
        fields = {field.name: field for field in model._meta.local_fields}
        for columns in COMPANIONS:
            present = [fields[name] for name in columns if name in fields]
            if len(present) == len(columns) and any(may_be_empty(field) for field in present):
                yield model, columns
        for first, second in PAIRED_ENDINGS:
            for name in fields:
                other = f"{name.removesuffix(first)}{second}"
                if not name.endswith(first) or other not in fields:
                    continue
                if may_be_empty(fields[name]) or may_be_empty(fields[other]):
                    yield model, (name, other)


def may_be_empty(field):
    return field.null or field.blank


def group_id(value):
    return value.__name__ if isinstance(value, type) else "+".join(value)


@pytest.mark.parametrize(("model", "columns"), list(groups()), ids=group_id)
def test_paired_columns_are_all_set_or_none(model, columns):
    """A check speaks of just these columns. Its own tests prove that it allows no half-set row."""
    if f"{model._meta.label}.{columns[0]}" in UNPAIRED:
        return

    assert [c for c in constraints(model) if set(columns_of(c.condition)) == set(columns)], (
        f"{model._meta.label}: {columns} need an all_or_none constraint"
    )


def test_the_exceptions_still_exist():
    found = {f"{model._meta.label}.{columns[0]}" for model, columns in groups()}

    assert set(UNPAIRED) <= found


@pytest.mark.parametrize(("model", "field"), FIELDS)
def test_a_closed_vocabulary_is_kept_by_the_database(model, field):
    if not field.choices:
        return
    allowed = {value for value, _ in field.flatchoices} | ({""} if field.blank else set())
    kept = [
        set(value)
        for c in checks_over(model, field.name)
        for lookup, value in (child for child in c.condition.children if isinstance(child, tuple))
        if lookup == f"{field.name}__in" and len(c.condition.children) == 1
    ]

    assert kept == [allowed]


@pytest.mark.parametrize(("model", "field"), FIELDS)
def test_no_column_can_hold_two_kinds_of_nothing(model, field):
    if isinstance(field, (models.CharField, models.TextField)):
        assert not field.null


@pytest.mark.parametrize(("model", "field"), FIELDS)
def test_every_relation_says_what_deleting_does(model, field):
    """Nothing is left dangling, and who did something is forgotten without losing what was done."""
    if not field.is_relation:
        return
    on_delete = field.remote_field.on_delete

    assert on_delete in {models.CASCADE, models.PROTECT, models.RESTRICT, models.SET_NULL}
    assert field.db_constraint
    if on_delete is models.SET_NULL:
        assert field.null
    if field.related_model._meta.label == settings.AUTH_USER_MODEL:
        assert on_delete in {models.SET_NULL, models.PROTECT}
    if field.related_model._meta.object_name in {"Centre", "Programme"}:
        assert on_delete in {models.CASCADE, models.PROTECT, models.SET_NULL}


@pytest.mark.parametrize(
    "name",
    ["lead_price", "fee_per_lead", "callFee", "ClickCount", "cost_per_admission", "referral",
     "commission_rate", "CPL", "paid_per_call"],
)  # fmt: skip
def test_a_fee_for_a_person_is_recognised(name):
    assert is_fee_for_a_person(name)


@pytest.mark.parametrize(
    "name", ["earliest_admission", "price", "price_on", "rating", "misleading"]
)
def test_an_honest_name_is_let_through(name):
    assert not is_fee_for_a_person(name)


def test_nothing_can_hold_a_fee_for_a_person():
    """P1: no field, table or setting."""
    own = {f"{model._meta.label}" for model in MODELS}
    own |= {model._meta.db_table for model in MODELS}
    own |= {
        f"{model._meta.label}.{field.name}"
        for model in MODELS
        for field in [*model._meta.local_fields, *model._meta.local_many_to_many]
    }
    own |= {name for name in dir(settings) if settings.is_overridden(name)}

    assert {name for name in own if is_fee_for_a_person(name)} - set(NO_FEE) == set()
