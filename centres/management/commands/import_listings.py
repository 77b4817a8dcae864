import datetime
import time
from collections import defaultdict

from django.core.management.base import BaseCommand, CommandError
from django.db import DataError, IntegrityError, OperationalError
from django.utils import timezone

from centres.imports import cqc, samhsa
from centres.imports.apply import apply_entries
from centres.imports.listing import Refused
from centres.imports.placing import geocoder, place
from centres.imports.plan import make_plan
from centres.imports.reading import read_file
from centres.imports.review import describe
from centres.models import Source, Term

SOURCES = {module.SOURCE: module for module in (cqc, samhsa)}
#: Seconds of silence before progress is printed, and between one line of it and the next.
QUIET_FOR = 2


class Command(BaseCommand):
    help = (
        "Import listings from an official file (CSV, XLSX or ODS). Prints what would be created, "
        "changed and left out; writes only with --apply, and then all of the file or nothing."
    )

    def add_arguments(self, parser):
        parser.add_argument("source", choices=sorted(SOURCES))
        parser.add_argument("file")
        parser.add_argument("--apply", action="store_true", help="Write what the plan says.")
        parser.add_argument(
            "--as-of",
            metavar="YYYY-MM-DD",
            help="The day the file's facts were true, where the file does not say.",
        )
        parser.add_argument(
            "--close-missing",
            action="store_true",
            help="Close centres of this source that the file, being whole, no longer names.",
        )
        parser.add_argument(
            "--close-many", action="store_true", help="Close them even if they are many."
        )

    def handle(self, *, source, file, apply, as_of, close_missing, close_many, verbosity, **_):
        now = timezone.now()
        try:
            self._import(
                SOURCES[source], file, now, apply, as_of, close_missing, close_many, verbosity
            )
        except Refused as refusal:
            raise CommandError(str(refusal)) from refusal
        except (DataError, IntegrityError) as error:
            raise CommandError(
                f"Nothing was applied: the database refused it ({error})."
            ) from error
        except OperationalError as error:
            if "lock" not in str(error):
                raise
            raise CommandError(
                "Another import or change is being written; nothing was done. Try again."
            ) from error

    def _import(self, module, path, now, apply, as_of, close_missing, close_many, verbosity):
        source = _source(module.SOURCE)
        progress = Progress(self.stderr)
        source_file = read_file(path)
        entries = module.read(source_file, _terms())
        as_of = _as_of(as_of, entries, now)
        entries.left_out += place(entries.listings, geocoder(), progress=progress)
        if not apply:
            plan = make_plan(entries, source=source, as_of=as_of)
            self._print(plan, as_of, verbosity)
            self.stdout.write("Nothing was written: this was a dry run. Add --apply to write it.")
            return
        plan, run = apply_entries(
            entries,
            source=source,
            method=module.METHOD,
            as_of=as_of,
            now=now,
            file_name=source_file.name,
            file_digest=source_file.digest,
            close_missing=close_missing,
            close_many=close_many,
            progress=progress,
        )
        self._print(plan, as_of, verbosity)
        if run is None:
            self.stdout.write("Nothing to apply: all of it is here already.")
            return
        self.stdout.write(
            f"Applied: {run.created} created, {run.changed} changed, {run.closed} closed."
        )

    def _print(self, plan, as_of, verbosity):
        for line in describe(plan, as_of=as_of, everything=verbosity > 1):
            self.stdout.write(line)


class Progress:
    """Prints how far a stage has come, once it has taken longer than anyone waits in silence."""

    def __init__(self, out):
        self.out, self.last = out, time.monotonic()

    def __call__(self, stage, done, total):
        if time.monotonic() - self.last < QUIET_FOR:
            return
        self.last = time.monotonic()
        self.out.write(f"{stage}: {done:,} of {total:,}")


def _source(slug):
    try:
        return Source.objects.get(slug=slug)
    except Source.DoesNotExist:
        raise Refused(
            f"The source {slug} is not in the database: run manage.py load_vocabulary."
        ) from None


def _terms():
    """Service codes of the vocabulary: `{code: {(kind, slug), …}}`."""
    terms = defaultdict(set)
    for term in Term.objects.exclude(samhsa_codes=""):
        for code in term.samhsa_codes.upper().split():
            terms[code].add((term.kind, term.slug))
    return terms


def _as_of(stated, entries, now):
    try:
        as_of = datetime.date.fromisoformat(stated) if stated else entries.as_of
    except ValueError:
        raise Refused(f"--as-of {stated} is not a day such as 2026-04-01.") from None
    if as_of is None:
        raise Refused(
            "The file does not say which day its facts are of: give it as --as-of YYYY-MM-DD."
        )
    if as_of > timezone.localdate(now):
        raise Refused(f"The file's day, {as_of.isoformat()}, is still to come.")
    return as_of
