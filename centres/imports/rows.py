"""Bulk writing of the rows that hang on centres and programmes."""

from django.db import connection

from ..models import Act, AuditEntry, Centre, Phone, Provenance
from .facts import CENTRE_TERMS, PROGRAMME_TERMS

_PROVENANCE = (
    "centre_id", "programme_id", "fact", "method", "source_id", "as_of", "recorded_at",
    "import_run_id",
)  # fmt: skip

_AUDIT = (
    "at", "act", "person_id", "person", "centre_id", "centre", "kind", "row_id", "label",
    "changes", "note",
)  # fmt: skip


def _insert(model, columns, rows):
    """Insert tuples of values that the database takes as they are.

    There are ten of these rows to a centre, and a model instance for each takes twenty times as
    long as the database does.
    """
    quote = connection.ops.quote_name
    names = ", ".join(quote(name) for name in columns)
    marks = ", ".join(["%s"] * len(columns))
    with connection.cursor() as cursor:
        cursor.executemany(
            f"INSERT INTO {quote(model._meta.db_table)} ({names}) VALUES ({marks})",  # noqa: S608
            rows,
        )


def save_fields(rows, names):
    """Update the fields `names` of rows of one model, a plain statement a row."""
    rows = list(rows)
    if not rows or not names:
        return
    model, quote = type(rows[0]), connection.ops.quote_name
    fields = [model._meta.get_field(name) for name in names]
    columns = ", ".join(f"{quote(field.column)} = %s" for field in fields)
    values = [
        [
            *(field.get_db_prep_save(getattr(row, field.attname), connection) for field in fields),
            row.pk,
        ]
        for row in rows
    ]
    with connection.cursor() as cursor:
        cursor.executemany(
            f"UPDATE {quote(model._meta.db_table)} SET {columns} WHERE id = %s",  # noqa: S608
            values,
        )


def add_provenance(facts, *, run, now):
    """Say where facts come from: tuples of centre id, programme id or None, fact and method."""
    prepared = [
        Provenance._meta.get_field(name).get_db_prep_save(value, connection)
        for name, value in (("source", run.source_id), ("as_of", run.as_of), ("recorded_at", now))
    ]
    rows = [(*fact, *prepared, run.pk) for fact in facts]
    if rows:
        _insert(Provenance, _PROVENANCE, rows)


def add_audit(changed, *, run, now):
    """Note what a run changed: tuples of centre id, name and {fact: [old, new]}."""
    by = run.applied_by
    person = (run.applied_by_id, by.get_username() if by else "")
    prepare = AuditEntry._meta.get_field("changes").get_db_prep_save
    at = AuditEntry._meta.get_field("at").get_db_prep_save(now, connection)
    rows = [
        (
            *(at, Act.CHANGED.value, *person, centre_id, name, "centre", str(centre_id), name),
            *(prepare(changes, connection), f"Import {run.pk}"),
        )
        for centre_id, name, changes in changed
    ]
    if rows:
        _insert(AuditEntry, _AUDIT, rows)


def terms_of(model):
    """The facts of `model` (Centre or Programme) that are linked vocabulary: `{fact: kind}`."""
    return CENTRE_TERMS if model is Centre else PROGRAMME_TERMS


def add_terms(model, wanted, term_ids):
    """Link terms. `wanted`: pairs of a row and its facts; `term_ids`: `{(kind, slug): id}`."""
    for fact, kind in terms_of(model).items():
        through = getattr(model, fact).through
        rows = [
            (row.pk, term_ids[kind, slug])
            for row, facts in wanted
            for slug in facts.get(fact) or ()
        ]
        if rows:
            _insert(through, (f"{model._meta.model_name}_id", "term_id"), rows)


def replace_terms(model, wanted, term_ids):
    """Make the linked terms of each row those given, for the facts that are given at all."""
    for fact in terms_of(model):
        rows = [row.pk for row, facts in wanted if fact in facts]
        if rows:
            owner = f"{model._meta.model_name}_id__in"
            getattr(model, fact).through.objects.filter(**{owner: rows}).delete()
    add_terms(model, wanted, term_ids)


def add_phones(wanted):
    """Create telephones. `wanted`: pairs of a centre and the phones fact, or None."""
    Phone.objects.bulk_create(
        Phone(centre=centre, position=position, **phone)
        for centre, phones in wanted
        for position, phone in enumerate(phones or ())
    )


def replace_phones(wanted):
    """Make each centre's telephones those given. `wanted`: as for `add_phones`.

    The row of a number that stays is kept, with who answers it and what reports said of it: only
    its label and its position are written.
    """
    centres = [centre.pk for centre, _ in wanted]
    # Whoever decides about a telephone locks its centre first, and then the telephone.
    list(Centre.objects.select_for_update().filter(pk__in=centres).order_by("pk").values_list("pk"))
    held = {(row.centre_id, row.number): row for row in Phone.objects.filter(centre__in=centres)}
    moved, new = [], []
    for centre, phones in wanted:
        for position, phone in enumerate(phones or ()):
            given = Phone(centre=centre, position=position, **phone)
            row = held.pop((centre.pk, given.number), None)
            if row is None:
                new.append(given)
            elif (row.label, row.position) != (given.label, position):
                row.label, row.position = given.label, position
                moved.append(row)
    Phone.objects.filter(pk__in=[gone.pk for gone in held.values()]).delete()
    save_fields(moved, ["label", "position"])
    Phone.objects.bulk_create(new)
