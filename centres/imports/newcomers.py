"""What a new centre needs that others already have: a free slug, and its provider."""

from django.utils.text import slugify

from ..models import Centre, Provider


class Slugs:
    """`Centre.objects.free_slug` for thousands of names at once, by the same rule."""

    def __init__(self):
        self.taken = set(Centre.objects.values_list("slug", flat=True))

    def free(self, name, town):
        """A slug no centre has or had, and which is taken from now on."""
        stem = slugify(name)[:80].strip("-_") or "centre"
        slug, number = stem, 2
        if slug in self.taken:
            slug = f"{stem}-{slugify(town)[:40]}".strip("-")
        while slug in self.taken:
            slug = f"{stem}-{number}"
            number += 1
        self.taken.add(slug)
        return slug


class Providers:
    """Providers by company number, else by name among those of the same source.

    In the US, where names are not unique in the country, a name is one provider within a state.
    """

    def __init__(self, source):
        numbered = Provider.objects.exclude(company_number="")
        self.by_number = {(row.country, row.company_number): row for row in numbered}
        centres = Centre.objects.filter(source=source, provider__isnull=False)
        self.by_name = {
            _name_key(centre.provider.legal_name, centre): centre.provider
            for centre in centres.select_related("provider").only("country", "region", "provider")
        }

    def get(self, fact, centre, details):
        """The `Provider` that `fact` names, created with `details` where there is none yet."""
        number = fact["company_number"]
        name = _name_key(fact["name"], centre)
        provider = (
            self.by_number.get((centre.country, number)) if number else self.by_name.get(name)
        )
        if provider:
            return provider
        provider = Provider.objects.create(
            legal_name=fact["name"],
            country=centre.country,
            company_number=number,
            **{key: value for key, value in details.items() if value},
        )
        if number:
            self.by_number[centre.country, number] = provider
        self.by_name.setdefault(name, provider)
        return provider


def _name_key(name, centre):
    return centre.country, centre.region if centre.country == "US" else "", name.casefold()
