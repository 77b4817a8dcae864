"""All that a search finds, in one file: read and sent a part at a time, however much it is."""

import csv
import json
from itertools import islice

from django.http import HttpResponse, StreamingHttpResponse
from django.utils import timezone
from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework import serializers

from finder.search import export

from .public import PublicView
from .results import ProgrammeSerializer, RefusalSerializer, ResultSerializer

RESULTS_A_PART = 200
#: A spreadsheet takes a text that begins with one of these for a formula.
FORMULA_SIGNS = ("=", "+", "-", "@", "\t", "\r", "\n")
WHOLE = "All that match, unless `page` or `page_size` is given."


class Export(PublicView):
    """A search as a file. `write` turns an iterator of results (dicts) into parts of its text."""

    searches = True

    def export(self, request):
        now = timezone.now()
        hits = export(request.query_params, now=now)
        if request.method == "HEAD":
            return HttpResponse(content_type=self.content_type, headers=self.file_headers)
        return StreamingHttpResponse(
            self.write(_results(hits, now)),
            content_type=self.content_type,
            headers=self.file_headers,
        )


def _results(hits, now):
    """Lists of results, so many at a time."""
    while part := list(islice(hits, RESULTS_A_PART)):
        yield ResultSerializer(part, many=True, context={"now": now}).data


class PointSerializer(serializers.Serializer):
    """GeoJSON's point: degrees, longitude first."""

    type = serializers.ChoiceField(["Point"])
    coordinates = serializers.ListField(child=serializers.FloatField(), min_length=2, max_length=2)


class FeatureSerializer(serializers.Serializer):
    type = serializers.ChoiceField(["Feature"])
    id = serializers.UUIDField()
    geometry = PointSerializer(allow_null=True)
    properties = ResultSerializer()


class FeaturesSerializer(serializers.Serializer):
    """Centres as GeoJSON (RFC 7946); no geometry where the place is unknown or withheld."""

    type = serializers.ChoiceField(["FeatureCollection"])
    features = FeatureSerializer(many=True)


class GeoJsonView(Export):
    content_type = "application/geo+json"
    file_headers = {"Content-Disposition": 'inline; filename="centres.geojson"'}

    @extend_schema(
        operation_id="export_geojson",
        tags=["centres"],
        summary="A search as GeoJSON",
        description=f"{WHOLE} The properties are those of a result of the search.",
        responses={(200, content_type): FeaturesSerializer, 400: RefusalSerializer},
    )
    def get(self, request):
        return self.export(request)

    @staticmethod
    def write(parts):
        yield '{"type":"FeatureCollection","features":['
        before = ""
        for results in parts:
            texts = [_compact(_feature(result)) for result in results]
            yield before + ",\n".join(texts)
            before = ",\n"
        yield "]}\n"


def _compact(feature):
    return json.dumps(feature, ensure_ascii=False, separators=(",", ":"))


def _feature(result):
    placed = result["latitude"] is not None
    return {
        "type": "Feature",
        "id": result["id"],
        "geometry": {
            "type": "Point",
            "coordinates": [result["longitude"], result["latitude"]],
        }
        if placed
        else None,
        "properties": result,
    }


CENTRE_COLUMNS = [name for name in ResultSerializer().fields if name != "programmes"]
PROGRAMME_COLUMNS = list(ProgrammeSerializer().fields)


class CsvView(Export):
    content_type = "text/csv; charset=utf-8"
    file_headers = {"Content-Disposition": 'attachment; filename="centres.csv"'}

    @extend_schema(
        operation_id="export_csv",
        tags=["centres"],
        summary="A search as CSV",
        description=f"{WHOLE} One row a programme, with its centre's columns before it; a centre "
        "without any has one row. The columns are the fields of a result and of a programme. An "
        "empty cell is not known; several values are parted by “|”; `verified` and `advertiser` "
        "hold that word where they are true, and `advertiser` means that the centre pays the "
        "directory for an advert. A text that a spreadsheet would take for a formula begins with "
        "an apostrophe.",
        responses={
            (200, "text/csv"): OpenApiResponse({"type": "string"}),
            400: RefusalSerializer,
        },
    )
    def get(self, request):
        return self.export(request)

    @staticmethod
    def write(parts):
        lines = csv.writer(_Passed())
        yield lines.writerow([*CENTRE_COLUMNS, *PROGRAMME_COLUMNS])
        for results in parts:
            yield "".join(lines.writerow(row) for result in results for row in _rows(result))


class _Passed:
    """A file whose `write` gives back what it is given."""

    @staticmethod
    def write(text):
        return text


def _rows(result):
    """The lines of a centre: one a programme, or one without."""
    centre = [_cell(name, result[name]) for name in CENTRE_COLUMNS]
    for programme in result["programmes"] or [dict.fromkeys(PROGRAMME_COLUMNS)]:
        yield centre + [_cell(name, programme[name]) for name in PROGRAMME_COLUMNS]


def _cell(name, value):
    if isinstance(value, bool):
        return name if value else ""
    if isinstance(value, list):
        return "|".join(value)
    if isinstance(value, str) and value.startswith(FORMULA_SIGNS):
        return f"'{value}"
    return value
