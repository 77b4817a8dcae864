"""What pages are made of, for staff: each part as visitors get it, and when to use it."""

from pathlib import Path

from django import forms
from django.conf import settings
from django.contrib.admin.views.decorators import staff_member_required
from django.http import QueryDict
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from finder import narrowing, palette
from finder.cards import cards
from finder.search import search

PARTIALS = Path(settings.BASE_DIR) / "templates" / "finder"
#: A search whose answer has chips, facets and, where any centre is listed, cards.
SHOWN = "setting=residential&setting=outpatient&verified=yes"
#: When to use each picture. Decoration is no reason.
PICTURES = {
    "home": "The first page, once.",
    "empty": "Above a page on which there is nothing to show; never on a dead end in a crisis.",
    "either": "Beside a choice left open.",
    "lives_in": "Beside “Lives in”: programmes with a bed.",
    "goes_home": "Beside “Goes home at night”.",
    "day": "Beside a day or evening programme.",
    "online": "Beside programmes by telephone or video.",
    "detox": "Beside help to come off safely.",
    "mind": "Beside “mental health as well”.",
}
ICONS = {
    "alert": "What cannot wait.",
    "drop": "Substances and behaviours.",
    "info": "What is known of a fact.",
    "list": "The directory itself.",
    "lock": "What we keep and do not keep.",
    "people": "For someone else; families and friends.",
    "person": "For me.",
    "phone": "A number that can be rung.",
    "pin": "A place.",
    "print": "What can be printed.",
    "scales": "Who pays, and how we stay fair.",
    "search": "Finding centres.",
    "tick": "Verified, and nothing else.",
}


class Sample(forms.Form):
    """One field of each kind, as the forms for visitors and centres have them."""

    name = forms.CharField(label="Your name", help_text="As you would like to be called.")
    phone = forms.CharField(
        label="Telephone",
        widget=forms.TextInput(attrs={"type": "tel"}),
        error_messages={"required": "Type the number they should ring."},
    )
    when = forms.ChoiceField(
        label="When may they ring?",
        choices=[("morning", "Morning"), ("evening", "Evening")],
        widget=forms.RadioSelect,
        error_messages={"required": "Choose when they may ring."},
    )
    country = forms.ChoiceField(
        label="Country", choices=[("GB", "United Kingdom"), ("US", "United States")]
    )
    note = forms.CharField(label="Anything else", widget=forms.Textarea, required=False)
    agreed = forms.BooleanField(
        label="They may ring me on this number",
        error_messages={"required": "Tick the box if they may ring you."},
    )


@require_safe
@never_cache
@staff_member_required
def components(request):
    """Colours with their contrast, type, space, pictures, and every part with its real template."""
    now = timezone.now()
    found = search(QueryDict(SHOWN), now=now)
    groups = {group.name: group for group in narrowing.groups(found)}
    context = {
        "now": now,
        "country": found.query.country,
        "contrasts": _contrasts(),
        "palettes": list(palette.PALETTES),
        "colours": _colours(),
        "sizes": _lengths("size-"),
        "spaces": _lengths("space-"),
        "icons": _partials("icons", ICONS),
        "pictures": _partials("art", PICTURES),
        "group": groups["setting"],
        "chips": narrowing.chips(found),
        "without_filters": narrowing.address({}),
        "results": found,
        "card": next(iter(cards(found)), None),
        "plain_form": Sample(auto_id="plain_%s"),
        "wrong_form": Sample({"name": "Sam", "country": "GB"}, auto_id="wrong_%s"),
        "steps": ["Your number", "When to ring", "Look it over"],
    }
    return render(request, "admin/components/page.html", context)


def _contrasts():
    """(pair, [(colour, ground, contrast, whether it is enough) in each palette])."""
    every = palette.palettes()
    return [
        (pair, [_contrast(pair, name, every[name]) for name in every]) for pair in palette.PAIRS
    ]


def _contrast(pair, name, colours):
    colour, ground = colours[pair.colour], colours[pair.ground]
    found = palette.contrast(colour, ground)
    return colour, ground, found, found >= pair.least(name)


def _colours():
    """(name, [its value in each palette])."""
    every = palette.palettes().values()
    return [(name, [colours[name] for colours in every]) for name in next(iter(every))]


def _lengths(prefix):
    """(name, value) of a scale."""
    return [pair for pair in palette.lengths().items() if pair[0].startswith(prefix)]


def _partials(folder, uses):
    """(name, template, when to use it) of every partial in a folder."""
    names = sorted(path.stem.removeprefix("_") for path in (PARTIALS / folder).glob("_*.html"))
    return [(name, f"finder/{folder}/_{name}.html", uses[name]) for name in names]
