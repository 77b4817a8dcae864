"""The server of `manage.py start`, asked over a real socket."""

import contextlib
import http.client
import socket
import threading
import time

import pytest
from django.core.wsgi import get_wsgi_application
from django.db.backends.signals import connection_created

from centres.evidence import MOST_BYTES_OF_A_REQUEST
from finder.serving import Server


@pytest.fixture
def port():
    server = Server(0)
    server.set_app(get_wsgi_application())
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield server.server_address[1]
    server.shutdown()
    thread.join()
    server.server_close()


def status_of(port, length):
    """What the server answers before a byte of the body was sent."""
    with socket.create_connection(("127.0.0.1", port), timeout=20) as connection:
        head = f"POST /robots.txt HTTP/1.1\r\nHost: localhost\r\nContent-Length: {length}\r\n\r\n"
        connection.sendall(head.encode())
        return connection.recv(64).split()[1]


@pytest.mark.parametrize("length", [MOST_BYTES_OF_A_REQUEST + 1, 2 * 1024**3, 10**30])
def test_a_body_larger_than_any_page_takes_is_refused_unread(port, length):
    assert status_of(port, length) == b"413"


@pytest.mark.parametrize("length", ["many", "-1", "1.5", "1_0"])
def test_a_length_that_is_no_number_is_refused(port, length):
    assert status_of(port, length) == b"400"


def test_a_body_that_a_page_may_take_goes_to_the_page(port):
    assert status_of(port, 0) != b"413"


@pytest.mark.django_db(transaction=True)
def test_what_a_request_opened_is_closed_with_its_thread(port):
    made = []

    def note(connection, **signal):
        made.append(connection)

    with contextlib.closing(http.client.HTTPConnection("127.0.0.1", port, timeout=20)) as visitor:
        connection_created.connect(note)
        try:
            visitor.request("GET", "/healthz")
            visitor.getresponse().read()
        finally:
            connection_created.disconnect(note)
    assert made
    until = time.monotonic() + 20
    while any(each.connection is not None for each in made) and time.monotonic() < until:
        time.sleep(0.01)
    assert all(each.connection is None for each in made)
