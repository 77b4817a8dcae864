"""Why a centre is shown: which of the things that were asked for it meets.

A thing is a filter with all its values, or the distance. A result of a search meets every one, by
one and the same programme where they speak of programmes (P11). A centre offered beside the results
lacks one: it says which, and what is known of that. What nobody stated is never said to be a "no",
and neither is what a list leaves out (P6).
"""

from dataclasses import dataclass
from functools import cached_property

from django.utils.text import get_text_list
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from centres.models import DualDiagnosis, MedicationStance, Setting

from . import narrowing, wording

#: What a search can ask of a programme: how what is known of it is said, "" where nothing is, and
#: what is said then.
_LEVEL_UNKNOWN = gettext_lazy("kind of programme not known")
_OF_PROGRAMMES = {
    "level": (lambda one, now: wording.level(one.programme), _LEVEL_UNKNOWN),
    "setting": (lambda one, now: _choice(Setting, one.programme.setting), _LEVEL_UNKNOWN),
    "length": (lambda one, now: wording.length(one.programme), gettext_lazy("length not known")),
    "dual_diagnosis": (
        lambda one, now: _choice(DualDiagnosis, one.programme.dual_diagnosis),
        gettext_lazy("not known"),
    ),
    "medication": (
        lambda one, now: _choice(MedicationStance, one.programme.medication),
        gettext_lazy("not known"),
    ),
    "max_price": (
        lambda one, now: wording.price(one.programme),
        gettext_lazy("price not published"),
    ),
    "available": (
        lambda one, now: _day(one.programme.fresh_admission(now=now)),
        gettext_lazy("no date given in the last 72 hours"),
    ),
}


@dataclass(frozen=True, kw_only=True)
class Match:
    """met: the things met, in words. lacking: "28 days: length not known", "" where it lacks none.

    by: "1 of 2 programmes", where not every programme meets what is asked of one; else "".
    """

    met: list[str]
    lacking: str = ""
    by: str = ""

    @cached_property
    def said(self):
        """ "Matches 3 of 4 things asked for"."""
        asked = len(self.met) + bool(self.lacking)
        words = ngettext(
            "Matches %(met)d of %(asked)d thing asked for",
            "Matches %(met)d of %(asked)d things asked for",
            asked,
        ) % {"met": len(self.met), "asked": asked}
        return _("%(matches)s, in %(by)s") % {"matches": words, "by": self.by} if self.by else words


def things(found):
    """{parameter: what was asked of it, in words} of `Results`; {} where no filter is in force."""
    if not found.query.values:
        return {}
    return {
        name: get_text_list(texts, _("or"))
        for name, texts in narrowing.in_words(found).items()
        if name != "country"
    }


def of_results(asked, hits, by_programme):
    """The `Match` of each result, which meets all that was `asked`; None each where nothing was.

    by_programme: whether some of it is asked of a programme.
    """
    parts = [_part(hit.programmes) if by_programme else "" for hit in hits]
    met = list(asked.values())
    made = {by: Match(met=met, by=by) if asked else None for by in set(parts)}
    return [made[by] for by in parts]


def _part(programmes):
    """ "1 of 2 programmes" meets what is asked of one; "" where each of them does."""
    meeting, offered = sum(one.matches for one in programmes), len(programmes)
    if meeting == offered:
        return ""
    words = ngettext(
        "%(meeting)d of %(offered)d programme", "%(meeting)d of %(offered)d programmes", offered
    )
    return words % {"meeting": meeting, "offered": offered}


def of_other(asked, hit, lacks, *, now):
    """`Match` of a centre that meets all but the parameter `lacks`; None where nothing was asked.

    Of its programmes, those match that meet all that is asked of one but this.
    """
    if not asked:
        return None
    known = _distance(hit) if lacks == "radius" else _known(hit, lacks, now)
    said = _("%(asked)s: %(known)s") % {"asked": asked[lacks], "known": known}
    return Match(met=[words for name, words in asked.items() if name != lacks], lacking=said)


def _distance(hit):
    return _("further away") if hit.distance_miles is not None else _("place not published")


def _known(hit, parameter, now):
    """What is known of the thing a centre lacks, in a few words."""
    if parameter == "verified":
        return _("not verified by us")
    if parameter == "q":
        return _("has another name")
    if parameter in {"language", "access"}:
        return _listed(hit.languages if parameter == "language" else hit.access)
    said = [_of_programme(one, parameter, now) for one in hit.programmes if one.matches]
    unknown = [words for words, is_known in said if not is_known]
    return (unknown or [words for words, _known in said] or [_("programmes not known")])[0]


def _of_programme(one, parameter, now):
    """(words, whether anything is known) of what one `ProgrammeHit` says of a parameter."""
    if parameter not in _OF_PROGRAMMES:
        slugs = one.terms.get(parameter)
        return _listed(slugs), bool(slugs)
    say, unknown = _OF_PROGRAMMES[parameter]
    words = say(one, now)
    return (words, True) if words else (str(unknown), False)


def _listed(slugs):
    """Of what is no longer than its list: a list that leaves a thing out does not deny it."""
    return _("not mentioned") if slugs else _("not known")


def _choice(enumeration, value):
    return "" if value in {"", "unknown"} else str(enumeration(value).label)


def _day(date):
    return wording.day(date) if date else ""
