"""One centre in full, each fact with where it comes from and how old it is (P6)."""

import uuid
from collections import defaultdict
from functools import partial

from django.utils import timezone
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema, extend_schema_field
from rest_framework import exceptions, serializers
from rest_framework.response import Response

from centres.models import (
    AnsweredBy,
    Approach,
    Centre,
    InsuranceStanding,
    Method,
    Outcome,
    Ownership,
    Precision,
    Programme,
    Registration,
    Regulator,
    Status,
)
from finder import record
from finder.fact_names import OF_PROGRAMME
from finder.remarks import Remarks
from finder.search import Hit, ProgrammeHit
from finder.views.centre import in_full, successor_of

from .fields import Known, KnownText, TermSlugs
from .public import PublicView
from .results import NotFound, ProgrammeSerializer, RefusalSerializer, ResultSerializer

#: Vocabularies of a programme that search knows, and the fields that hold them.
SEARCHED = {
    "substance": "substances",
    "therapy": "therapies",
    "condition": "conditions",
    "funding": "funding",
    "people": "people",
}

REMARKS = "By the fact they stand beside; of most facts there is nothing to remark."


class ProvenanceSerializer(serializers.Serializer):
    """Where a fact comes from. `as_of`: the day it was true, so far as the source says."""

    source = serializers.CharField(source="source.slug", help_text="One of `sources`.")
    method = serializers.ChoiceField(Method.choices)
    as_of = serializers.DateField()


class SourceSerializer(serializers.Serializer):
    """A source of facts. Who uses them again gives `attribution`, where its licence asks so."""

    slug = serializers.CharField()
    name = serializers.CharField()
    publisher = serializers.CharField()
    url = KnownText()
    licence = KnownText()
    licence_url = KnownText()
    attribution = KnownText()
    made_up = serializers.BooleanField(source="is_demo", help_text="True: invented for a demo.")


class ProviderSerializer(serializers.Serializer):
    """The organisation that runs the centre."""

    legal_name = serializers.CharField()
    ownership = Known(Ownership)
    company_number = KnownText()
    charity_number = KnownText()
    website = KnownText()


class AddressSerializer(serializers.Serializer):
    """Where the centre is; of a withheld address, the region alone."""

    lines = serializers.ListField(child=serializers.CharField(), source="address_lines")
    street = KnownText()
    locality = KnownText()
    town = KnownText()
    region = KnownText()
    postcode = KnownText()

    def to_representation(self, centre):
        address = super().to_representation(centre)
        if centre.is_withheld:
            address.update(street=None, locality=None, town=None, postcode=None)
        return address


class PhoneSerializer(serializers.Serializer):
    number = serializers.CharField(help_text="In the international form, or a short number.")
    label = KnownText()
    answered_by = Known(AnsweredBy)


class RegistrationSerializer(serializers.Serializer):
    """The centre's standing with its regulator. Registered is no mark of quality."""

    status = Known(Registration, source="registration")
    reason = KnownText(source="registration_reason")
    regulator = Known(Regulator)
    number = KnownText(source="registration_number")
    url = KnownText(source="registration_url")
    registered_on = serializers.DateField(allow_null=True)


class RatingSerializer(serializers.Serializer):
    """The regulator's rating, in its words, and the day it gave it."""

    rating = KnownText()
    rated_on = serializers.DateField(source="rating_on", allow_null=True)


class InsuranceSerializer(serializers.Serializer):
    insurer = serializers.CharField()
    plan = KnownText()
    standing = Known(InsuranceStanding)
    as_of = serializers.DateField()


class FindingSerializer(serializers.Serializer):
    """What a check of the verification found. Those that did not pass are here too."""

    criterion = serializers.CharField(help_text="Slug of what was checked.")
    title = serializers.CharField(help_text="What was checked, in the words of that day.")
    outcome = serializers.ChoiceField(Outcome.choices)
    method = serializers.ChoiceField(Method.choices)
    link = KnownText(help_text="The source; null where there is none to link, or it is not public.")
    register_reference = KnownText()
    captured_on = serializers.DateField(help_text="The day the evidence was true.")
    expires_on = serializers.DateField(
        allow_null=True, help_text="The last day it holds; null: it has no end of its own."
    )
    changed_on = serializers.DateField(
        allow_null=True, help_text="When a fact it vouches for was changed since; null: never."
    )


class ReplySerializer(serializers.Serializer):
    """The centre's own words about a fact, which they do not change."""

    text = serializers.CharField()
    replied_on = serializers.DateTimeField(source="replied_at", format="%Y-%m-%d")


class RemarkSerializer(serializers.Serializer):
    """What stands beside a fact. `corrected_on`: the last day it was put right after a report."""

    corrected_on = serializers.DateField(allow_null=True)
    reply = ReplySerializer(allow_null=True)


class SuccessorSerializer(serializers.Serializer):
    """The centre that carries on its work."""

    id = serializers.UUIDField(source="uuid")
    slug = serializers.CharField()
    name = serializers.CharField()


class ProgrammeInFullSerializer(ProgrammeSerializer):
    name = KnownText(source="programme.name")
    asam_level = KnownText(source="programme.asam_level")
    asam_edition = serializers.IntegerField(source="programme.asam_edition", allow_null=True)
    open_ended = serializers.BooleanField(
        source="programme.open_ended", help_text="True: as long as somebody needs."
    )
    approach = Known(Approach, source="programme.approach")
    detoxes = TermSlugs(source="programme.detoxes")
    excluded_conditions = TermSlugs(source="programme.excluded_conditions")
    exclusions = TermSlugs(source="programme.exclusions")
    medicines = TermSlugs(source="programme.medicines")
    age_min = serializers.IntegerField(source="programme.age_min", allow_null=True)
    age_max = serializers.IntegerField(source="programme.age_max", allow_null=True)
    price_on = serializers.DateField(source="programme.price_on", allow_null=True)
    price_includes = KnownText(source="programme.price_includes")
    price_extras = KnownText(source="programme.price_extras")
    insurance = InsuranceSerializer(source="programme.insurance.all", many=True)
    provenance = serializers.SerializerMethodField(help_text="By the fact it speaks of.")
    remarks = serializers.SerializerMethodField(help_text=REMARKS)

    @extend_schema_field(serializers.DictField(child=ProvenanceSerializer()))
    def get_provenance(self, hit):
        return _by_fact(self.context["provenance"][hit.programme.pk])

    @extend_schema_field(serializers.DictField(child=RemarkSerializer()))
    def get_remarks(self, hit):
        return _remarks(self.context["remarks"], Programme.FACTS, hit.programme)


class CentreSerializer(ResultSerializer):
    distance_miles = None
    status = serializers.ChoiceField(
        [(s.value, s.label) for s in (Status.LISTED, Status.SUSPENDED, Status.CLOSED)],
        source="centre.status",
    )
    closed_on = serializers.DateField(source="centre.closed_on", allow_null=True)
    successor = serializers.SerializerMethodField()
    about = KnownText(source="centre.about")
    website = KnownText(source="centre.website")
    provider = ProviderSerializer(source="centre.provider", allow_null=True)
    address = AddressSerializer(source="centre")
    precision = Known(Precision, source="centre.precision")
    phones = PhoneSerializer(many=True, help_text="Those that are not in doubt.")
    hides_a_number = serializers.BooleanField(
        help_text="True: several people said that a number is not the centre's own, and it is left "
        "out until it has been checked.",
    )
    registration = RegistrationSerializer(source="centre")
    rating = RatingSerializer(source="centre")
    beds = serializers.IntegerField(source="centre.beds", allow_null=True)
    amenities = TermSlugs(source="centre.amenities")
    checked_on = serializers.DateField(
        source="centre.checked_on",
        allow_null=True,
        help_text="The last day the directory checked any fact.",
    )
    verified_from = serializers.DateField(source="centre.verified_from", allow_null=True)
    checks = serializers.SerializerMethodField(
        help_text="Of the last verification, which `verified_until` says may have lapsed; empty "
        "where there is none, it was withdrawn, or the centre is not listed."
    )
    claimed_on = serializers.SerializerMethodField(
        help_text="The day a person at the centre confirmed the basics, which the directory has "
        "not checked by that; null: nobody has, or it no longer counts."
    )
    programmes = ProgrammeInFullSerializer(many=True)
    provenance = serializers.SerializerMethodField(help_text="By the fact it speaks of.")
    remarks = serializers.SerializerMethodField(help_text=REMARKS)
    sources = serializers.SerializerMethodField(help_text="What `provenance` names.")

    @extend_schema_field(SuccessorSerializer(allow_null=True))
    def get_successor(self, hit):
        successor = successor_of(hit.centre)
        return successor and SuccessorSerializer(successor).data

    @extend_schema_field(FindingSerializer(many=True))
    def get_checks(self, hit):
        return FindingSerializer(self.context["record"].findings, many=True).data

    @extend_schema_field(serializers.DateField(allow_null=True))
    def get_claimed_on(self, hit):
        claimed_on = self.context["record"].claimed_on
        return claimed_on and claimed_on.isoformat()

    @extend_schema_field(serializers.DictField(child=ProvenanceSerializer()))
    def get_provenance(self, hit):
        return _by_fact(self.context["provenance"][None])

    @extend_schema_field(serializers.DictField(child=RemarkSerializer()))
    def get_remarks(self, hit):
        return _remarks(self.context["remarks"], Centre.FACTS)

    @extend_schema_field(SourceSerializer(many=True))
    def get_sources(self, hit):
        rows = [row for rows in self.context["provenance"].values() for row in rows]
        sources = {row.source for row in rows} | ({hit.centre.source} - {None})
        return SourceSerializer(sorted(sources, key=lambda source: source.slug), many=True).data


def _by_fact(rows):
    return {row.fact: ProvenanceSerializer(row).data for row in rows}


def _remarks(remarks, facts, programme=None):
    """{fact: what stands beside it} of those that have a remark."""
    before = OF_PROGRAMME if programme else ""
    found = {fact: remarks.of(f"{before}{fact}", programme) for fact in facts}
    return {fact: RemarkSerializer(remark).data for fact, remark in found.items() if remark}


class CentreView(PublicView):
    @extend_schema(
        operation_id="centre",
        tags=["centres"],
        summary="One centre in full",
        parameters=[OpenApiParameter("id", OpenApiTypes.UUID, OpenApiParameter.PATH)],
        responses={200: CentreSerializer, 400: RefusalSerializer, 404: NotFound},
    )
    def get(self, request, id):
        """Every fact of a centre that has a page: a closed or suspended one's `status` says so."""
        centre = in_full().filter(uuid=_uuid(id)).first()
        if centre is None:
            raise exceptions.NotFound("No centre has this id.")
        now = timezone.now()
        provenance = defaultdict(list)
        for row in centre.provenance.all():
            provenance[row.programme_id].append(row)
        context = {
            "now": now,
            "provenance": provenance,
            "record": record.of(centre, now=now),
            "remarks": Remarks(centre),
        }
        return Response(CentreSerializer(_hit(centre, now), context=context).data)


def _uuid(text):
    """The id, or None where it is not one."""
    try:
        return uuid.UUID(text)
    except ValueError:
        return None


def _hit(centre, now):
    """A centre as a search would find it."""
    return Hit(
        centre=centre,
        distance_miles=None,
        phones=centre.shown_phones(),
        hides_a_number=centre.hides_a_number,
        find_terms=partial(_terms_of, centre, {"language": "languages", "access": "access"}),
        programmes=[_programme_hit(programme) for programme in centre.programmes.all()],
        verified=centre.is_verified(now=now),
        advertiser=centre.is_advertiser(now=now),
    )


def _programme_hit(programme):
    find_terms = partial(_terms_of, programme, SEARCHED)
    return ProgrammeHit(programme=programme, matches=False, find_terms=find_terms)


def _terms_of(row, fields):
    """{parameter: [slugs]} of the vocabularies `fields`, {parameter: name of a field}."""
    return {
        parameter: [term.slug for term in getattr(row, name).all()]
        for parameter, name in fields.items()
    }
