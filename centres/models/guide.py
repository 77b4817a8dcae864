"""What the directory says about a substance: texts with their sources, approved by a second person.

A guide has revisions. One is live; a draft beside it changes nothing until somebody who did not
write it publishes it, and what was published before is kept.
"""

from django.conf import settings
from django.db import models
from django.db.models import CheckConstraint, F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from centres.guide_text import parse, sources_of

from .constraints import all_or_none, not_blank, one_of
from .vocabulary import Country, Term, TermKind


class Heading(models.TextChoices):
    """The sections a guide may have, in the order they are read."""

    WHAT_IT_DOES = "what-it-does", _("What it is and what it does")
    WITHDRAWAL = "withdrawal", _("Stopping, and withdrawal")
    MEDICAL_HELP = "medical-help", _("When to get medical help at once")
    TREATMENT = "treatment", _("Treatment, and how long it takes")
    MENTAL_HEALTH = "mental-health", _("Mental health alongside")
    FUNDING = "funding", _("What it costs and who pays")
    AFTERCARE = "aftercare", _("Aftercare and mutual aid")
    FAMILIES = "families", _("For families and friends")


class RevisionState(models.TextChoices):
    DRAFT = "draft", "Draft"
    PUBLISHED = "published", "Published"
    REPLACED = "replaced", "Replaced by a later one"
    WITHDRAWN = "withdrawn", "Withdrawn"


class Reference(models.Model):
    """Something a statement rests on, that an editor has read. It is never changed: a correction
    is another reference, which a new revision names."""

    slug = models.SlugField(max_length=60, unique=True, help_text="What texts name it by.")
    label = models.CharField(max_length=120, help_text="In short: “NICE, alcohol (CG115)”.")
    citation = models.CharField(max_length=400, help_text="In full, as one would cite it.")
    url = models.URLField(max_length=300)
    dated = models.CharField(
        max_length=40, help_text="As it dates itself: “June 2014”, “2012”, or “undated”."
    )
    read_on = models.DateField(help_text="The day an editor last read it.")

    class Meta:
        ordering = ["slug"]
        constraints = [
            not_blank("centres_reference_has_a_slug", "slug"),
            not_blank("centres_reference_has_a_label", "label"),
            not_blank("centres_reference_has_a_citation", "citation"),
            not_blank("centres_reference_has_a_date", "dated"),
            CheckConstraint(
                name="centres_reference_url_is_a_web_address",
                condition=Q(url__startswith="https://") | Q(url__startswith="http://"),
                violation_error_message="An address begins with https:// or http://.",
            ),
        ]

    def __str__(self):
        return self.label


class Guide(models.Model):
    """The page about one substance or behaviour."""

    substance = models.OneToOneField(
        Term,
        on_delete=models.PROTECT,
        related_name="guide",
        limit_choices_to={"kind": TermKind.SUBSTANCE},
    )

    class Meta:
        ordering = ["substance__position", "pk"]

    def __str__(self):
        return self.substance.label


class RevisionQuerySet(models.QuerySet):
    def live(self):
        """What the public reads: at most one a guide."""
        return self.filter(state=RevisionState.PUBLISHED)

    def drafts(self):
        return self.filter(state=RevisionState.DRAFT)

    def awaiting_publication_by(self, user):
        """What `user` may publish so far as two pairs of eyes go: what others wrote."""
        return self.drafts().exclude(author=user)


class GuideRevision(models.Model):
    """One version of a guide's text, with who wrote it and who looked it over, by role."""

    guide = models.ForeignKey(Guide, on_delete=models.PROTECT, related_name="revisions")
    number = models.PositiveSmallIntegerField()
    state = models.CharField(
        max_length=9, choices=RevisionState, default=RevisionState.DRAFT, editable=False
    )
    title = models.CharField(max_length=120)
    summary = models.CharField(
        max_length=300, help_text="A sentence or two, without a medical claim."
    )
    author_role = models.CharField(
        max_length=120, help_text="As the page says it: “The directory’s editors”."
    )
    reviewer_role = models.CharField(
        max_length=120,
        blank=True,
        help_text="The role of whoever compared it with its sources; a clinician’s profession.",
    )
    reviewed_on = models.DateField(null=True, blank=True)
    next_review_on = models.DateField(null=True, blank=True)
    reviewed_by_clinician = models.BooleanField(
        default=False,
        help_text="A clinician looked it over. Until then the page says that none has.",
    )
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
        help_text="Empty: it came with the project.",
    )
    saved_at = models.DateTimeField(default=timezone.now)
    publisher = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    published_at = models.DateTimeField(null=True, blank=True)
    reason = models.TextField(blank=True, help_text="Why it was withdrawn.")

    objects = RevisionQuerySet.as_manager()

    class Meta:
        ordering = ["guide", "-number"]
        verbose_name = "text of a guide"
        verbose_name_plural = "texts of guides"
        permissions = [
            ("draft_guide", "Can draft texts of guides"),
            ("publish_guide", "Can publish and withdraw what others drafted"),
        ]
        constraints = [
            one_of("centres_guiderevision_state_is_known", "state", RevisionState),
            not_blank("centres_guiderevision_has_a_title", "title"),
            not_blank("centres_guiderevision_has_a_summary", "summary"),
            not_blank("centres_guiderevision_has_an_author_role", "author_role"),
            models.UniqueConstraint(
                fields=["guide", "number"], name="centres_guiderevision_number_once_a_guide"
            ),
            models.UniqueConstraint(
                fields=["guide"],
                condition=Q(state="published"),
                name="centres_guiderevision_one_is_live",
            ),
            models.UniqueConstraint(
                fields=["guide"],
                condition=Q(state="draft"),
                name="centres_guiderevision_one_draft_at_a_time",
                violation_error_message="There is a draft of this guide already.",
            ),
            all_or_none(
                "centres_guiderevision_review_is_whole",
                reviewer_role="",
                reviewed_on=None,
                next_review_on=None,
            ),
            CheckConstraint(
                name="centres_guiderevision_next_review_is_later",
                condition=Q(next_review_on__isnull=True) | Q(next_review_on__gt=F("reviewed_on")),
                violation_error_message="The next review comes after this one.",
            ),
            CheckConstraint(
                name="centres_guiderevision_clinician_has_a_role",
                condition=Q(reviewed_by_clinician=False) | ~Q(reviewer_role=""),
                violation_error_message="Say the clinician’s profession, and when they read it.",
            ),
            CheckConstraint(
                name="centres_guiderevision_is_published_with_a_date",
                condition=Q(state__in=["published", "replaced"], published_at__isnull=False)
                | Q(state="draft", published_at__isnull=True, publisher__isnull=True)
                | Q(state="withdrawn"),
            ),
            CheckConstraint(
                name="centres_guiderevision_is_published_once_reviewed",
                condition=Q(state__in=["draft", "withdrawn"]) | Q(reviewed_on__isnull=False),
            ),
            CheckConstraint(
                name="centres_guiderevision_publisher_is_not_the_author",
                condition=Q(publisher__isnull=True)
                | Q(author__isnull=True)
                | ~Q(publisher=F("author")),
            ),
            CheckConstraint(
                name="centres_guiderevision_is_published_by_a_second_person",
                condition=Q(published_at__isnull=True)
                | Q(author__isnull=True)
                | Q(publisher__isnull=False),
            ),
        ]

    def __str__(self):
        return f"{self.guide}, text {self.number}"

    def sections_for(self, country):
        """[(heading, its sections)] for readers in `country`, in order: what is for both countries
        first, then what is for that one."""
        mine = [each for each in self.sections.all() if each.country in {"", country}]
        mine.sort(key=lambda section: section.country)
        found = [(heading, [s for s in mine if s.heading == heading]) for heading in Heading]
        return [(heading, sections) for heading, sections in found if sections]

    def is_due(self, *, today):
        """Whether its next review has come."""
        return self.next_review_on is not None and self.next_review_on <= today


class GuideSection(models.Model):
    """A section of a text, for readers in one country or in both. What is said in it, and on which
    sources each statement rests, stands in `text` as `centres.guide_text` reads it."""

    revision = models.ForeignKey(GuideRevision, on_delete=models.CASCADE, related_name="sections")
    heading = models.CharField(max_length=16, choices=Heading)
    country = models.CharField(
        max_length=2, choices=Country, blank=True, help_text="Empty: for readers in both."
    )
    text = models.TextField(
        help_text="Plain text. A blank line parts paragraphs; “- ” begins an entry of a list. Each "
        "statement ends with its sources in brackets: “It can be painful. [srirangam-2012]”"
    )

    class Meta:
        ordering = ["revision", "heading", "country"]
        verbose_name = "section"
        constraints = [
            one_of("centres_guidesection_heading_is_known", "heading", Heading),
            one_of("centres_guidesection_country_is_known", "country", Country, blank=True),
            not_blank("centres_guidesection_says_something", "text"),
            models.UniqueConstraint(
                fields=["revision", "heading", "country"],
                name="centres_guidesection_once_a_revision",
                violation_error_message="This section is there already.",
            ),
        ]

    def __str__(self):
        return self.get_heading_display()

    @property
    def blocks(self):
        """What it says, as `centres.guide_text.Block`s; raises `Malformed`."""
        return parse(self.text)

    @property
    def sources(self):
        """The slugs of its references, in the order of their first mention."""
        return sources_of(self.blocks)
