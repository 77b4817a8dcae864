"""Values as the API gives them: slugs, and null for what is not known (P6)."""

from drf_spectacular.drainage import set_override
from rest_framework import serializers

NOT_KNOWN = frozenset({"", "unknown"})


class Known(serializers.Field):
    """One of the closed list `choices`, or null where it is not known."""

    def __init__(self, choices, **kwargs):
        super().__init__(allow_null=True, **kwargs)
        values = [value for value in choices.values if value not in NOT_KNOWN]
        set_override(self, "field", {"type": "string", "enum": [*values, None]})

    def to_representation(self, value):
        return None if value in NOT_KNOWN else str(value)


class KnownText(serializers.Field):
    """A text, or null where there is none."""

    def __init__(self, **kwargs):
        super().__init__(allow_null=True, **kwargs)
        set_override(self, "field", {"type": "string"})

    def to_representation(self, value):
        return value or None


class Slugs(serializers.Field):
    """Slugs of a vocabulary, in its order; none: nothing is known of it."""

    def __init__(self, **kwargs):
        super().__init__(**kwargs)
        set_override(self, "field", {"type": "array", "items": {"type": "string"}})

    def to_representation(self, value):
        return list(value)


class TermSlugs(Slugs):
    """The slugs of linked terms, read with their owner."""

    def to_representation(self, value):
        return [term.slug for term in value.all()]


class ProgrammeSlugs(Slugs):
    """The slugs of a vocabulary in a `ProgrammeHit`, which has them from the index."""

    def __init__(self, kind, **kwargs):
        super().__init__(source="*", **kwargs)
        self.kind = kind

    def to_representation(self, value):
        return list(value.terms.get(self.kind, ()))
