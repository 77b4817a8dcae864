"""Every address of the admin, as each role and as nobody: what is allowed stands in one table."""

import copy
import datetime
import re

import pytest
from django.apps import apps
from django.contrib import admin
from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import Group, Permission
from django.contrib.contenttypes.models import ContentType
from django.contrib.sessions.models import Session
from django.db import transaction
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from centres.models import AuditEntry, Centre, Change
from centres.roles import ROLES
from centres.workflow import TRANSITIONS

from .world import world

pytestmark = pytest.mark.django_db

#: Letter: who it is.
VISITORS = {
    "R": "ruth",  # a researcher
    "A": "alan",  # an approver
    "M": "mona",  # an advertising manager
    "U": "audrey",  # an auditor
    "C": "carol",  # of those who call people back
    "S": "root",  # a superuser
    "N": "nobody",  # of the staff, without a role
    "G": "guest",  # signed in, not of the staff
    "X": None,  # not signed in
}
STAFF, EVERYONE = "RAMUCSN", "RAMUCSNGX"

#: Noun: who may look, add, change, delete.
NOUNS = {
    "centre": ("RAMUS", "RAS", "RAS", "AS"),  # a researcher's change is proposed
    "programme": ("RAUS", "", "RAS", ""),
    "provider": ("RAMUS", "RAS", "AS", "S"),
    "provenance": ("RAUS", "", "", ""),
    "source": ("RAUS", "S", "S", "S"),
    "importrun": ("RAUS", "", "", ""),
    "sourcerecord": ("RAUS", "", "", ""),
    "term": ("RAUS", "AS", "AS", "S"),
    "criterion": ("RAMUS", "AS", "AS", "S"),
    "verification": ("RAMUS", "", "", ""),
    "advertisement": ("RAMUS", "MS", "", ""),
    "proposal": ("RAUS", "", "", ""),
    "guide": ("RAUS", "RAS", "", ""),
    "guiderevision": ("RAUS", "", "R", ""),  # whoever drafted it
    "reference": ("RAUS", "RAS", "", ""),
    "withdrawal": ("RAUS", "", "", ""),
    "submission": ("RAUS", "", "", ""),
    "callbackrequest": ("CS", "", "", ""),
    "claim": ("RAUS", "", "", ""),
    "report": ("RAUS", "", "", ""),
    "reply": ("RAUS", "", "", ""),
    "outgoingmail": ("RAUS", "", "", ""),
    "jobrun": ("RAUS", "", "", ""),
    "auditentry": ("US", "", "", ""),
    "user": ("S", "S", "S", "S"),
    "group": ("S", "S", "S", "S"),
}
#: Other addresses: who may GET, who may POST. A small letter: is told why not, and nothing changes.
OTHERS = {
    "index": (STAFF, STAFF),
    "components": (STAFF, ""),
    "login": (EVERYONE, EVERYONE),
    "logout": ("GX", EVERYONE),
    "password_change": (STAFF, STAFF),
    "password_change_done": (STAFF, ""),
    "autocomplete": ("", ""),
    "jsi18n": (STAFF, ""),
    "view_on_site": (STAFF, STAFF),
    "app_list centres": ("RAMUCS", "RAMUCS"),
    "app_list auth": ("S", "S"),
    "anything else": ("", ""),
    "centres_advertisement_choose": ("MS", "MS"),
    "centres_advertisement_apply": ("", "MS"),
    "centres_advertisement_end": ("", "MS"),
    "centres_auditentry_export": ("US", "US"),
    "centres_auditentry_history": ("", ""),
    "centres_centre_withdraw": ("AS", "AS"),
    "centres_callbackrequest_open": ("", "CS"),
    "centres_callbackrequest_put_back": ("", "CS"),
    "centres_callbackrequest_mark": ("", "CS"),
    "centres_callbackrequest_notice": ("", "CS"),
    "centres_callbackrequest_remove": ("", "CS"),
    "centres_claim_accept": ("", "RASu"),
    "centres_claim_document": ("RAS", ""),
    "centres_claim_end": ("", "RASu"),
    "centres_claim_put_back": ("", "RASu"),
    "centres_claim_reject": ("", "RASu"),
    "centres_claim_ring": ("", "RASu"),
    "centres_guide_draft": ("", "RASu"),
    "centres_submission_turn_down": ("", "ASru"),
    "centres_submission_throw_away": ("", "ASru"),
    "centres_guiderevision_publish": ("", "ASru"),
    "centres_guiderevision_withdraw": ("", "RASu"),
    "centres_proposal_approve": ("", "ASru"),
    "centres_proposal_reject": ("", "ASru"),
    "centres_proposal_withdraw": ("", "Raus"),
    "centres_report_answer": ("", "RAS"),
    "centres_report_open_case": ("", "RAS"),
    "centres_reply_show": ("", "RAS"),
    "centres_reply_reject": ("", "RAS"),
    "centres_verification_open": ("RAMS", "RAMS"),
    "centres_verification_check": ("", "R"),  # whoever holds the case
    "centres_evidencefile_document": ("RAUS", ""),
    "centres_verification_history": (STAFF, STAFF),  # leads to the case, which asks for rights
    "centres_verification_take_next": ("", "RAS"),
    "centres_verification_step take": ("", "RAS"),
    "centres_verification_step put-back": ("", "R"),  # whoever holds the case
    "centres_verification_step hand-back": ("", "AS"),
    "centres_verification_step ask": ("", "R"),
    "centres_verification_step answered": ("", "R"),
    "centres_verification_step submit": ("", "R"),
    "centres_verification_step return": ("", "AS"),
    "centres_verification_step approve": ("", "AS"),
    "centres_verification_step reject": ("", "AS"),
    "centres_verification_step cancel": ("", "AS"),
    "centres_verification_step reopen": ("", "AS"),
    "centres_verification_step revoke": ("", "AS"),
    "auth_user_password_change": ("S", "S"),
}


def table():
    """{address: (who may GET, who may POST)}."""
    rows = {}
    for noun, (look, add, change, delete) in NOUNS.items():
        prefix = f"{'auth' if noun in {'user', 'group'} else 'centres'}_{noun}"
        rows |= {
            f"{prefix}_changelist": (look, look),
            f"{prefix}_add": (add, add),
            f"{prefix}_change": (look, change),
            f"{prefix}_delete": (delete, delete),
            f"{prefix}_history": (look, look),
            f"{prefix} by its number": (STAFF, STAFF),  # leads to the form, which asks for rights
        }
    return rows | OTHERS


def routes(patterns=None, before=""):
    """(name, route) of every address beneath /admin/, unnamed ones too."""
    if patterns is None:
        yield from beside()
    for pattern in admin.site.urls[0] if patterns is None else patterns:
        if isinstance(pattern, URLResolver):
            yield from routes(pattern.url_patterns, before + str(pattern.pattern))
            continue
        yield pattern.name, before + str(pattern.pattern)


def beside():
    """(name, route) of what stands beneath /admin/ and is no part of Django's admin."""
    for pattern in get_resolver().url_patterns:
        route = str(pattern.pattern)
        if isinstance(pattern, URLPattern) and route.startswith("admin/"):
            yield pattern.name, route.removeprefix("admin/")


def addresses():
    """(name in the table, route); one that takes a word stands there once for each word."""
    for name, route in routes():
        if name == "centres_verification_step":
            yield from ((f"{name} {each.name}", route) for each in TRANSITIONS)
        elif name == "app_list":
            yield from ((f"{name} {app}", f"{app}/") for app in ("centres", "auth"))
        elif name is None and route.endswith("<path:object_id>/"):
            yield f"{'_'.join(route.split('/')[:2])} by its number", route
        else:
            yield name or "anything else", route


def path_of(name, route, here):
    """Where the address is, for the rows of a world."""
    noun = name.split(" ")[0].split("_")[1] if "_" in name else ""
    row = here.rows.get(noun)
    step = name.split(" ")[-1]
    sources = next((each.sources for each in TRANSITIONS if each.name == step), None)
    values = {
        "content_type_id": ContentType.objects.get_for_model(Centre).pk if sources is None else "",
        "object_id": here.kept.pk if name == "view_on_site" else row and row.pk,
        "pk": row and row.pk,
        "id": row and row.pk,
        "case_id": (here.cases[sources[0]] if sources else here.rows["verification"]).pk,
        "criterion_id": here.required.pk,
        "centre_id": here.kept.pk,
        "file_id": here.rows["evidencefile"].pk,
        "name": step,
    }
    if name == "anything else":
        return "/admin/nowhere/"
    filled = re.sub(r"<(?:\w+:)?(\w+)>", lambda found: str(values[found[1]]), route)
    return f"/admin/{filled}"


def crafted(path, here):
    """What somebody may send who has read the code: a good answer to every form at once."""
    case = re.search(r"/verification/(\d+)/", path)
    version = next((c.version for c in here.cases.values() if case and c.pk == int(case[1])), 1)
    inlines = {
        f"{prefix}-{name}": "0"
        for prefix in ("phones", "programmes", "insurance")
        for name in ("TOTAL_FORMS", "INITIAL_FORMS")
    }
    return inlines | {
        "name": "Taken over", "slug": "taken-over", "status": "listed", "country": "GB",
        "town": "York", "precision": "", "registration": "unknown", "website": "",
        "verified_from": "2020-01-01", "verified_until": "2999-01-01",
        "advertiser_from": "2020-01-01", "advertiser_until": "2999-01-01",
        "how_known": "phone", "as_of": "2025-06-01", "legal_name": "Taken over Ltd",
        "kind": "therapy", "label": "Taken over", "title": "Taken over", "guidance": "None.",
        "accepted_evidence": "None.", "purpose": "verified", "position": "1", "publisher": "Us",
        "licence": "Ours", "fee_band": "under-250", "runs_from": f"{here.today + 200 * DAY}",
        "runs_until": f"{here.today + 210 * DAY}", "reference": "AG-TAKEN",
        "seller": here.people.mona.pk, "centre": here.kept.pk, "q": "Centre",
        "outcome": "passed", "method": "phone", "captured_on": f"{here.today}", "note": "Seen.",
        "version": version, "reason": "Because.", "state": "approved",
        "decided_by": here.people.ruth.pk, "first": "2025-06-01", "last": "2025-06-02",
        "username": "mallory", "password1": SECRET, "password2": SECRET, "password": SECRET,
        "new_password1": SECRET, "new_password2": SECRET, "old_password": SECRET,
        "usable_password": "true", "is_active": "on", "is_staff": "on", "is_superuser": "on",
        "date_joined_0": "2025-06-01", "date_joined_1": "12:00:00",
        "groups": list(Group.objects.values_list("pk", flat=True)),
        "permissions": list(Permission.objects.values_list("pk", flat=True)[:9]),
        "user_permissions": list(Permission.objects.values_list("pk", flat=True)[:9]),
        "upheld": "no", "words": "Looked.", "post": "yes",
        "action": "delete_selected", "_selected_action": [here.kept.pk],
    }  # fmt: skip


DAY = datetime.timedelta(days=1)
SECRET = "not-a-word-9231"
#: What a look, a refusal and a sign-in may write, and the log of what changed.
NOTED = {AuditEntry, Session, Change}


def dump():
    """Every row of every table but those of `NOTED`."""
    models = [m for m in apps.get_models(include_auto_created=True) if m not in NOTED]
    return {model._meta.label: list(model.objects.order_by("pk").values()) for model in models}


def is_refused(response):
    """Whether somebody is turned away: to the sign-in page, or with 403, 404 or 405."""
    if response.status_code in {301, 302}:
        return response["Location"].startswith(reverse("admin:login"))
    return response.status_code in {403, 404, 405}


@pytest.fixture
def here(settings, tmp_path):
    settings.EVIDENCE_DIR = tmp_path / "evidence"
    return world()


def visitor(letter, here):
    """A function (method, path, data) as this visitor; what it writes is undone when `undo`."""
    client = Client()
    if VISITORS[letter]:
        client.force_login(getattr(here.people, VISITORS[letter]))
    cookies = copy.deepcopy(client.cookies)

    def ask(method, path, data=None, *, undo=False):
        client.cookies = copy.deepcopy(cookies)
        with transaction.atomic():
            response = getattr(client, method)(path, data or {})
            if response.streaming:
                list(response)  # a file is closed once it was read
            transaction.set_rollback(undo)
        return response

    return ask


def test_the_table_names_every_address_and_no_other():
    named = [name for name, _ in addresses()]

    assert sorted(set(named)) == sorted(table())
    assert len(named) == len(set(named))


@pytest.mark.parametrize("letter", VISITORS)
def test_who_may_open_what(here, letter):
    allowed, ask, wrong = table(), visitor(letter, here), {}
    for name, route in addresses():
        response = ask("get", path_of(name, route, here))
        if is_refused(response) == (letter in allowed[name][0]) or response.status_code >= 500:
            wrong[name] = response.status_code

    assert wrong == {}


@pytest.mark.parametrize("letter", VISITORS)
def test_who_may_send_what_and_that_a_refusal_changes_nothing(here, letter):
    allowed, ask, wrong = table(), visitor(letter, here), {}
    before = dump()
    for name, route in addresses():
        path, may = path_of(name, route, here), letter in allowed[name][1]
        response = ask("post", path, crafted(path, here), undo=may)
        answered = may or letter.lower() in allowed[name][1]
        if is_refused(response) == answered or response.status_code >= 500:
            wrong[name] = response.status_code

    assert wrong == {}
    assert dump() == before


def test_what_is_allowed_is_really_done(here):
    """Else the walk would prove nothing: the same posts, by who may, do change something."""
    before = dump()
    steps = [(name, route) for name, route in addresses() if " " in name and "_step " in name]
    done = set()
    for letter in "RA":
        ask = visitor(letter, here)
        for name, route in steps:
            if letter in OTHERS[name][1]:
                with transaction.atomic():
                    path = path_of(name, route, here)
                    ask("post", path, crafted(path, here))
                    done |= {name} if dump() != before else set()
                    transaction.set_rollback(True)

    assert done == {name for name, _ in steps}


def test_no_role_reaches_people_roles_or_the_log(here):
    assert LogEntry not in admin.site._registry
    for role in ROLES:
        held = Group.objects.get(name=role).permissions.select_related("content_type")
        assert {permission.content_type.app_label for permission in held} == {"centres"}


def test_not_even_somebody_given_the_permission_reaches_people_or_roles(here):
    """A group that holds Django's own permissions would let its people make themselves anything."""
    here.people.ruth.user_permissions.set(
        Permission.objects.filter(content_type__app_label__in=["auth", "admin"])
    )
    ask, before = visitor("R", here), dump()
    for name in ("auth_user", "auth_group"):
        row = here.rows[name.removeprefix("auth_")]
        for page, args in [("changelist", []), ("add", []), ("change", [row.pk]),
                           ("delete", [row.pk]), ("history", [row.pk])]:  # fmt: skip
            path = reverse(f"admin:{name}_{page}", args=args)
            assert ask("get", path).status_code == 403
            assert ask("post", path, crafted(path, here)).status_code == 403
    assert dump() == before


def test_no_list_answers_guesses_at_passwords(here):
    """A list that narrowed by any column of a linked person would give away a hash bit by bit."""
    ask = visitor("A", here)
    for model in admin.site._registry:
        noun = model._meta.model_name
        people = [f.name for f in model._meta.fields if f.related_model is type(here.people.ruth)]
        if "A" not in NOUNS[noun][0]:
            continue
        for name in people:
            path = reverse(f"admin:centres_{noun}_changelist")
            found = ask("get", path, {f"{name}__password__startswith": "!"})
            assert found.status_code == 400, (noun, name)
