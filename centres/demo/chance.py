"""Choices that look like chance and never change: each depends on its own key and nothing else.

So a line added to a table moves nothing but itself, on every version of Python.
"""

from hashlib import blake2b


def draw(*key):
    """A whole number below 2**32 that depends on the key alone."""
    text = "|".join(map(str, key))
    return int.from_bytes(blake2b(text.encode(), digest_size=4).digest(), "big")


def pick(options, *key):
    return options[draw(*key) % len(options)]


def some(options, count, *key):
    """`count` of the options, in the order they were given."""
    chosen = sorted(options, key=lambda option: draw(option, *key))[:count]
    return [option for option in options if option in chosen]


def once_in(number, *key):
    """True for about one key in `number`."""
    return draw(*key) % number == 0


def around(value, spread, *key):
    """`value` moved by at most `spread` either way, rounded to four decimals (about ten metres)."""
    return round(value + (draw(*key) / 2**31 - 1) * spread, 4)
