"""Rows of the database for what a plan says, a chunk at a time, in bulk."""

from collections import defaultdict

from ..consequences import end_adverts_of_unlisted
from ..models import Centre, Method, Programme, Provenance, SourceRecord, Status, Term
from ..reports import keep_hidden
from . import facts as held_facts
from .facts import CENTRE_COLUMNS, PROGRAMME_COLUMNS
from .newcomers import Providers, Slugs
from .plan import CHUNK
from .rows import (
    add_phones,
    add_provenance,
    add_terms,
    replace_phones,
    replace_terms,
    save_fields,
    terms_of,
)


class Writer:
    """Writes listings and updates of one `ImportRun`, with a provenance row for every fact."""

    def __init__(self, run, *, method, now):
        self.run, self.method, self.now = run, method, now
        self.slugs = Slugs()
        self.providers = Providers(run.source)
        self.terms = {(term.kind, term.slug): term.pk for term in Term.objects.all()}

    def create(self, listings):
        """Create the centre, its programmes and the source's record of each listing."""
        centres = Centre.objects.bulk_create([self._new_centre(listing) for listing in listings])
        pairs = list(zip(listings, centres, strict=True))
        add_phones([(centre, listing.facts.get("phones")) for listing, centre in pairs])
        add_terms(Centre, [(centre, listing.facts) for listing, centre in pairs], self.terms)
        programmes = self._add_programmes(
            [
                (centre, key, facts)
                for listing, centre in pairs
                for key, facts in listing.programmes.items()
            ]
        )
        self._say_where_from(
            (centre.pk, None, fact, fact in listing.derived)
            for listing, centre in pairs
            for fact in listing.facts
        )
        SourceRecord.objects.bulk_create(
            self._new_record(listing.key, centre.pk, _said(listing, centre, programmes))
            for listing, centre in pairs
        )

    def update(self, updates):
        """Write the changes of each update, and what the source has now said."""
        changes = self._changes(updates)
        self._reopen(updates)
        self._forget_provenance(changes)
        for model in (Centre, Programme):
            self._write(model, [change for change in changes if type(change[2]) is model])
        self._write_provenance(changes)
        dropped = [pk for update in updates for pk in update.dropped]
        Programme.objects.filter(pk__in=dropped).delete()
        self._add_new_programmes(updates)
        self._record(updates)

    def close(self, missing):
        """Close centres that the file no longer names, and note that it was an import that did."""
        for start in range(0, len(missing), CHUNK):
            chunk = missing[start : start + CHUNK]
            pks = [entry.centre_id for entry in chunk]
            Centre.objects.filter(pk__in=pks).update(status=Status.CLOSED, closed_on=self.run.as_of)
            end_adverts_of_unlisted(now=self.now, by=self.run.applied_by, centres=pks)
            Provenance.objects.filter(
                centre__in=pks, programme__isnull=True, fact="closed_on"
            ).delete()
            self._say_where_from((pk, None, "closed_on", False) for pk in pks)
            records = SourceRecord.objects.in_bulk([entry.record_id for entry in chunk])
            for record in records.values():
                record.values = {**record.values, "gone": self.run.as_of.isoformat()}
            save_fields(records.values(), ["values"])

    def _new_centre(self, listing):
        centre = Centre(country=listing.country, status=Status.LISTED, source=self.run.source)
        for fact in CENTRE_COLUMNS.keys() & listing.facts.keys():
            held_facts.write_column_fact(centre, fact, listing.facts[fact])
        centre.provider = self._provider(listing, centre)
        centre.slug = self.slugs.free(centre.name, centre.town)
        return centre

    def _provider(self, listing, centre):
        fact = listing.facts.get("provider")
        return self.providers.get(fact, centre, listing.provider_details) if fact else None

    def _add_programmes(self, wanted):
        """Create programmes of (centre, key, facts); return them by (centre id, key)."""
        rows = []
        for centre, _, facts in wanted:
            programme = Programme(centre=centre)
            for fact in PROGRAMME_COLUMNS.keys() & facts.keys():
                held_facts.write_column_fact(programme, fact, facts[fact])
            rows.append(programme)
        Programme.objects.bulk_create(rows)
        made = list(zip(rows, wanted, strict=True))
        add_terms(Programme, [(row, facts) for row, (_, _, facts) in made], self.terms)
        self._say_where_from(
            (centre.pk, row.pk, fact, False) for row, (centre, _, facts) in made for fact in facts
        )
        return {(centre.pk, key): row for row, (centre, key, _) in made}

    def _say_where_from(self, facts):
        """Write provenance. `facts`: tuples centre id, programme id, fact, whether derived."""
        named = {
            (centre, programme, held_facts.provenance_name(fact)): derived
            for centre, programme, fact, derived in facts
        }
        add_provenance(
            [
                (*name, Method.DERIVED.value if derived else self.method)
                for name, derived in named.items()
            ],
            run=self.run,
            now=self.now,
        )

    def _new_record(self, key, centre_id, said):
        return SourceRecord(
            source=self.run.source, key=key, centre_id=centre_id, last_run=self.run, values=said
        )

    def _changes(self, updates):
        """Triples: the update, one difference of it, and the row it is about."""
        centres = Centre.objects.in_bulk([update.centre_id for update in updates])
        ids = [
            update.programme_id(difference.programme)
            for update in updates
            for difference in update.changes
            if difference.programme
        ]
        programmes = Programme.objects.select_related("centre").in_bulk(ids)
        return [
            (
                update,
                difference,
                programmes[update.programme_id(difference.programme)]
                if difference.programme
                else centres[update.centre_id],
            )
            for update in updates
            for difference in update.changes
        ]

    def _reopen(self, updates):
        reopened = [update.centre_id for update in updates if update.reopens]
        Centre.objects.filter(pk__in=reopened).update(
            status=Status.LISTED, closed_on=None, successor=None
        )
        Provenance.objects.filter(centre__in=reopened, fact="closed_on").delete()

    def _forget_provenance(self, changes):
        about = {
            (
                update.centre_id,
                row.pk if difference.programme else None,
                held_facts.provenance_name(difference.fact),
            )
            for update, difference, row in changes
        }
        held = Provenance.objects.filter(centre_id__in={key[0] for key in about})
        found = held.values_list("pk", "centre_id", "programme_id", "fact")
        Provenance.objects.filter(pk__in=[key[0] for key in found if key[1:] in about]).delete()

    def _write_provenance(self, changes):
        self._say_where_from(
            (
                update.centre_id,
                row.pk if difference.programme else None,
                difference.fact,
                difference.fact in update.listing.derived and not difference.programme,
            )
            for update, difference, row in changes
            if held_facts.provenance_name(difference.fact)
            in map(held_facts.provenance_name, update.facts_said(difference.programme))
        )

    def _write(self, model, changes):
        """Write changes about rows of `model`: columns, linked terms, telephones."""
        columns = CENTRE_COLUMNS if model is Centre else PROGRAMME_COLUMNS
        fields, rows, links, phones = set(), {}, defaultdict(dict), []
        for update, difference, row in changes:
            rows[row.pk] = row
            if difference.fact in columns:
                fields.update(held_facts.write_column_fact(row, difference.fact, difference.new))
            elif difference.fact in terms_of(model):
                links[row][difference.fact] = difference.new
            elif difference.fact == "phones":
                phones.append((row, difference.new))
            else:
                row.provider = self._provider(update.listing, row)
                fields.add("provider")
        save_fields(rows.values(), sorted(fields))
        replace_terms(model, list(links.items()), self.terms)
        if phones:
            replace_phones(phones)
            keep_hidden([centre.pk for centre, _ in phones], now=self.now)

    def _add_new_programmes(self, updates):
        owners = Centre.objects.in_bulk([update.centre_id for update in updates if update.added])
        for update in updates:
            made = self._add_programmes(
                [(owners[update.centre_id], key, update.facts_said(key)) for key in update.added]
            )
            for (_, key), programme in made.items():
                update.said["programmes"][key]["id"] = programme.pk

    def _record(self, updates):
        SourceRecord.objects.bulk_create(
            self._new_record(update.listing.key, update.centre_id, update.said)
            for update in updates
            if update.record_id is None
        )
        rows = SourceRecord.objects.in_bulk([u.record_id for u in updates if u.record_id])
        for update in updates:
            if update.record_id:
                rows[update.record_id].values = update.said
                rows[update.record_id].last_run = self.run
        save_fields(rows.values(), ["values", "last_run"])


def _said(listing, centre, programmes):
    """What `SourceRecord.values` keeps of a new listing."""
    return {
        "centre": listing.facts,
        "programmes": {
            key: {"id": programmes[centre.pk, key].pk, "facts": facts}
            for key, facts in listing.programmes.items()
        },
    }
