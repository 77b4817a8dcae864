"""The guards as triggers of a database: laid after every `migrate`, whatever stood there before."""

from django.db import connections, transaction

from .guards import GUARDS

#: Tables of which SQLite's `INSERT OR REPLACE` would drop a row without firing its DELETE guard,
#: and how a new row o would come in place of another.
KEPT = {
    "centres_verification": "o.id = NEW.id",
    "centres_verificationevent": "o.id = NEW.id OR (o.verification_id = NEW.verification_id "
    "AND o.version = NEW.version)",
    "centres_check": "o.id = NEW.id",
    "centres_advertisement": "o.id = NEW.id OR o.reference = NEW.reference",
    "centres_evidencefile": "o.id = NEW.id",
    "centres_auditentry": "o.id = NEW.id",
    "centres_proposal": "o.id = NEW.id",
    "centres_guiderevision": "o.id = NEW.id OR (o.guide_id = NEW.guide_id "
    "AND o.number = NEW.number)",
    "centres_guidesection": "o.id = NEW.id OR (o.revision_id = NEW.revision_id "
    "AND o.heading = NEW.heading AND o.country = NEW.country)",
    "centres_withdrawal": "o.id = NEW.id OR (o.centre_id = NEW.centre_id "
    "AND o.ended_at IS NULL AND NEW.ended_at IS NULL)",
    "centres_reference": "o.id = NEW.id OR o.slug = NEW.slug",
}


def _sqlite_statement(guard):
    return (
        f"CREATE TRIGGER {guard.name} AFTER {guard.event} ON {guard.table} WHEN {guard.refused_if} "
        f"BEGIN SELECT RAISE(ABORT, '{guard.name}: {guard.words}'); END"
    )


def _sqlite_keeps(table, same):
    name = f"{table}_is_not_replaced"
    yield f"DROP TRIGGER IF EXISTS {name}"
    yield (
        f"CREATE TRIGGER {name} BEFORE INSERT ON {table} WHEN EXISTS "
        f"(SELECT 1 FROM {table} o WHERE {same}) "
        f"BEGIN SELECT RAISE(ABORT, '{name}: there is such a row already'); END"
    )


def _postgresql_statements(guard):
    lock = f"PERFORM {guard.locks.removeprefix('SELECT ')}; " if guard.locks else ""
    yield (
        f"CREATE OR REPLACE FUNCTION {guard.name}() RETURNS trigger LANGUAGE plpgsql AS $$ "
        f"BEGIN {lock}IF {guard.refused_if} THEN "
        f"RAISE EXCEPTION '{guard.name}: {guard.words}' USING ERRCODE = 'check_violation'; "
        "END IF; RETURN NULL; END $$"
    )
    yield (
        f"CREATE OR REPLACE TRIGGER {guard.name} AFTER {guard.event} ON {guard.table} "
        f"FOR EACH ROW EXECUTE FUNCTION {guard.name}()"
    )


def install_guards(*, using):
    """Lay the guards of database `using` on the tables it has; safe to repeat."""
    connection = connections[using]
    with transaction.atomic(using=using), connection.cursor() as cursor:
        tables = set(connection.introspection.table_names(cursor))
        for guard in GUARDS:
            if guard.table not in tables:
                continue
            if connection.vendor == "postgresql":
                for statement in _postgresql_statements(guard):
                    cursor.execute(statement)
                continue
            cursor.execute(f"DROP TRIGGER IF EXISTS {guard.name}")
            cursor.execute(_sqlite_statement(guard))
        for table, same in KEPT.items() if connection.vendor == "sqlite" else ():
            for statement in _sqlite_keeps(table, same) if table in tables else ():
                cursor.execute(statement)
