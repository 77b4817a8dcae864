"""The server of `manage.py start`, asked over a real socket."""

import socket
import threading

import pytest
from django.core.wsgi import get_wsgi_application

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
