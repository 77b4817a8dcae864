"""The API described: OpenAPI, as JSON."""

from drf_spectacular.utils import extend_schema
from drf_spectacular.views import SpectacularJSONAPIView

from .public import PublicView


class SchemaView(PublicView, SpectacularJSONAPIView):
    """OpenAPI 3.1, made from the filters, forms and serializers themselves."""

    @extend_schema(exclude=True)
    def get(self, request):
        return self._get_schema_response(request)
