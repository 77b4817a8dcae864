"""Rows straight into a table: thousands at a time, which need no object each."""

from django.db import connection


def store(model, columns, rows):
    """Put `rows`, tuples of what the database takes, into these columns of the table of `model`."""
    marks = ", ".join(["%s"] * len(columns))
    with connection.cursor() as cursor:
        cursor.executemany(
            f"INSERT INTO {model._meta.db_table} ({', '.join(columns)}) VALUES ({marks})",  # noqa: S608
            rows,
        )
