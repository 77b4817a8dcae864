"""Whatever is sent to a form is refused in words or kept as text: no error, nothing that runs,
nothing of it in public. `python -m tests.benchmarks.hostile` sends ten thousand."""

import functools
import itertools
import os

import pytest
from django.contrib import admin
from django.db import connection
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from centres.models import Centre
from finder.public_form import TRAP
from tests import factories

from .filling import stamped
from .forms import FORMS
from .hostile import MARK, TEXTS, posts, spoilt, what_runs

pytestmark = pytest.mark.django_db

#: For all forms together; a benchmark asks for more.
POSTS = int(os.environ.get("HOSTILE_POSTS", "240"))
PUBLIC = (
    "/", "/search/", "/help/", "/data/", "/verification/", "/advertising/", "/shortlist/",
    "/compare/?c=holbeck-house", "/api/centres/", "/api/centres.csv", "/api/centres.geojson",
    "/sitemap.xml", "/sitemap-centres-1.xml", "/healthz",
)  # fmt: skip

_number = itertools.count()


@pytest.fixture
def directory():
    return factories.centre(name="Holbeck House", slug="holbeck-house", town="Leeds")


def send(filled, post):
    """The answer to a hostile post, from an address of its own; it is no error and runs nothing."""
    number = next(_number)
    response = Client().generic(
        "POST", filled.path, post.body, post.content_type, headers=dict(post.headers),
        REMOTE_ADDR=f"10.{number >> 16 & 255}.{number >> 8 & 255}.{number & 255}",
    )  # fmt: skip
    page = response.content.decode()
    assert response.status_code < 500, post.what
    assert what_runs(page) == [], post.what
    assert MARK not in str(response.headers), post.what
    return response


def assert_nothing_is_public():
    client = Client()
    pages = [row.get_absolute_url() for row in Centre.objects.visible()[:30]]
    for path in (*PUBLIC, *pages):
        response = client.get(path)
        text = b"".join(response) if response.streaming else response.content
        assert MARK.encode() not in text, path


def assert_nothing_runs_for_staff():
    """Neither in the list of any noun nor in its newest rows."""
    staff = Client()
    staff.force_login(factories.person("ada", is_superuser=True))
    for model in admin.site._registry:
        name = f"admin:{model._meta.app_label}_{model._meta.model_name}"
        rows = model._default_manager.order_by("-pk").values_list("pk", flat=True)[:5]
        paths = [
            reverse(f"{name}_changelist"),
            *(reverse(f"{name}_change", args=[pk]) for pk in rows),
        ]
        for path in paths:
            response = staff.get(path)
            assert response.status_code < 500, path
            if "text/html" in response.get("Content-Type", ""):
                assert what_runs(response.content.decode()) == [], path


@pytest.mark.parametrize("name", FORMS)
def test_hostile_posts(name, directory):
    filled = FORMS[name]()
    answers = {}
    for post in itertools.islice(
        posts(filled, seed=name, now=timezone.now()), POSTS // len(FORMS) // 2 + 1
    ):
        status = send(filled, post).status_code
        answers[status] = answers.get(status, 0) + 1
    print(f"{name}: {sum(answers.values())} posts, answered {dict(sorted(answers.items()))}")

    assert connection.is_usable()
    assert_nothing_is_public()
    assert_nothing_runs_for_staff()


@pytest.fixture
def made_once(directory):
    """Function of a form's name; what it needs is made the first time."""
    return functools.cache(lambda name: FORMS[name]())


@pytest.mark.parametrize("name", FORMS)
@settings(
    max_examples=max(5, POSTS // len(FORMS) // 2),
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(text=TEXTS, which=st.integers(0, 99))
def test_any_text_in_any_field(name, made_once, text, which):
    filled = made_once(name)
    fields = [*filled.values, TRAP]
    send(filled, spoilt(filled, text, fields[which % len(fields)], now=timezone.now()))


@pytest.mark.parametrize("name", FORMS)
def test_the_form_as_it_should_be_is_taken(name, directory, client):
    """Else the posts above would all have stopped at the door."""
    filled = FORMS[name]()

    response = client.post(filled.path, stamped(filled.action, **filled.values))

    assert response.status_code in {200, 302, 303}
    assert "error-summary" not in response.content.decode()
