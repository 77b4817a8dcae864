"""A search, and what it finds: one result in JSON, GeoJSON and CSV alike."""

from django.utils import timezone
from drf_spectacular.utils import extend_schema, extend_schema_field, inline_serializer
from rest_framework import serializers
from rest_framework.response import Response

from centres.models import Country, Currency, DualDiagnosis, LevelOfCare, MedicationStance, Setting
from finder.narrowing import query_of
from finder.search import search

from .fields import Known, ProgrammeSlugs, Slugs
from .public import PublicView

ADVERTISER = (
    "True: this centre pays the directory for an advert. Adverts never change which centres are "
    "found, their order or any count."
)
LINK = {"type": ["string", "null"], "format": "uri-reference"}


class ProgrammeSerializer(serializers.Serializer):
    """A programme, from a `ProgrammeHit`. Null and empty lists mean that it is not known."""

    level = Known(LevelOfCare, source="programme.level")
    setting = Known(Setting, source="programme.setting")
    length_min_days = serializers.IntegerField(source="programme.length_min_days", allow_null=True)
    length_max_days = serializers.IntegerField(source="programme.length_max_days", allow_null=True)
    dual_diagnosis = Known(DualDiagnosis, source="programme.dual_diagnosis")
    substances = ProgrammeSlugs("substance")
    therapies = ProgrammeSlugs("therapy")
    conditions = ProgrammeSlugs("condition")
    funding = ProgrammeSlugs("funding")
    people = ProgrammeSlugs("people")
    medication = Known(MedicationStance, source="programme.medication")
    price = serializers.IntegerField(
        source="programme.price",
        allow_null=True,
        help_text="The whole price in whole pounds or dollars, with every charge that cannot be "
        "avoided; 0 is free to the person treated.",
    )
    currency = Known(Currency, source="programme.currency")
    earliest_admission = serializers.SerializerMethodField(
        help_text="Null once 72 hours have passed since it was stated."
    )

    @extend_schema_field({"type": ["string", "null"], "format": "date"})
    def get_earliest_admission(self, hit):
        date = hit.programme.fresh_admission(now=self.context["now"])
        return date and date.isoformat()


class ResultSerializer(serializers.Serializer):
    """A centre that was found, from a `Hit`. Null and empty lists mean that it is not known."""

    id = serializers.UUIDField(source="centre.uuid")
    slug = serializers.CharField(source="centre.slug")
    name = serializers.CharField(source="centre.name")
    country = serializers.ChoiceField(Country.choices, source="centre.country")
    distance_miles = serializers.FloatField(
        allow_null=True,
        help_text="Geodesic miles from `origin` to these coordinates; null without a place. Show "
        "it no finer than the precision of `origin` allows.",
    )
    latitude = serializers.FloatField(
        source="centre.latitude",
        allow_null=True,
        help_text="Degrees north, WGS84; null where the place is unknown or withheld.",
    )
    longitude = serializers.FloatField(source="centre.longitude", allow_null=True)
    verified = serializers.BooleanField(help_text="Whether the verification holds at this moment.")
    verified_until = serializers.DateField(
        source="centre.verified_until",
        allow_null=True,
        help_text="The last day the latest verification holds, or held: `verified` says which. "
        "Null: never verified.",
    )
    advertiser = serializers.BooleanField(help_text=ADVERTISER)
    languages = Slugs()
    access = Slugs()
    programmes = ProgrammeSerializer(many=True)


class OriginSerializer(serializers.Serializer):
    """The place that distances are measured from."""

    label = serializers.CharField()
    latitude = serializers.FloatField()
    longitude = serializers.FloatField()
    precision = serializers.CharField(help_text="How fine it is: exact, postcode, outcode, town…")


class AnswerSerializer(serializers.Serializer):
    """A page of results, from `Results`."""

    origin = OriginSerializer(allow_null=True)
    count = serializers.IntegerField(help_text="All centres found, on every page.")
    next = serializers.SerializerMethodField(help_text="The next page, from this host's root.")
    previous = serializers.SerializerMethodField()
    results = ResultSerializer(source="hits", many=True)
    facets = serializers.SerializerMethodField(
        help_text="For each parameter, how many centres each value would leave: the other filters "
        "applied, its own not."
    )

    @extend_schema_field(LINK)
    def get_next(self, results):
        return self._page(results, results.query.page + 1)

    @extend_schema_field(LINK)
    def get_previous(self, results):
        return self._page(results, results.query.page - 1)

    def _page(self, results, page):
        if not 1 <= page <= results.pages:
            return None
        return f"{self.context['path']}?{query_of(results.query.given, page=page)}"

    @extend_schema_field(
        {
            "type": "object",
            "additionalProperties": {
                "type": "object",
                "additionalProperties": {"type": "integer", "minimum": 0},
            },
        }
    )
    def get_facets(self, results):
        return {
            parameter: {option.value: option.count for option in options}
            for parameter, options in results.facets.items()
        }


class ChoiceSerializer(serializers.Serializer):
    """A place that may have been meant: `near` as given here finds it and no other."""

    label = serializers.CharField()
    near = serializers.CharField()
    country = serializers.ChoiceField(Country.choices)


class RefusalSerializer(serializers.Serializer):
    """What is wrong with a request, by parameter; under no name, what is wrong with all of it."""

    errors = serializers.DictField(child=serializers.ListField(child=serializers.CharField()))
    choices = ChoiceSerializer(
        many=True, required=False, help_text="Where several places bear the name."
    )
    suggestions = ChoiceSerializer(
        many=True, required=False, help_text="Where no place does: the nearest in spelling."
    )


NotFound = inline_serializer("NotFound", {"detail": serializers.CharField()})


class ResultsView(PublicView):
    searches = True

    @extend_schema(
        operation_id="search",
        tags=["centres"],
        summary="Search for centres",
        responses={200: AnswerSerializer, 400: RefusalSerializer},
    )
    def get(self, request):
        """Listed centres that meet every filter: the nearest first where a place is given.

        Different parameters mean "and", one repeated means "or"; what is unknown meets no filter.
        Filters of a programme hold for one and the same programme.
        """
        now = timezone.now()
        found = search(request.query_params, now=now)
        context = {"now": now, "path": request.path}
        return Response(AnswerSerializer(found, context=context).data)
