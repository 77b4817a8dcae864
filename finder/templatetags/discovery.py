"""The head of a page: what it is called, where it is, and what programs may read of it."""

from django import template
from django.conf import settings
from django.utils.encoding import iri_to_uri
from django.utils.safestring import mark_safe
from django.utils.translation import gettext as _

from centres.models import LevelOfCare, Status
from finder import structured_data
from finder.wording import day

register = template.Library()

#: Pages that are the visitor's own: they have no address to be known by.
PRIVATE = {"shortlist", "compare", "call-sheet"}
#: Parameters that make another text of a page, which is then known by its own address.
OTHER_TEXTS = {"treatment": {"country": ["US"]}, "treatment-index": {"country": ["US"]}}
#: Kinds of programme that a description names.
MOST_KINDS = 3


@register.simple_block_tag
def words(content):
    """What it encloses, on one line."""
    return mark_safe(" ".join(content.split()))  # noqa: S308 - a template rendered it, escaped


@register.simple_tag(takes_context=True)
def own_address(context):
    """Where this page is for good, without what anybody searched for; "" of one that is nowhere."""
    request = context.get("request")
    match = request and request.resolver_match
    if not match or match.url_name in PRIVATE:
        return ""
    texts = OTHER_TEXTS.get(match.url_name, {})
    kept = [
        f"{name}={value}"
        for name, values in texts.items()
        for value in values
        if request.GET.get(name) == value
    ]
    query = f"?{'&'.join(kept)}" if kept else ""
    return f"{settings.SITE_URL}{iri_to_uri(request.path)}{query}"


@register.simple_tag
def described(centre):
    """A centre in a sentence or two of facts."""
    if centre.status == Status.CLOSED:
        said = {"centre": centre.name, "date": day(centre.closed_on)}
        return _("%(centre)s closed on %(date)s.") % said
    place = centre.region if centre.is_withheld else centre.town or centre.region
    where = f"{centre.name}, {place}" if place else centre.name
    if centre.status != Status.LISTED:
        return _("%(where)s: not listed at present.") % {"where": where}
    levels = {row.level for row in centre.programmes.all() if row.level}
    kinds = [str(level.label) for level in LevelOfCare if level in levels][:MOST_KINDS]
    offers = "; ".join(kinds).lower() if kinds else _("programmes not known")
    said = {"where": where, "offers": offers}
    return _("%(where)s: %(offers)s. Each fact with its source and its age.") % said


@register.simple_tag(takes_context=True)
def centre_data(context, centre, now):
    """A centre's page for programs that read schema.org."""
    record = context.get("record")
    is_doubtful = bool(record and record.withdrawn_on)
    path = centre.get_absolute_url()
    steps = structured_data.steps_to(centre.name, path, index="search", index_name=_("Centres"))
    told = structured_data.clinic(centre, now=now, is_doubtful=is_doubtful)
    return _elements(told, structured_data.crumbs(steps))


@register.simple_tag(takes_context=True)
def breadcrumbs(context, name, index, index_name):
    """This page's place below the page called `index`, for programs that read schema.org."""
    path = iri_to_uri(context["request"].path)
    steps = structured_data.steps_to(name, path, index=index, index_name=index_name)
    return _elements(structured_data.crumbs(steps))


def _elements(*data):
    """Data blocks: no browser runs them, so the content security policy lets them stand."""
    texts = [structured_data.script(each) for each in data if each]
    elements = [f'<script type="application/ld+json">{text}</script>' for text in texts]
    return mark_safe("\n    ".join(elements))  # noqa: S308 - `script` escapes every text
