import re
from dataclasses import dataclass, field
from urllib.parse import urlencode

from django.conf import settings
from django.db.models import Q
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from centres.models import Centre, Status
from finder import comparison, questions, record, shortlist
from finder.languages import speaking_of
from finder.places import answers
from finder.places.resolve import resolve
from finder.views.centre import in_full

#: What a centre may be called by in a link: its slug or its UUID.
REFERENCE = re.compile(r"[-a-zA-Z0-9_]{1,140}")
UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)
#: So many names in a link are looked up: more than anybody compares, and no burden.
MOST_LOOKED_UP = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Chosen:
    """What was asked for, in the order of asking, and what became of it.

    standing: the first four listed. left_out: listed, but beyond four. ended: (closed or suspended
    centre, its successor or None). unknown: how many of the names are of no centre with a page.
    ignored: how many names were too many to look up.
    """

    standing: list[Centre] = field(default_factory=list)
    left_out: list[Centre] = field(default_factory=list)
    ended: list[tuple] = field(default_factory=list)
    unknown: int = 0
    ignored: int = 0


@dataclass(frozen=True, slots=True)
class _Asked:
    """is_anything: whether any centre was named; is_link: whether by the link."""

    chosen: Chosen
    is_anything: bool
    is_link: bool

    @property
    def country(self):
        """Of the first centre, Britain where there is none."""
        return self.chosen.standing[0].country if self.chosen.standing else "GB"


@never_cache
def compare(request):
    """Up to four centres side by side: those of the link, else those of the visitor's shortlist."""
    asked = _asked(request)
    with speaking_of(asked.country):
        return render(request, "finder/compare.html", _comparison(request, asked))


@never_cache
def call_sheet(request):
    """The same centres on paper: a sheet each, with ten questions and room for the answers."""
    asked = _asked(request)
    with speaking_of(asked.country):
        return render(request, "finder/call_sheet.html", _sheets(asked))


def _comparison(request, asked):
    context = _context(asked)
    columns = context["columns"]
    origin, place_problem = _place(request.GET.get("near", ""))
    return context | {
        "questions": comparison.table(columns, origin=origin),
        "detox_shown": comparison.detox_shown(columns),
        "alcohol_shown": comparison.alcohol_shown(columns),
        "near": request.GET.get("near", ""),
        "origin": origin,
        "place_problem": place_problem,
        "link": f"{settings.SITE_URL}{reverse('compare')}?{_query(asked.chosen.standing)}",
    }


def _sheets(asked):
    context = _context(asked)
    context["sheets"] = [
        (column, questions.call_sheet(column.centre.country)) for column in context["columns"]
    ]
    return context


def _asked(request):
    given = [text for text in request.GET.getlist("c") if text]
    references = list(dict.fromkeys(given or map(str, shortlist.kept(request))))
    return _Asked(_choose(references), is_anything=bool(references), is_link=bool(given))


def _context(asked):
    """What both pages show; the same number of queries whatever is asked for."""
    now, chosen = timezone.now(), asked.chosen
    agreements = record.agreements(chosen.standing, now=now)
    return {
        "chosen": chosen,
        "columns": [
            comparison.column(row, now=now, agreement=agreements.get(row.pk))
            for row in chosen.standing
        ],
        "asked": asked.is_anything,
        "from_link": asked.is_link,
        "query": _query(chosen.standing) if asked.is_link else "",
        "most": shortlist.MOST,
        "country": asked.country,
        "now": now,
    }


def _choose(references):
    """`Chosen` of slugs and UUIDs, each given once."""
    looked_up = references[:MOST_LOOKED_UP]
    known = [text for text in looked_up if REFERENCE.fullmatch(text)]
    uuids = [text for text in known if UUID.fullmatch(text)]
    rows = in_full().filter(Q(slug__in=known) | Q(uuid__in=uuids))
    by_name = {name: row for row in rows for name in (str(row.uuid), row.slug)}
    named = [by_name.get(text) or by_name.get(text.lower()) for text in looked_up]
    found = list(dict.fromkeys(row for row in named if row is not None))
    listed = [row for row in found if row.status == Status.LISTED]
    others = [row for row in found if row.status != Status.LISTED]
    after = Centre.objects.with_page().in_bulk([row.successor_id for row in others])
    return Chosen(
        standing=listed[: shortlist.MOST],
        left_out=listed[shortlist.MOST :],
        ended=[(row, after.get(row.successor_id)) for row in others],
        unknown=named.count(None),
        ignored=len(references) - len(looked_up),
    )


def _query(centres):
    return urlencode([("c", centre.slug) for centre in centres])


def _place(near):
    """(the `Spot` to measure from or None, why there is none or "") of what was typed."""
    if not near.strip():
        return None, ""
    match resolve(near):
        case answers.Understood(place, _note):
            return place, ""
        case answers.Ambiguous(text, choices):
            named = "; ".join(choice.label for choice in choices)
            said = {"text": text, "places": named}
            return None, _("There is more than one “%(text)s”. Say which: %(places)s.") % said
        case answers.Doubtful(text, suggestions):
            named = "; ".join(choice.label for choice in suggestions)
            said = {"text": text, "places": named}
            asked = _("We do not know a place called “%(text)s”. Did you mean: %(places)s?")
            return None, asked % said
    return None, _("We do not know that place. A town, a postcode or a ZIP code works.")
