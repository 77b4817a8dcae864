"""The two made-up people who verify the demo: nobody can sign in as either."""

from django.contrib.auth import get_user_model
from django.contrib.auth.hashers import make_password

RESEARCHER, APPROVER = "demo-researcher", "demo-approver"


def people():
    """(researcher, approver), made where they are not there."""
    return tuple(
        get_user_model().objects.get_or_create(
            username=username,
            defaults={
                "first_name": "Made-up",
                "last_name": username.removeprefix("demo-"),
                "is_staff": True,
                "is_active": False,
                "password": make_password(None),
            },
        )[0]
        for username in (RESEARCHER, APPROVER)
    )


def remove():
    """Take both out. Raises ProtectedError where a real centre's record names one."""
    users = get_user_model().objects.filter(username__in=[RESEARCHER, APPROVER], is_active=False)
    users.delete()
