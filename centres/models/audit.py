from django.db import models
from django.utils import timezone

from .constraints import one_of


class Act(models.TextChoices):
    """What somebody did."""

    SAW = "saw", "saw"
    ADDED = "added", "added"
    CHANGED = "changed", "changed"
    DELETED = "deleted", "deleted"
    DECIDED = "decided", "decided"
    REFUSED = "refused", "was refused"
    EXPORTED = "exported", "exported"


class AuditQuerySet(models.QuerySet):
    def note(self, act, *, person, row, now, centre=None, changes=None, note=""):
        """Write one entry. person: a user, None for a command; changes: {field: [old, new]}."""
        centre = centre or (row if row._meta.model_name == "centre" else None)
        return self.create(
            act=act,
            at=now,
            person_id=person.pk if person else None,
            person=person.get_username() if person else "",
            centre_id=centre.pk if centre else None,
            centre=str(centre)[:200] if centre else "",
            kind=row._meta.model_name,
            row_id=str(row.pk or ""),
            label=str(row)[:200],
            changes=changes or {},
            note=note,
        )


class AuditEntry(models.Model):
    """Who saw and who changed what. No foreign keys, so that it neither blocks nor disappears.

    The database lets nobody change or delete an entry.
    """

    at = models.DateTimeField(default=timezone.now)
    act = models.CharField(max_length=8, choices=Act)
    person_id = models.BigIntegerField(null=True, blank=True)
    person = models.CharField(max_length=150, blank=True, help_text="Empty: a command.")
    centre_id = models.BigIntegerField(null=True, blank=True)
    centre = models.CharField(max_length=200, blank=True)
    kind = models.CharField(max_length=40, help_text="The kind of row: centre, programme, …")
    row_id = models.CharField(max_length=40, blank=True)
    label = models.CharField(max_length=200, blank=True)
    changes = models.JSONField(default=dict, blank=True, help_text="{field: [old, new]}")
    note = models.TextField(blank=True)

    objects = AuditQuerySet.as_manager()

    class Meta:
        ordering = ["-at", "-pk"]
        verbose_name_plural = "audit entries"
        permissions = [("export_audit", "Can export the audit")]
        indexes = [
            models.Index(fields=["centre_id", "at"], name="centres_auditentry_by_centre"),
            models.Index(fields=["at"], name="centres_auditentry_by_time"),
            models.Index(fields=["kind", "row_id"], name="centres_auditentry_by_row"),
        ]
        constraints = [one_of("centres_auditentry_act_is_known", "act", Act)]

    def __str__(self):
        return f"{self.person or 'A command'} {self.get_act_display()} {self.label}"
