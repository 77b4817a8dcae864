"""Which centres changed, and in what order: what keeps every worker's facet index up to date.

Triggers write `Change` in the very transaction that changes a centre, a programme or one of their
vocabulary links, whatever made the change: a form, `update()`, a bulk load or another process. They
are lifted before every `migrate` and laid anew after it: SQLite cannot remake a table that another
table's trigger reads.
"""

from django.db import connections, models, transaction

from .programme import MOST_PROGRAMMES

#: Stands in place of a centre when everything has to be read anew (a vocabulary changed).
EVERYTHING = 0


class ChangeManager(models.Manager):
    def mark(self):
        """Where the log stands now: `since(mark)` brings all that is committed after this."""
        with connections[self.db].cursor() as cursor:
            if cursor.db.vendor == "postgresql":
                cursor.execute("SELECT pg_snapshot_xmin(pg_current_snapshot())::text::bigint")
            else:
                cursor.execute("SELECT coalesce(max(version), 0) FROM centres_change")
            return cursor.fetchone()[0]

    def since(self, mark):
        """Rows (centre id, version, stamp) at or after `mark`, and the next mark.

        PostgreSQL commits in another order than it numbers, so the mark is the oldest transaction
        still running and some rows come again; the caller leaves out those it has applied.
        """
        with connections[self.db].cursor() as cursor:
            now = (
                "pg_snapshot_xmin(pg_current_snapshot())::text::bigint"
                if cursor.db.vendor == "postgresql"
                else "version"
            )
            cursor.execute(
                f"SELECT centre_id, version, stamp, {now} FROM centres_change WHERE version >= %s",
                [mark],
            )
            rows = cursor.fetchall()
        return [row[:3] for row in rows], max([mark, *(row[3] for row in rows)])


class Change(models.Model):
    """The latest change of one centre. No foreign key, so that a deleted centre's stays.

    `version` orders changes: on SQLite a count, on PostgreSQL the number of the transaction.
    `stamp` tells two changes of one transaction apart; on SQLite, where a number that was rolled
    back is given again, it is drawn at random.
    """

    centre_id = models.BigIntegerField(primary_key=True)
    version = models.BigIntegerField(db_index=True)
    stamp = models.BigIntegerField()

    objects = ChangeManager()

    class Meta:
        ordering = ["version", "centre_id"]

    def __str__(self):
        return f"centre {self.centre_id} at {self.version}"


def _watched():
    """Pairs (table, SQL for the ids of the centres its row {row} touches) of what search reads."""
    from .centre import Centre
    from .programme import Programme
    from .source import Source
    from .vocabulary import Term

    yield Centre._meta.db_table, "SELECT {row}.id AS centre"
    yield Programme._meta.db_table, "SELECT {row}.centre_id AS centre"
    for field in Centre._meta.many_to_many:
        yield field.remote_field.through._meta.db_table, "SELECT {row}.centre_id AS centre"
    for field in Programme._meta.many_to_many:
        yield (
            field.remote_field.through._meta.db_table,
            "SELECT centre_id AS centre FROM centres_programme WHERE id = {row}.programme_id",
        )
    for model in (Source, Term):  # whether centres are made up, and what their options are called
        yield model._meta.db_table, f"SELECT {EVERYTHING} AS centre"


_ON_CONFLICT = (
    "ON CONFLICT (centre_id) DO UPDATE SET version = excluded.version, stamp = excluded.stamp;"
)


def _sqlite_statements(watched):
    note = (
        "INSERT INTO centres_change (centre_id, version, stamp) SELECT centre, number, random() "
        # Not max(): beside a join SQLite reads the whole log for it, for every row written.
        "FROM ({touched}), (SELECT coalesce((SELECT version FROM centres_change "
        "ORDER BY version DESC LIMIT 1), 0) + 1 AS number) "
        f"WHERE true {_ON_CONFLICT}"
    )
    for table, touched in watched:
        for event, rows in (("INSERT", ["NEW"]), ("UPDATE", ["OLD", "NEW"]), ("DELETE", ["OLD"])):
            name = f"{table}_changed_{event.lower()}"
            body = " ".join(note.format(touched=touched.format(row=row)) for row in rows)
            yield f"DROP TRIGGER IF EXISTS {name}"
            yield f"CREATE TRIGGER {name} AFTER {event} ON {table} BEGIN {body} END"
    for event, others in (("INSERT", "true"), ("UPDATE OF centre_id", "id <> OLD.id")):
        name = f"centres_programme_at_most_{event.split()[0].lower()}"
        yield f"DROP TRIGGER IF EXISTS {name}"
        yield (
            f"CREATE TRIGGER {name} BEFORE {event} ON centres_programme WHEN (SELECT count(*) FROM "
            f"centres_programme WHERE centre_id = NEW.centre_id AND {others}) >= {MOST_PROGRAMMES} "
            f"BEGIN SELECT RAISE(ABORT, 'a centre has at most {MOST_PROGRAMMES} programmes'); END"
        )


def _postgresql_statements(watched):
    note = (
        "INSERT INTO centres_change (centre_id, version, stamp) SELECT centre, "
        "pg_current_xact_id()::text::bigint, nextval('centres_change_stamp') "
        f"FROM ({{touched}}) AS touched {_ON_CONFLICT}"
    )
    yield "CREATE SEQUENCE IF NOT EXISTS centres_change_stamp"
    for table, touched in watched:
        old, new = (note.format(touched=touched.format(row=row)) for row in ("OLD", "NEW"))
        everything = note.format(touched=f"SELECT {EVERYTHING} AS centre")
        yield (
            f"CREATE OR REPLACE FUNCTION {table}_changed() RETURNS trigger LANGUAGE plpgsql AS $$ "
            f"BEGIN IF TG_OP = 'TRUNCATE' THEN {everything} RETURN NULL; END IF; "
            f"IF TG_OP <> 'INSERT' THEN {old} END IF; "
            f"IF TG_OP <> 'DELETE' THEN {new} END IF; RETURN NULL; END $$"
        )
        yield (
            f"CREATE OR REPLACE TRIGGER {table}_changed AFTER INSERT OR UPDATE OR DELETE "
            f"ON {table} FOR EACH ROW EXECUTE FUNCTION {table}_changed()"
        )
        yield (
            f"CREATE OR REPLACE TRIGGER {table}_emptied AFTER TRUNCATE "
            f"ON {table} FOR EACH STATEMENT EXECUTE FUNCTION {table}_changed()"
        )
    yield (
        "CREATE OR REPLACE FUNCTION centres_programme_at_most() RETURNS trigger LANGUAGE plpgsql "
        # The lock makes two who add a programme to one centre count one after the other.
        "AS $$ BEGIN PERFORM FROM centres_centre WHERE id = NEW.centre_id FOR NO KEY UPDATE; "
        "IF (SELECT count(*) FROM centres_programme WHERE centre_id = NEW.centre_id "
        f"AND id <> NEW.id) >= {MOST_PROGRAMMES} "
        f"THEN RAISE EXCEPTION 'a centre has at most {MOST_PROGRAMMES} programmes' "
        "USING ERRCODE = 'check_violation'; END IF; RETURN NEW; END $$"
    )
    yield (
        "CREATE OR REPLACE TRIGGER centres_programme_at_most BEFORE INSERT OR UPDATE OF centre_id "
        "ON centres_programme FOR EACH ROW EXECUTE FUNCTION centres_programme_at_most()"
    )


def _laid_on_sqlite(cursor):
    """Names of the triggers of ours that the database has."""
    cursor.execute(
        "SELECT name FROM sqlite_master WHERE type = 'trigger' AND tbl_name LIKE 'centres_%'"
    )
    return [name for (name,) in cursor.fetchall()]


def install_triggers(*, using):
    """Lay the triggers of database `using` on the tables it has; safe to repeat."""
    connection = connections[using]
    with transaction.atomic(using=using), connection.cursor() as cursor:
        tables = set(connection.introspection.table_names(cursor))
        if Change._meta.db_table not in tables:
            return
        watched = [(table, touched) for table, touched in _watched() if table in tables]
        if connection.vendor == "postgresql":
            for statement in _postgresql_statements(watched):
                cursor.execute(statement)
            return
        unwatched = not _laid_on_sqlite(cursor)
        for statement in _sqlite_statements(watched):
            cursor.execute(statement)
        if unwatched:  # what was written while no trigger was there, nobody noted
            cursor.execute(
                "INSERT INTO centres_change (centre_id, version, stamp) SELECT %s, n, n FROM "
                "(SELECT coalesce(max(version), 0) + 1 AS n FROM centres_change) "
                f"WHERE true {_ON_CONFLICT}",
                [EVERYTHING],
            )


def lift_triggers(*, using):
    """Take the triggers off database `using` while its tables are altered.

    Only SQLite needs it; on PostgreSQL they stay, and note what a data migration writes.
    """
    connection = connections[using]
    if connection.vendor != "sqlite":
        return
    with transaction.atomic(using=using), connection.cursor() as cursor:
        for name in _laid_on_sqlite(cursor):
            cursor.execute(f"DROP TRIGGER {name}")
