"""Rows of the database for what a plan says, a chunk at a time, in bulk."""

from django.utils.text import slugify

from ..models import (
    Centre,
    Phone,
    Programme,
    Provenance,
    Provider,
    SourceRecord,
    Status,
    Term,
)
from . import facts as held_facts
from .facts import CENTRE_COLUMNS, CENTRE_TERMS, PROGRAMME_COLUMNS, PROGRAMME_TERMS


class Writer:
    """Writes listings and updates of one `ImportRun`, with a provenance row for every fact."""

    def __init__(self, run, *, method, now):
        self.run, self.method, self.now = run, method, now
        self.slugs = _Slugs()
        self.providers = _Providers(run.source)
        self.terms = {(term.kind, term.slug): term.pk for term in Term.objects.all()}

    def create(self, listings):
        """Create the centre, its programmes and the source's record of each listing."""
        centres = [self._new_centre(listing) for listing in listings]
        Centre.objects.bulk_create(centres)
        pairs = list(zip(listings, centres, strict=True))
        Phone.objects.bulk_create(
            phone
            for listing, centre in pairs
            for phone in _phones(centre, listing.facts.get("phones"))
        )
        self._link(Centre, CENTRE_TERMS, [(centre, listing.facts) for listing, centre in pairs])
        programmes = self._add_programmes(
            [
                (centre, key, facts)
                for listing, centre in pairs
                for key, facts in listing.programmes.items()
            ]
        )
        Provenance.objects.bulk_create(
            row
            for listing, centre in pairs
            for row in self._provenance(centre, listing.facts, derived=listing.derived)
        )
        SourceRecord.objects.bulk_create(
            SourceRecord(
                source=self.run.source,
                key=listing.key,
                centre=centre,
                last_run=self.run,
                values={
                    "centre": listing.facts,
                    "programmes": {
                        key: {"id": programmes[centre.pk, key].pk, "facts": facts}
                        for key, facts in listing.programmes.items()
                    },
                },
            )
            for listing, centre in pairs
        )

    def update(self, updates):
        """Write the changes of each update, and what the source has now said."""
        centres = Centre.objects.in_bulk([update.centre_id for update in updates])
        programmes = Programme.objects.in_bulk(
            [
                programme["id"]
                for update in updates
                for programme in update.said["programmes"].values()
                if programme["id"]
            ]
        )
        changes = [
            (update, difference, self._target(update, difference, centres, programmes))
            for update in updates
            for difference in update.changes
        ]
        self._reopen(updates, centres)
        self._forget(changes)
        self._write(changes)
        Programme.objects.filter(
            pk__in=[pk for update in updates for pk in update.dropped]
        ).delete()
        added = self._add_programmes(
            [
                (centres[update.centre_id], key, update.said["programmes"][key]["facts"])
                for update in updates
                for key in update.added
            ]
        )
        for (centre_id, key), programme in added.items():
            update = next(u for u in updates if u.centre_id == centre_id)
            update.said["programmes"][key]["id"] = programme.pk
        self._record(updates)

    # What `create` and `update` share.

    def _new_centre(self, listing):
        centre = Centre(country=listing.country, status=Status.LISTED, source=self.run.source)
        for fact in CENTRE_COLUMNS.keys() & listing.facts.keys():
            held_facts.write_column_fact(centre, fact, listing.facts[fact])
        centre.provider = self._provider(listing, centre)
        centre.slug = self.slugs.free(centre.name, centre.town)
        return centre

    def _provider(self, listing, centre):
        fact = listing.facts.get("provider")
        if fact is None:
            return None
        return self.providers.get(fact, centre, listing.provider_details)

    def _add_programmes(self, wanted):
        """Create programmes of (centre, key, facts); return them by (centre id, key)."""
        rows = []
        for centre, _, facts in wanted:
            programme = Programme(centre=centre)
            for fact in PROGRAMME_COLUMNS.keys() & facts.keys():
                held_facts.write_column_fact(programme, fact, facts[fact])
            rows.append(programme)
        Programme.objects.bulk_create(rows)
        self._link(
            Programme,
            PROGRAMME_TERMS,
            [(row, facts) for row, (_, _, facts) in zip(rows, wanted, strict=True)],
        )
        Provenance.objects.bulk_create(
            provenance
            for row, (centre, _, facts) in zip(rows, wanted, strict=True)
            for provenance in self._provenance(centre, facts, programme=row)
        )
        return {(centre.pk, key): row for row, (centre, key, _) in zip(rows, wanted, strict=True)}

    def _link(self, model, term_facts, rows):
        """Bulk rows of the many-to-many tables for the (row, facts) given."""
        for fact, kind in term_facts.items():
            through = getattr(model, fact).through
            owner = f"{model._meta.model_name}_id"
            through.objects.bulk_create(
                through(**{owner: row.pk, "term_id": self.terms[kind, slug]})
                for row, facts in rows
                for slug in facts.get(fact) or ()
            )

    def _provenance(self, centre, facts, *, programme=None, derived=frozenset()):
        for name in sorted({held_facts.provenance_name(fact) for fact in facts}):
            yield Provenance(
                centre=centre,
                programme=programme,
                fact=name,
                source=self.run.source,
                method="derived" if name in derived else self.method,
                as_of=self.run.as_of,
                recorded_at=self.now,
                import_run=self.run,
            )

    # What only `update` needs.

    def _target(self, update, difference, centres, programmes):
        if not difference.programme:
            return centres[update.centre_id]
        return programmes[update.said["programmes"][difference.programme]["id"]]

    def _reopen(self, updates, centres):
        reopened = [update.centre_id for update in updates if update.reopens]
        Centre.objects.filter(pk__in=reopened).update(
            status=Status.LISTED, closed_on=None, successor=None
        )
        for pk in reopened:
            centres[pk].status, centres[pk].closed_on = Status.LISTED, None

    def _forget(self, changes):
        """Remove the provenance of facts that are about to change."""
        about = {
            (
                update.centre_id,
                target.pk if difference.programme else None,
                held_facts.provenance_name(difference.fact),
            )
            for update, difference, target in changes
        }
        rows = Provenance.objects.filter(centre_id__in={key[0] for key in about})
        found = rows.values_list("pk", "centre_id", "programme_id", "fact")
        Provenance.objects.filter(pk__in=[row[0] for row in found if row[1:] in about]).delete()

    def _write(self, changes):
        fields = {Centre: set(), Programme: set()}
        touched = {Centre: {}, Programme: {}}
        new_provenance = {}
        for update, difference, target in changes:
            model, fact = type(target), difference.fact
            touched[model][target.pk] = target
            if fact in CENTRE_COLUMNS if model is Centre else fact in PROGRAMME_COLUMNS:
                fields[model].update(held_facts.write_column_fact(target, fact, difference.new))
            elif fact == "provider":
                target.provider = self._provider(update.listing, target)
                fields[model].add("provider")
            elif fact == "phones":
                _change_phones(target, difference.new)
            else:
                self._change_terms(target, fact, difference.new)
            name = held_facts.provenance_name(fact)
            if name in _names_said(update, difference):
                new_provenance[target, name] = (update, difference)
        for model, rows in touched.items():
            if rows and fields[model]:
                model.objects.bulk_update(rows.values(), sorted(fields[model]), batch_size=100)
        Provenance.objects.bulk_create(
            provenance
            for (target, name), (update, difference) in new_provenance.items()
            for provenance in self._provenance(
                target.centre if difference.programme else target,
                [name],
                programme=target if difference.programme else None,
                derived=update.listing.derived,
            )
        )

    def _change_terms(self, target, fact, slugs):
        model = type(target)
        kind = (CENTRE_TERMS if model is Centre else PROGRAMME_TERMS)[fact]
        through = getattr(model, fact).through
        through.objects.filter(**{f"{model._meta.model_name}_id": target.pk}).exclude(
            term_id__in=[self.terms[kind, slug] for slug in slugs or ()]
        ).delete()
        getattr(target, fact).add(*[self.terms[kind, slug] for slug in slugs or ()])

    def _record(self, updates):
        SourceRecord.objects.bulk_create(
            SourceRecord(
                source=self.run.source,
                key=update.listing.key,
                centre_id=update.centre_id,
                last_run=self.run,
                values=update.said,
            )
            for update in updates
            if update.record_id is None
        )
        rows = SourceRecord.objects.in_bulk([u.record_id for u in updates if u.record_id])
        for update in updates:
            if update.record_id:
                rows[update.record_id].values = update.said
                rows[update.record_id].last_run = self.run
        SourceRecord.objects.bulk_update(rows.values(), ["values", "last_run"], batch_size=100)


def _names_said(update, difference):
    """Names of the facts about the same row that the source still states."""
    said = update.said["centre"]
    if difference.programme:
        said = update.said["programmes"][difference.programme]["facts"]
    return {held_facts.provenance_name(fact) for fact in said}


class _Slugs:
    """`Centre.objects.free_slug` for thousands of names at once."""

    def __init__(self):
        self.taken = set(Centre.objects.values_list("slug", flat=True))

    def free(self, name, town):
        stem = slugify(name)[:80].strip("-") or "centre"
        slug, number = stem, 2
        if slug in self.taken:
            slug = f"{stem}-{slugify(town)[:40]}".strip("-")
        while slug in self.taken:
            slug = f"{stem}-{number}"
            number += 1
        self.taken.add(slug)
        return slug


class _Providers:
    """Providers by company number, else by name.

    In the US, where names are not unique to the country, a name is one provider within a state.
    """

    def __init__(self, source):
        self.by_number = {
            (provider.country, provider.company_number): provider
            for provider in Provider.objects.exclude(company_number="")
        }
        self.by_name = {
            _provider_key(centre.provider.legal_name, centre): centre.provider
            for centre in Centre.objects.filter(source=source, provider__isnull=False)
            .select_related("provider")
            .only("country", "region", "provider")
        }

    def get(self, fact, centre, details):
        number = (centre.country, fact["company_number"])
        name = _provider_key(fact["name"], centre)
        provider = self.by_number.get(number) or (
            self.by_name.get(name) if not fact["company_number"] else None
        )
        if provider is None:
            provider = Provider.objects.create(
                legal_name=fact["name"],
                country=centre.country,
                company_number=fact["company_number"],
                **{key: value for key, value in details.items() if value},
            )
            if fact["company_number"]:
                self.by_number[number] = provider
        self.by_name.setdefault(name, provider)
        return provider


def _provider_key(name, centre):
    return centre.country, centre.region if centre.country == "US" else "", name.casefold()


def _phones(centre, phones):
    for position, phone in enumerate(phones or ()):
        yield Phone(centre=centre, position=position, **phone)


def _change_phones(centre, phones):
    """Make the centre's numbers those given; who answers a number that stays is kept."""
    held = {phone.number: phone for phone in centre.phones.all()}
    for phone in _phones(centre, phones):
        kept = held.pop(phone.number, None)
        if kept:
            phone.pk, phone.answered_by = kept.pk, kept.answered_by
        phone.save(force_update=kept is not None)
    for phone in held.values():
        phone.delete()
