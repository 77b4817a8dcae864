"""Links that nobody guesses, and of which only a hash is kept."""

import re

from centres import tokens


def test_a_token_is_new_each_time_and_may_stand_in_an_address():
    made = {tokens.new() for _ in range(1000)}

    assert len(made) == 1000
    assert all(re.fullmatch(r"[\w-]{32}", token, re.ASCII) for token in made)
    assert tokens.BYTES * 8 >= 128


def test_what_is_kept_is_not_the_token():
    token = tokens.new()

    assert re.fullmatch(r"[0-9a-f]{64}", tokens.digest(token))
    assert tokens.digest(token) == tokens.digest(token) != tokens.digest(token[:-1])
    assert len(tokens.digest("\ud800 é")) == 64, "whatever somebody types for one"


def test_a_form_has_one_token_which_only_this_site_can_work_out(settings):
    token = tokens.from_nonce("a-nonce", salt="callback")

    assert re.fullmatch(r"[\w-]{32}", token, re.ASCII)
    assert tokens.from_nonce("a-nonce", salt="callback") == token
    others = {tokens.from_nonce("b-nonce", salt="callback"), tokens.from_nonce("a-nonce", salt="b")}
    settings.SECRET_KEY = "another"
    others.add(tokens.from_nonce("a-nonce", salt="callback"))
    assert len(others - {token}) == 3
