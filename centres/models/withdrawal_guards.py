"""What the database refuses of withdrawals: rows as `guards` reads them.

A withdrawal is written while its centre is a draft, which nobody sees, and only then is the centre
withdrawn; lifted in the same order backwards. So at every moment: withdrawn means that a withdrawal
stands, and while one stands the centre is withdrawn, or a draft that cannot be listed.
"""

STANDS = "{row}.withdrawn_at IS NOT NULL AND {row}.ended_at IS NULL"
_NEW, _OLD = STANDS.format(row="NEW"), STANDS.format(row="OLD")
_STANDING = (
    f"EXISTS (SELECT 1 FROM centres_withdrawal w WHERE w.centre_id = NEW.id "
    f"AND {STANDS.format(row='w')})"
)
_ITS_CENTRE = "EXISTS (SELECT 1 FROM centres_centre p WHERE p.id = NEW.centre_id AND p.status {})"
_SEEN = _ITS_CENTRE.format("NOT IN ('withdrawn', 'draft')")
_WITHDRAWN = _ITS_CENTRE.format("= 'withdrawn'")
_LOCK_CENTRE = "SELECT 1 FROM centres_centre WHERE id = NEW.centre_id FOR NO KEY UPDATE"
_DEMO = (
    "EXISTS (SELECT 1 FROM centres_centre d JOIN centres_source s ON s.id = d.source_id "
    "WHERE d.id = OLD.centre_id AND s.is_demo)"
)
_ASKED = ("id", "centre_id", "asked_at")
_WORDS = ("asked_for_by", "reason", "withdrawn_at", "withdrawn_by_id")


def _changed(columns):
    return " OR ".join(f"NEW.{column} IS DISTINCT FROM OLD.{column}" for column in columns)


WITHDRAWALS = (
    *(
        (
            f"centres_centre_is_withdrawn_by_a_decision_{event.lower()}",
            "centres_centre",
            event,
            "nobody has decided that this centre is withdrawn",
            f"NEW.status = 'withdrawn'{unless} AND NOT {_STANDING}",
        )
        for event, unless in (
            ("INSERT", ""),
            # One that was withdrawn before decisions were kept is still written like any other.
            ("UPDATE", " AND OLD.status <> 'withdrawn'"),
        )
    ),
    (
        "centres_centre_withdrawn_stays_so",
        "centres_centre",
        "UPDATE",
        "a withdrawal of this centre stands",
        "NEW.status IS DISTINCT FROM OLD.status AND NEW.status NOT IN ('withdrawn', 'draft') "
        f"AND {_STANDING}",
    ),
    *(
        (
            f"centres_withdrawal_stands_of_what_nobody_sees_{event.lower()}",
            "centres_withdrawal",
            event,
            "the centre can be seen",
            f"{_NEW} AND {_SEEN}",
            _LOCK_CENTRE,
        )
        for event in ("INSERT", "UPDATE")
    ),
    (
        "centres_withdrawal_ended_lets_go",
        "centres_withdrawal",
        "UPDATE",
        "the centre is still withdrawn",
        f"{_OLD} AND NOT ({_NEW}) AND {_WITHDRAWN}",
        _LOCK_CENTRE,
    ),
    (
        "centres_withdrawal_is_not_rewritten",
        "centres_withdrawal",
        "UPDATE",
        "a withdrawal is decided once and ended once",
        f"OLD.ended_at IS NOT NULL OR {_changed(_ASKED)} OR "
        f"(OLD.withdrawn_at IS NOT NULL AND ({_changed(_WORDS)}))",
    ),
    (
        "centres_withdrawal_is_not_deleted",
        "centres_withdrawal",
        "DELETE",
        "a withdrawal is never deleted",
        f"NOT {_DEMO}",
    ),
)
