"""What every address of the API has in common: anybody may read it, and nothing is kept of it."""

from django.core.exceptions import TooManyFieldsSent
from rest_framework.negotiation import BaseContentNegotiation
from rest_framework.response import Response
from rest_framework.views import APIView, exception_handler

from finder.search import AmbiguousPlace, InvalidSearch, SearchProblem, UnknownPlace


class OneFormat(BaseContentNegotiation):
    """Each address has one format, whatever the request says it accepts."""

    def select_parser(self, request, parsers):
        return None

    def select_renderer(self, request, renderers, format_suffix=None):
        return renderers[0], renderers[0].media_type


class PublicView(APIView):
    """Read-only, without sign-in, session or cookie.

    No copy of an answer is to be stored (P9). Scripts of any site may read it: there is nothing in
    it that depends on who asks. A parameter that means nothing here is refused, not ignored (P8).
    """

    content_negotiation_class = OneFormat
    searches = False  # whether it takes the parameters of a search

    @property
    def default_response_headers(self):
        return {
            **super().default_response_headers,
            "Access-Control-Allow-Origin": "*",
            "Cache-Control": "no-store",
        }

    def get_exception_handler(self):
        return refusal

    def initial(self, request, *args, **kwargs):
        super().initial(request, *args, **kwargs)
        if request.query_params and not self.searches:
            raise InvalidSearch(
                {name: ["This address takes no parameters."] for name in request.query_params}
            )


def refusal(problem, context):
    """The answer to a request that cannot be met; None where the fault is ours."""
    if isinstance(problem, SearchProblem):
        return Response(_named(problem), status=400)
    if isinstance(problem, TooManyFieldsSent):
        return Response({"errors": {"": ["There are too many parameters."]}}, status=400)
    return exception_handler(problem, context)


def _named(problem):
    """What is wrong, by parameter, and for a place what may have been meant."""
    body = {"errors": problem.errors}
    match problem:
        case AmbiguousPlace(choices=choices):
            body["choices"] = _choices(choices)
        case UnknownPlace(suggestions=suggestions):
            body["suggestions"] = _choices(suggestions)
    return body


def _choices(choices):
    return [
        {"label": choice.label, "near": choice.query, "country": choice.place.country}
        for choice in choices
    ]
