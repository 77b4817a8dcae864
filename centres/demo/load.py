"""The demo centres in the database: put there with their dates counted from now, and taken out."""

import datetime
import json
import uuid

from django.db import connection, transaction
from django.utils import timezone

from ..models import (
    Advertisement,
    Centre,
    Check,
    Country,
    Criterion,
    Insurance,
    Method,
    Phone,
    Programme,
    Proposal,
    Provenance,
    Provider,
    Purpose,
    Source,
    Term,
    Verification,
    VerificationEvent,
    Withdrawal,
)
from ..models.provenance import facts_stated_by
from . import claims, people, remarks, withdrawals
from .adverts import Adverts
from .build import CENTRES
from .casework import Casework
from .proposals import propose
from .record import record
from .rows import store
from .vouching import vouch

SOURCE = {
    "name": "Made-up demo data",
    "publisher": "This directory",
    "is_demo": True,
}
#: Every demo provider's company number begins so; no real register's number does.
PROVIDER_MARK = "DEMO-"
_IDENTITY = uuid.UUID("6d8f3a1e-5f53-4a0c-9b57-3a1d5f0e7c21")
_DATES = {"registered_on", "rating_on", "checked_on", "closed_on", "earliest_admission"}
#: Written when the cases and agreements that they rest on are there.
_MARKS = {"verified_from", "verified_until", "advertiser_from", "advertiser_until"}
#: Columns of a centre that are written after its row.
_COME_LATER = {"status", "provider", "successor", *_MARKS}
#: What the demo's centres have been checked for.
_PURPOSES = (Purpose.CLAIMED, Purpose.VERIFIED, Purpose.ADVERTISER)


class Missing(Exception):
    """The demo needs a term or criteria that the database has not got."""


def load(*, now):
    """Put in the demo centres that are not there; `now` is an aware datetime. Returns how many.

    Raises Missing where the vocabulary or the criteria have not been loaded.
    """
    with transaction.atomic():
        return _Loading(now=now).run()


def clear():
    """Take out every demo centre with its cases and agreements, the demo providers and people.

    A demo provider stays while a real centre belongs to it. Returns the number of centres taken
    out and the providers kept.
    """
    with transaction.atomic():
        centres = Centre.objects.demo()
        number = centres.count()
        _clear_records(centres)
        centres.delete()
        people.remove()
        providers = Provider.objects.filter(company_number__startswith=PROVIDER_MARK)
        providers.filter(centres=None).delete()
        return number, list(providers)


def _clear_records(centres):
    """What keeps a centre from being deleted; the guards let go of a demo centre's.

    By ids: of rows written in this very transaction PostgreSQL has no statistics yet, and joins
    them so badly that deleting takes minutes.
    """
    cases = list(Verification.objects.filter(centre__in=centres).values_list("pk", flat=True))
    VerificationEvent.objects.filter(verification__in=cases).delete()
    checks = dict(Check.objects.filter(verification__in=cases).values_list("pk", "carried_from_id"))
    while checks:  # each round takes those that nothing was carried over from
        last = checks.keys() - set(checks.values())
        Check.objects.filter(pk__in=last).delete()
        checks = {pk: source for pk, source in checks.items() if pk not in last}
    Verification.objects.filter(pk__in=cases).delete()
    Advertisement.objects.filter(centre__in=centres).delete()
    Proposal.objects.filter(centre__in=centres).delete()
    Withdrawal.objects.filter(centre__in=centres).delete()


class _Loading:
    """One run of `load`: rows of the file become rows of the tables, a table at a time."""

    def __init__(self, *, now):
        self.now = now
        self.today = timezone.localdate(now)
        self.file = json.loads(CENTRES.read_text(encoding="utf-8"))
        self.source, _ = Source.objects.get_or_create(slug="demo", defaults=SOURCE)
        self.terms = {
            (kind, slug): pk for pk, kind, slug in Term.objects.values_list("pk", "kind", "slug")
        }
        self.researcher, self.approver = people.people()
        self.casework = Casework(
            now=now,
            today=self.today,
            criteria=_criteria(),
            researcher=self.researcher,
            approver=self.approver,
        )

    def run(self):
        there = set(Centre.objects.values_list("slug", flat=True))
        rows = [row for row in self.file["centres"] if row["slug"] not in there]
        cases = {row["slug"]: self.casework.of(row) for row in rows}
        for row in rows:
            vouch(row, cases[row["slug"]], today=self.today)
        providers = self._providers()
        centres = Centre.objects.bulk_create(
            [
                Centre(
                    uuid=uuid.uuid5(_IDENTITY, row["slug"]),
                    source=self.source,
                    provider_id=providers.get(row.get("provider")),
                    status=withdrawals.first_status(row),
                    **self._columns(Centre, row, leave_out=_COME_LATER),
                )
                for row in rows
            ]
        )
        self._successors(rows)
        programme_rows = [row for centre in rows for row in centre.get("programmes", [])]
        programmes = Programme.objects.bulk_create(
            [
                Programme(centre=centre, **self._programme_columns(row))
                for centre, centre_row in zip(centres, rows, strict=True)
                for row in centre_row.get("programmes", [])
            ]
        )
        self._phones(centres, rows)
        self._insurance(programmes, programme_rows)
        self._links(Centre, centres, rows)
        self._links(Programme, programmes, programme_rows)
        self._provenance(centres, rows, programmes, programme_rows)
        self._verify(centres, rows, cases)
        withdrawals.withdraw(
            centres,
            rows,
            decided_at=self.now - datetime.timedelta(days=withdrawals.DECIDED_DAYS_AGO),
            approver=self.approver,
        )
        propose(now=self.now, today=self.today, researcher=self.researcher)
        claims.claim(now=self.now)
        remarks.remark(now=self.now, today=self.today, researcher=self.researcher)
        return len(centres)

    def _verify(self, centres, rows, cases):
        """The cases, the marks that follow from them, and the agreements that rest on those."""
        by_slug = {centre.slug: centre for centre in centres}
        record([case for of_centre in cases.values() for case in of_centre], centres=by_slug)
        verified = []
        for row in rows:
            if "verified_from" in row:
                centre = by_slug[row["slug"]]
                centre.verified_from = self._date(row["verified_from"])
                centre.verified_until = self._date(row["verified_until"])
                verified.append(centre)
        Centre.objects.bulk_update(verified, ["verified_from", "verified_until"])
        Adverts(casework=self.casework, centres=by_slug).record(rows)

    def _providers(self):
        """Ids by company number, of the providers that are there and those made now."""
        mine = Provider.objects.filter(company_number__startswith=PROVIDER_MARK)
        there = set(mine.values_list("company_number", flat=True))
        Provider.objects.bulk_create(
            [
                Provider(**row)
                for row in self.file["providers"]
                if row["company_number"] not in there
            ]
        )
        return dict(mine.values_list("company_number", "pk"))

    def _columns(self, model, row, *, leave_out=frozenset()):
        names = {field.name for field in model._meta.concrete_fields} - leave_out
        return {
            name: self._date(value) if name in _DATES else value
            for name, value in row.items()
            if name in names and value is not None
        }

    def _programme_columns(self, row):
        columns = self._columns(Programme, row)
        if "price" in columns:
            columns["price_on"] = self._as_of(row, "price")
        if "earliest_admission" in columns:
            hours = datetime.timedelta(hours=row["earliest_admission_stated_hours_ago"])
            columns["earliest_admission_stated_at"] = self.now - hours
        return columns

    def _date(self, days):
        return self.today + datetime.timedelta(days=days)

    def _as_of(self, row, fact):
        ages = row["facts_on"]
        return self._date(ages.get(fact, ages[""]))

    def _successors(self, rows):
        ids = dict(Centre.objects.demo().values_list("slug", "pk"))
        for row in rows:
            if "successor" in row:
                Centre.objects.filter(slug=row["slug"]).update(successor=ids[row["successor"]])

    def _phones(self, centres, rows):
        Phone.objects.bulk_create(
            Phone(centre=centre, position=position, **phone)
            for centre, row in zip(centres, rows, strict=True)
            for position, phone in enumerate(row.get("phones", []))
        )

    def _insurance(self, programmes, rows):
        Insurance.objects.bulk_create(
            Insurance(programme=programme, **{**insurance, "as_of": self._date(insurance["as_of"])})
            for programme, row in zip(programmes, rows, strict=True)
            for insurance in row.get("insurance", [])
        )

    def _links(self, model, owners, rows):
        """The rows between centres or programmes and their vocabulary terms."""
        for field in model._meta.many_to_many:
            kind = field.get_limit_choices_to()["kind"]
            store(
                field.remote_field.through,
                (field.m2m_column_name(), field.m2m_reverse_name()),
                [
                    (owner.pk, self._term(kind, slug))
                    for owner, row in zip(owners, rows, strict=True)
                    for slug in row.get(field.name, [])
                ],
            )

    def _term(self, kind, slug):
        if (kind, slug) not in self.terms:
            raise Missing(f"The vocabulary has no {kind} “{slug}”.")
        return self.terms[kind, slug]

    def _provenance(self, centres, rows, programmes, programme_rows):
        owners = [(centre.pk, None) for centre in centres]
        owners += [(programme.centre_id, programme.pk) for programme in programmes]
        facts = [_known_facts(Centre, row) for row in rows]
        facts += [_known_facts(Programme, row) for row in programme_rows]
        as_of = connection.ops.adapt_datefield_value
        store(
            Provenance,
            ("centre_id", "programme_id", "fact", "as_of", "source_id", "method", "recorded_at",
             "recorded_by_id"),
            [
                (*owner, fact, as_of(self._as_of(row, fact)), self.source.pk, Method.MADE_UP.value,
                 *self._recorded(row, fact))
                for owner, row, known in zip(owners, [*rows, *programme_rows], facts, strict=True)
                for fact in known
            ],
        )  # fmt: skip

    def _recorded(self, row, fact):
        """When and by whom a fact was recorded: where a check vouches for it, by its approval."""
        when = row["vouched"].get(fact)
        at = connection.ops.adapt_datetimefield_value(when or self.now)
        return at, self.researcher.pk if when else None


def _criteria():
    """Criteria in force, by (country, purpose). Raises Missing where one has none."""
    found = {}
    for criterion in Criterion.objects.in_force():
        found.setdefault((criterion.country, criterion.purpose), []).append(criterion)
    for country in Country:
        for purpose in _PURPOSES:
            if (country, purpose) not in found:
                raise Missing(f"There are no criteria of a {purpose} centre in {country.label}.")
    return found


def _known_facts(model, row):
    return facts_stated_by(model, [field for field, value in row.items() if value is not None])
