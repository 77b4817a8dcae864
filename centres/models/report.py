from django.conf import settings
from django.db import models
from django.db.models import Case, CheckConstraint, F, Q, Value, When
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from .constraints import all_or_none, not_blank, one_of
from .encrypted import EncryptedTextField


class Problem(models.TextChoices):
    """What somebody says is wrong."""

    WRONG_FACT = "wrong-fact", _("Something on the page is wrong")
    NOT_THEIR_NUMBER = "not-their-number", _("A telephone number is not the centre’s own")
    WRONG_NUMBER = "wrong-number", _("A telephone number does not work")
    CLOSED = "closed", _("The centre has closed or moved")
    PAID_REFERRAL = "paid-referral", _("Somebody was paid for sending people there")
    HARM = "harm", _("Something that happened there worries me")
    OTHER = "other", _("Something else")


class ReportState(models.TextChoices):
    OPEN = "open", _("Being looked into")
    UPHELD = "upheld", _("You were right")
    NOT_UPHELD = "not-upheld", _("Looked into, and left as it is")


class ReportQuerySet(models.QuerySet):
    def open(self):
        return self.filter(state=ReportState.OPEN)

    def overdue(self, *, today):
        """Those that should have been answered by now."""
        return self.open().filter(due_on__lt=today)

    def doubting(self, centre, number):
        """Open ones that say this number is not the centre's own.

        Whichever row held it when they were sent: a number may be deleted and typed anew.
        """
        return self.open().filter(problem=Problem.NOT_THEIR_NUMBER, centre=centre, number=number)

    def of_hidden_numbers(self):
        return self.open().filter(
            problem=Problem.NOT_THEIR_NUMBER,
            phone__doubted_number=F("phone__number"),
            number=F("phone__number"),
        )

    def in_order(self):
        """What hides a number first, then by the day each is due."""
        hides = Q(pk__in=Report.objects.of_hidden_numbers().values("pk"))
        return self.annotate(hides=Case(When(hides, then=Value(0)), default=Value(1))).order_by(
            "hides", "due_on", "pk"
        )

    def corrections(self):
        """Upheld ones after which something on the page was put right."""
        return self.filter(corrected_on__isnull=False)


class Report(models.Model):
    """Somebody says that something about a centre is wrong. Answered within five working days."""

    centre = models.ForeignKey("Centre", on_delete=models.CASCADE, related_name="reports")
    token = models.CharField(
        max_length=64, unique=True, help_text="Hash of what the link to its progress holds."
    )
    problem = models.CharField(max_length=20, choices=Problem)
    fact = models.CharField(
        max_length=40, blank=True, help_text="Which fact: phones, or programme.price."
    )
    programme = models.ForeignKey(
        "Programme",
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="reports",
        help_text="Whose fact, where it is one of a programme.",
    )
    phone = models.ForeignKey(
        "Phone", null=True, blank=True, on_delete=models.SET_NULL, related_name="reports"
    )
    number = models.CharField(
        max_length=24, blank=True, help_text="The telephone number, as it was on the page."
    )
    text = EncryptedTextField(blank=True, help_text="In their words; never shown in public.")
    email = EncryptedTextField(blank=True, help_text="Where to send the answer, if they asked.")
    sender = models.CharField(
        max_length=64,
        blank=True,
        help_text="Keyed hash of where it came from, wiped with the answer: are two from one?",
    )
    reported_at = models.DateTimeField(default=timezone.now)
    due_on = models.DateField(help_text="Five working days on.")
    state = models.CharField(max_length=10, choices=ReportState, default=ReportState.OPEN)
    answer = models.TextField(blank=True, help_text="What whoever reported it reads.")
    decided_at = models.DateTimeField(null=True, blank=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    corrected_on = models.DateField(
        null=True, blank=True, help_text="Shown beside the fact on the centre's page."
    )
    case = models.ForeignKey(
        "Verification", null=True, blank=True, on_delete=models.SET_NULL, related_name="reports",
        help_text="The case in which it is checked.",
    )  # fmt: skip

    objects = ReportQuerySet.as_manager()

    class Meta:
        ordering = ["due_on", "pk"]
        permissions = [("answer_report", "Can answer reports")]
        indexes = [models.Index(fields=["state", "due_on"], name="centres_report_by_state")]
        constraints = [
            one_of("centres_report_problem_is_known", "problem", Problem),
            one_of("centres_report_state_is_known", "state", ReportState),
            not_blank("centres_report_has_a_token", "token"),
            all_or_none("centres_report_decided_at_and_by", decided_at=None, decided_by=None),
            CheckConstraint(
                name="centres_report_open_is_not_decided",
                condition=Q(state=ReportState.OPEN, decided_at=None, corrected_on=None)
                | (~Q(state=ReportState.OPEN) & Q(decided_at__isnull=False)),
            ),
            CheckConstraint(
                name="centres_report_decided_has_an_answer_and_no_sender",
                condition=Q(state=ReportState.OPEN) | (~Q(answer="") & Q(sender="", email="")),
            ),
            CheckConstraint(
                name="centres_report_corrected_was_upheld",
                condition=Q(corrected_on=None) | Q(state=ReportState.UPHELD),
            ),
        ]

    def __str__(self):
        return f"{self.centre}: {self.get_problem_display()}"

    @property
    def is_open(self):
        return self.state == ReportState.OPEN

    def is_overdue(self, *, today):
        return self.is_open and self.due_on < today

    @property
    def hides_a_number(self):
        """Whether a number is hidden until this has been decided."""
        if not self.is_open or self.problem != Problem.NOT_THEIR_NUMBER or self.phone is None:
            return False
        return self.phone.is_doubted and self.phone.number == self.number
