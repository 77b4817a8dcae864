"""The shapes of rule that several tables state, so that each reads the same and is named alike."""

from django.db.models import CheckConstraint, Q


def _is_set(field, empty):
    return ~Q(**{field: empty}) if empty is not None else Q(**{f"{field}__isnull": False})


def _is_empty(field, empty):
    return Q(**{field: empty}) if empty is not None else Q(**{f"{field}__isnull": True})


def all_or_none(name, **empty_values):
    """Columns that only mean something together: all set, or none.

    Each keyword is a field and the value that stands for "not set": None, or "" for text.
    """
    every, none = Q(), Q()
    for field, empty in empty_values.items():
        every &= _is_set(field, empty)
        none &= _is_empty(field, empty)
    return CheckConstraint(
        name=name,
        condition=every | none,
        violation_error_message=f"Give all of these or none: {', '.join(empty_values)}.",
    )


def not_blank(name, field):
    """A text without which the row says nothing."""
    return CheckConstraint(name=name, condition=~Q(**{field: ""}))


def one_of(name, field, choices, *, blank=False):
    """A column that holds a value of its vocabulary and nothing else."""
    values = [*choices.values, ""] if blank else choices.values
    return CheckConstraint(name=name, condition=Q(**{f"{field}__in": values}))
