import io
import logging

import pytest

from centres import tokens
from finder.logs import WithoutQuery


@pytest.fixture
def logged():
    """A logger with the site's filter, and what it wrote."""
    written = io.StringIO()
    handler = logging.StreamHandler(written)
    handler.addFilter(WithoutQuery())
    logger = logging.Logger("test")
    logger.addHandler(handler)
    return logger, written


@pytest.mark.parametrize("typed", ["near=Leeds", "near=O'Brien&q=x", 'near="St Ives"'])
def test_a_query_string_is_left_out(logged, typed):
    logger, written = logged
    logger.warning("Bad Request: %s", f"/search/?{typed.replace(' ', '%20')}")
    assert written.getvalue() == "Bad Request: /search/\n"


def test_a_private_link_is_left_out(logged):
    logger, written = logged
    logger.warning("GET %s %s", f"/callback/read/{tokens.new()}/", 200)
    logger.warning("GET %s %s", f"/cy/callback/{tokens.from_nonce('n', salt='s')}/", 404)
    assert written.getvalue() == "GET /callback/read/…/ 200\nGET /cy/callback/…/ 404\n"


@pytest.mark.parametrize("after", ["", " 302", "./", "%20", "?sent"])
def test_a_private_link_is_left_out_however_it_was_mistyped(logged, after):
    logger, written = logged
    token = tokens.new()
    logger.warning("Not Found: %s", f"/callback/read/{token}{after}")
    assert token not in written.getvalue()


def test_an_exception_tells_where_and_not_what(logged):
    logger, written = logged
    try:
        int("Leeds")
    except ValueError:
        logger.exception("Internal Server Error: %s", "/search/?near=Leeds")
    text = written.getvalue()
    assert "ValueError" in text
    assert "test_logs.py" in text
    assert "near=" not in text
    assert "invalid literal" not in text
