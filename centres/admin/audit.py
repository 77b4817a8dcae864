"""Who saw and who changed what in the admin, noted as it happens; and the history of a row."""

import datetime
import logging

from django.contrib.auth.models import Permission
from django.core.exceptions import FieldDoesNotExist, PermissionDenied
from django.db import DatabaseError, models
from django.template.response import TemplateResponse
from django.utils import timezone

from centres.changes import Touched, all_held, audit
from centres.models import Act, AuditEntry, Centre, Phone, Programme
from centres.models.encrypted import EncryptedTextField

from .history import history_of

#: Who opens the same page again within this time is noted once.
SEEN_AGAIN = datetime.timedelta(minutes=10)
#: Never read and never kept, not even hashed: that it changed is said in words.
SECRETS = {"password"}

logger = logging.getLogger(__name__)


def noting_sight(request, response, row):
    """`response`, which shows `row`; that this person saw it is noted once the page is sent.

    So noting never keeps anybody waiting, and one that fails takes no page away: it is logged.
    """
    person, close = request.user, response.close

    def noted_and_closed():
        try:
            note_sight(row, person=person, now=timezone.now())
        except DatabaseError:
            logger.exception("Not noted: who saw %s %s", row._meta.model_name, row.pk)
        finally:
            close()

    response.close = noted_and_closed
    if isinstance(response, TemplateResponse):
        response.add_post_render_callback(_say_length)
    else:
        _say_length(response)
    return response


def _say_length(response):
    """So that a browser knows the page is whole before the connection is closed."""
    response["Content-Length"] = str(len(response.content))


def note_sight(row, *, person, now):
    """Note that `person` saw a row, unless that was noted less than `SEEN_AGAIN` before `now`."""
    if was_noted(Act.SAW, person=person, row=row, now=now):
        return
    AuditEntry.objects.note(Act.SAW, person=person, row=row, centre=centre_of(row), now=now)


def was_noted(act, *, person, row, now):
    """Whether the same was noted of this person and row within `SEEN_AGAIN` before `now`."""
    return AuditEntry.objects.filter(
        at__gt=now - SEEN_AGAIN,
        act=act,
        person_id=person.pk,
        kind=row._meta.model_name,
        row_id=str(row.pk or ""),
    ).exists()


def centre_of(row):
    """The centre that a row is or belongs to, or None."""
    return row if isinstance(row, Centre) else getattr(row, "centre", None)


class NotesWhoSaw:
    """Mixed into the admin of a noun: whoever opens a row is noted, once in `SEEN_AGAIN`."""

    def render_change_form(self, request, context, add=False, change=False, form_url="", obj=None):
        response = super().render_change_form(request, context, add, change, form_url, obj)
        return response if obj is None else noting_sight(request, response, obj)


class NotesChanges:
    """Mixed into the admin of a noun without inlines: additions, changes and deletions are audited
    field by field, in the transaction that writes them."""

    def save_related(self, request, form, formsets, change):
        super().save_related(request, form, formsets, change)
        changes = typed_values(form, is_new=not change)
        if not change or changes:
            AuditEntry.objects.note(
                Act.CHANGED if change else Act.ADDED,
                person=request.user,
                row=form.instance,
                now=timezone.now(),
                changes=changes,
            )

    def delete_model(self, request, obj):
        AuditEntry.objects.note(
            Act.DELETED,
            person=request.user,
            row=obj,
            now=timezone.now(),
            changes={name: [value, None] for name, value in held_values(obj).items()},
        )
        super().delete_model(request, obj)


class ShowsHistory:
    """Mixed into the admin of a noun: its history is what the audit says of it, only to be read."""

    def history_view(self, request, object_id, extra_context=None):
        row = self.get_object(request, object_id)
        if not self.has_view_permission(request, row):
            raise PermissionDenied
        if row is None:
            return self._get_obj_does_not_exist_redirect(request, self.opts, object_id)
        context = {
            **self.admin_site.each_context(request),
            "title": f"History of {row}",
            "opts": self.opts,
            "row": row,
            "history": history_of(row),
        }
        response = TemplateResponse(request, "admin/centres/history.html", context)
        return noting_sight(request, response, row) if isinstance(self, NotesWhoSaw) else response


def note_deleted_centre(centre, *, by, now):
    """Note a centre that is about to go, with its programmes and telephone numbers."""
    rows = [
        *(("phone", row) for row in Phone.objects.filter(centre=centre)),
        *(("programme", row) for row in Programme.objects.filter(centre=centre)),
        ("centre", centre),
    ]
    touched = [
        Touched(
            kind,
            row,
            row.pk,
            "deleted",
            {name: [value, None] for name, value in all_held(kind, row).items()},
        )
        for kind, row in rows
    ]
    audit(centre, touched, by=by, now=now)


def typed_values(form, *, is_new):
    """{field: [old, new]} of what a valid form changed in its row; no secret among them."""
    values = {}
    for name in form.changed_data:
        field = _column(form.instance, name)
        if field is None or name in SECRETS:
            continue
        old = None if is_new else as_kept(field, form.initial.get(name))
        values[name] = [old, as_kept(field, form.cleaned_data[name])]
    return {name: pair for name, pair in values.items() if pair[0] != pair[1]}


def held_values(row):
    """{field: value} of everything a saved row holds, no secret among it."""
    fields = [*row._meta.concrete_fields, *row._meta.many_to_many]
    return {
        field.name: as_kept(field, field.value_from_object(row))
        for field in fields
        if field.name not in SECRETS
    }


def _column(row, name):
    try:
        return row._meta.get_field(name)
    except FieldDoesNotExist:
        return None


def as_kept(field, value):
    """How the audit keeps a value of a field: as JSON holds it, linked rows by their names."""
    if isinstance(field, EncryptedTextField):
        return "kept encrypted" if value else ""
    if field.many_to_many:
        return sorted(_name_of(row) for row in value or [])
    if isinstance(value, models.Model):
        return value.pk
    if isinstance(value, (datetime.date, datetime.datetime)):
        return value.isoformat()
    return value


def _name_of(row):
    return row.codename if isinstance(row, Permission) else str(row)
