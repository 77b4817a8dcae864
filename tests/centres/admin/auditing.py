"""What the tests of the audit and of histories share."""

from django.test import Client
from django.urls import reverse
from django.utils import timezone

from centres.models import Act, AuditEntry

NOW = timezone.now()
LIST = reverse("admin:centres_auditentry_changelist")
EXPORT = reverse("admin:centres_auditentry_export")


def signed_in(person):
    client = Client()
    client.force_login(person)
    return client


def url(row, page="change"):
    name = f"admin:{row._meta.app_label}_{row._meta.model_name}_{page}"
    return reverse(name, args=[row.pk])


def note(row, act=Act.CHANGED, *, person=None, now=NOW, **said):
    return AuditEntry.objects.note(act, person=person, row=row, now=now, **said)


def entries(**only):
    return list(AuditEntry.objects.filter(**only).order_by("pk"))
