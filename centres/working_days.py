"""Working days: Monday to Friday. Public holidays count as one, so that a promise is never longer
for where somebody lives. Pure."""

import datetime

_SATURDAY = 5


def after(day, number):
    """The day that is `number` working days after `day`."""
    while number:
        day += datetime.timedelta(days=1)
        number -= day.weekday() < _SATURDAY
    return day
