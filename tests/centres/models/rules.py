"""How the model tests prove that the database itself keeps a rule."""

from contextlib import contextmanager

import pytest
from django.db import IntegrityError, connection, models, transaction

from centres.models.guards import GUARDS


@contextmanager
def refused(*constraints):
    """What is done inside is refused by one of `constraints` (names), and leaves no trace."""
    with pytest.raises(IntegrityError) as caught, transaction.atomic():
        yield
    message = str(caught.value)
    if connection.vendor == "sqlite" and message.startswith("UNIQUE"):
        return  # SQLite names the columns, not the constraint
    assert any(name in message for name in constraints), message


def lift_guards(table):
    """Take the guards off `table` until the test's transaction is rolled back: what is then
    accepted, its constraints accept."""
    with connection.cursor() as cursor:
        for guard in GUARDS:
            if guard.table == table:
                where = f" ON {table}" if connection.vendor == "postgresql" else ""
                cursor.execute(f"DROP TRIGGER {guard.name}{where}")


def cases(table):
    """Pairs (constraint, facts) of a table {constraint: [facts, …]}, for parametrize."""
    return [
        pytest.param(name, facts, id=f"{name}-{number}")
        for name, rows in table.items()
        for number, facts in enumerate(rows)
    ]


def checks_of(model):
    """The names of the model's check constraints."""
    return {c.name for c in model._meta.constraints if isinstance(c, models.CheckConstraint)}


def uniques_of(model):
    return {c.name for c in model._meta.constraints if isinstance(c, models.UniqueConstraint)}


def update(row, facts):
    type(row).objects.filter(pk=row.pk).update(**facts)


def raw_update(row, facts):
    """The same in SQL, as somebody at the database's own prompt would do it."""
    quoted = connection.ops.quote_name
    columns = ", ".join(f"{quoted(row._meta.get_field(name).column)} = %s" for name in facts)
    values = [getattr(value, "pk", value) for value in facts.values()]
    with connection.cursor() as cursor:
        cursor.execute(
            f"UPDATE {row._meta.db_table} SET {columns} WHERE id = %s", [*values, row.pk]
        )


#: Every way round a form's validation.
WRITES = pytest.mark.parametrize("write", [update, raw_update], ids=["update", "sql"])
