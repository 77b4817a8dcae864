"""The server behind `manage.py start`: for one machine and its user, not for the public."""

import logging
import socketserver
from http import HTTPStatus

from django.core.servers import basehttp
from django.db import connections

from centres.evidence import MOST_BYTES_OF_A_REQUEST

logger = logging.getLogger("django.server")


class RequestHandler(basehttp.WSGIRequestHandler):
    """Logs a method, a path and a status: no query, no address, nothing of a bad request (P9)."""

    def parse_request(self):
        """Refuses a body larger than any page takes, which the parents would read whole to drop it,
        and a length that is no number, on which Django fails; gunicorn refuses both."""
        if not super().parse_request():
            return False
        length = self.headers.get("Content-Length") or "0"
        if not (length.isascii() and length.isdecimal()):
            self.send_error(HTTPStatus.BAD_REQUEST)
            return False
        if int(length) > MOST_BYTES_OF_A_REQUEST:
            self.send_error(HTTPStatus.REQUEST_ENTITY_TOO_LARGE)
            return False
        return True

    def log_request(self, code="-", size="-"):
        path = (getattr(self, "path", None) or "").partition("?")[0]
        logger.info("%s %s %s", self.command or "-", path or "-", code)

    def log_message(self, format, *args):
        """What the parents say here repeats the request line, query and all."""


class Server(socketserver.ThreadingMixIn, basehttp.WSGIServer):
    """Listens from the moment it is made; answers once it has an application and is told to."""

    daemon_threads = True

    def __init__(self, port):
        super().__init__(("127.0.0.1", port), RequestHandler)

    def process_request_thread(self, request, client_address):
        """Closes what its thread has open: the thread ends, and no other could use that."""
        try:
            super().process_request_thread(request, client_address)
        finally:
            connections.close_all()

    def handle_error(self, request, client_address):
        """A visitor who went away is no news; the parents would print the address."""
        logger.debug("A connection broke off.", exc_info=True)
