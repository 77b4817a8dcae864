"""What proposals are made of, for tests: people and changes."""

from centres.changes import all_held, held


def change(row, field, new, *, seen=None):
    """A change of a field, as `centres.changes` says; `seen` in place of what the row holds."""
    kind = row._meta.model_name
    return {
        "object": kind,
        "id": row.pk,
        "field": field,
        "from": held(row, field) if seen is None else seen,
        "to": new,
    }


def added(kind, **values):
    return {"object": kind, "id": None, "field": "", "from": None, "to": values}


def removed(row):
    kind = row._meta.model_name
    return {
        "object": kind, "id": row.pk, "field": "", "from": all_held(kind, row), "to": None,
    }  # fmt: skip
