"""SQL as somebody at the database's own prompt would type it, and cases brought to a state by it.

A statement is a pair (SQL, values); dates are texts, so that both databases read them alike.
"""

from django.db import connection

from centres.models import Check, Verification
from tests import factories

AT = "2026-01-10 12:00:00"
FIRST, LAST = "2026-01-01", "2026-12-31"
LATER = "2027-01-01"
UNMARKED = {"verified_from": None, "verified_until": None}
NO_ADVERT = {"advertiser_from": None, "advertiser_until": None}

#: {guard: a function that breaks it}. It yields statements that the guard refuses, one at a time,
#: and at last a list of statements that it lets pass, one after the other.
BREAKING = {}


def breaks(name):
    """Note a function as the one that breaks the guard `name`."""

    def note(function):
        assert name not in BREAKING
        BREAKING[name] = function
        return function

    return note


def run(*statements):
    with connection.cursor() as cursor:
        for sql, values in statements:
            cursor.execute(sql, values)


def update(row, **columns):
    assignments = ", ".join(f"{column} = %s" for column in columns)
    sql = f"UPDATE {row._meta.db_table} SET {assignments} WHERE id = %s"
    return sql, [*columns.values(), row.pk]


def step(case, **columns):
    """An update of a case that counts its step."""
    sql, values = update(case, **columns)
    return sql.replace(" SET ", " SET version = version + 1, "), values


def delete(row):
    return f"DELETE FROM {row._meta.db_table} WHERE id = %s", [row.pk]


def insert(row, verb="INSERT"):
    """The INSERT of a row that is not saved; with a key of its own where it has one."""
    fields = [f for f in row._meta.concrete_fields if row.pk or not f.primary_key]
    columns = ", ".join(field.column for field in fields)
    places = ", ".join(["%s"] * len(fields))
    values = [field.get_db_prep_save(getattr(row, field.attname), connection) for field in fields]
    return f"{verb} INTO {row._meta.db_table} ({columns}) VALUES ({places})", values


def person(username):
    return factories.person(username).pk


def queued(centre=None, purpose="verified"):
    of = centre or factories.centre()
    return Verification.objects.create(centre=of, purpose=purpose, due_on=FIRST)


def held(centre=None, purpose="verified"):
    """A case in review by ruth."""
    case = queued(centre, purpose)
    run(step(case, state="in_review", reviewer_id=person("ruth")))
    return case


def check(case, criterion=None, **facts):
    """A check of a case, not saved: passed by ruth with evidence of the first day."""
    criterion = criterion or factories.criterion(purpose=case.purpose)
    facts = {"checked_by": factories.person("ruth"), **facts}
    return Check(
        **{
            "verification": case,
            "criterion": criterion,
            "title": criterion.title,
            "outcome": "passed",
            "method": "phone",
            "note": "Seen.",
            "captured_on": FIRST,
            "checked_on": FIRST,
            **facts,
        }
    )


def sent(centre=None, purpose="verified", checks=1, **facts):
    """A case sent for approval, with one check of `facts`, or none."""
    case = held(centre, purpose)
    for _ in range(checks):
        run(insert(check(case, **facts)))
    run(step(case, state="awaiting_approval"))
    return case


def approval(case, by="alan", **columns):
    """The step that approves a case."""
    decision = {"state": "approved", "decided_at": AT, "decided_by_id": person(by)}
    return step(case, **{**decision, "valid_from": FIRST, "valid_until": LAST, **columns})


def refusal(case, state="rejected"):
    return step(case, state=state, decided_at=AT, decided_by_id=person("alan"), reason="A mailbox.")


def revocation(case):
    return step(case, revoked_at=AT, revoked_by_id=person("amy"), revoked_reason="It has moved.")


def approved(centre=None, purpose="verified"):
    case = sent(centre, purpose)
    run(approval(case))
    return case


def carried(case, original, **facts):
    """A check of `case` as it was in an earlier one, not saved."""
    names = ("criterion", "outcome", "method", "note", "captured_on", "checked_on", "expires_on")
    same = {name: getattr(original, name) for name in names}
    return check(case, carried_from=original, **{**same, **facts})


def demo_centre():
    return factories.centre(source=factories.source(is_demo=True))


def verified():
    return factories.centre(verified_from=FIRST, verified_until=LAST)


def in_state(state):
    """A case that came to a state by its steps."""
    if state == "queued":
        return queued()
    if state in ("in_review", "awaiting_provider"):
        case = held()
        run(*([step(case, state=state)] if state != "in_review" else []))
        return case
    case = sent()
    if state == "approved":
        run(approval(case))
    if state in ("rejected", "cancelled"):
        run(refusal(case, state))
    return case


def columns_of(state):
    """The columns that a case of a state has, so that its constraints hold."""
    ruth, alan = person("ruth"), person("alan")
    undecided = {"decided_at": None, "decided_by_id": None, "valid_from": None, "reason": ""}
    undecided |= {"valid_until": None, "revoked_at": None, "revoked_by_id": None}
    decided = {**undecided, "decided_at": AT, "decided_by_id": alan, "reason": "A mailbox."}
    columns = {
        "queued": {**undecided, "reviewer_id": None},
        "approved": {**decided, "reviewer_id": ruth, "valid_from": FIRST, "valid_until": LAST},
        "rejected": {**decided, "reviewer_id": ruth},
        "cancelled": {**decided, "reviewer_id": ruth},
    }
    return {"state": state, **columns.get(state, {**undecided, "reviewer_id": ruth})}
