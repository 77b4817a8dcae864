"""Pages compressed on their way, but for those that may hold a secret."""

from django.middleware.gzip import GZipMiddleware

from . import shortlist


class CompressionMiddleware(GZipMiddleware):
    """Compresses what anybody may see, for whoever asks for it so.

    Who sees how large compressed pages are, and has a say in their text, can guess a secret that
    they hold (BREACH: Gluck, Harris and Prado, 2013). So a page asked for or answered with a cookie
    is sent as it is: somebody may be signed in, or a form have its token. The shortlist's cookie
    alone is no such thing: no other site can have a browser send it with what it asks for
    unseen (`SameSite`). Django pads each page at random besides.
    """

    def process_response(self, request, response):
        cookies = request.COOKIES.keys() | response.cookies.keys()
        if cookies - {shortlist.COOKIE}:
            return response
        return super().process_response(request, response)
