import datetime

import pytest
from django.utils import timezone

from tests import factories

pytestmark = pytest.mark.django_db

TODAY = timezone.localdate()
DAY = datetime.timedelta(days=1)


def test_counts_who_is_verified_today_of_all_who_are_listed(client):
    factories.centre(verified_from=TODAY, verified_until=TODAY)
    factories.centre(verified_from=TODAY - 9 * DAY, verified_until=TODAY - DAY)
    factories.centre()
    text = " ".join(client.get("/verification/").content.decode().split())
    assert "Today that is so for 1 of 3 centres listed." in text
    assert "says nothing against the centre" in text
