import pytest

from centres.models import Programme
from finder import wording


@pytest.mark.parametrize(
    ("low", "high", "open_ended", "words"),
    [
        (28, 28, False, "28 days (4 weeks)"),
        (28, 84, False, "28 to 84 days (4 to 12 weeks)"),
        (7, 7, False, "7 days"),
        (7, 14, False, "7 to 14 days"),
        (10, 28, False, "10 to 28 days"),
        (30, None, False, "30 days or longer"),
        (None, 30, False, "Up to 30 days"),
        (1, 1, False, "1 day"),
        (None, None, True, "As long as you need"),
        (None, None, False, ""),
    ],
)
def test_length_in_words(low, high, open_ended, words):
    programme = Programme(length_min_days=low, length_max_days=high, open_ended=open_ended)
    assert wording.length(programme) == words


@pytest.mark.parametrize(
    ("price", "currency", "words"),
    [(12400, "GBP", "£12,400"), (900, "USD", "$900"), (0, "GBP", "Free"), (None, "", "")],
)
def test_price_in_words(price, currency, words):
    assert wording.price(Programme(price=price, currency=currency)) == words


@pytest.mark.parametrize(
    ("low", "high", "words"),
    [(18, None, "18 and over"), (18, 65, "18 to 65"), (None, 17, "Up to 17"), (None, None, "")],
)
def test_ages_in_words(low, high, words):
    assert wording.ages(Programme(age_min=low, age_max=high)) == words


@pytest.mark.parametrize(
    ("level", "days", "detox"),
    [
        ("residential-detox", None, True),
        ("home-detox", 14, True),
        ("residential", 7, True),
        ("residential", 28, False),
        ("", None, False),
    ],
)
def test_a_stay_of_a_week_counts_as_detox(level, days, detox):
    assert wording.is_detox(Programme(level=level, length_max_days=days)) == detox
