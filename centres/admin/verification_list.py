"""The list of cases: found, narrowed, put in the order in which they are due."""

import datetime

from django.contrib import admin
from django.urls import path
from django.utils import timezone

from centres.models import Centre, State

from .filters import CurrentFilter
from .queue import due_in_words, place_of, take_the_next, who_has_it
from .searching import as_stored

#: Days from today within which a case counts as due this week, today among them.
WEEK = 7


class StateFilter(CurrentFilter):
    title = parameter_name = "state"
    values, current = State, "Open"
    left_out, searched = "Closed cases", "Searched all cases, closed ones too."

    def only_current(self, queryset):
        return queryset.open()


class WhoseFilter(admin.SimpleListFilter):
    title = "who has it"
    parameter_name = "whose"

    def lookups(self, request, model_admin):
        return [("mine", "Mine"), ("nobody", "Nobody"), ("approval", "Awaiting my approval")]

    def queryset(self, request, queryset):
        if self.value() is None:
            return queryset
        if self.value() == "mine":
            return queryset.mine(request.user)
        if self.value() == "nobody":
            return queryset.unassigned()
        if self.value() == "approval":
            return queryset.awaiting_approval_by(request.user)
        return queryset.none()


class DueFilter(admin.SimpleListFilter):
    title = "due"
    parameter_name = "due"

    def lookups(self, request, model_admin):
        return [("overdue", "Overdue"), ("week", "Within a week")]

    def queryset(self, request, queryset):
        today = timezone.localdate()
        if self.value() is None:
            return queryset
        if self.value() == "overdue":
            return queryset.overdue(today=today)
        if self.value() == "week":
            last = today + datetime.timedelta(days=WEEK)
            return queryset.open().filter(due_on__range=(today, last))
        return queryset.none()


class LapsingFilter(admin.SimpleListFilter):
    """Cases of centres whose verification ends soon."""

    title = "verification"
    parameter_name = "verification"

    def lookups(self, request, model_admin):
        return [("lapsing", "Lapses soon")]

    def queryset(self, request, queryset):
        if self.value() is None:
            return queryset
        if self.value() == "lapsing":
            return queryset.filter(centre__in=Centre.objects.expiring(now=timezone.now()))
        return queryset.none()


class CaseList:
    """The list of cases, for `VerificationAdmin(CaseList, admin.ModelAdmin)`.

    A case is opened, taken and decided by steps of its own: nothing here adds or deletes one, and
    nothing is done to several at once.
    """

    actions = None
    change_list_template = "admin/centres/centre/change_list.html"  # says what is left out
    list_display = ["centre_name", "place", "purpose", "why", "standing", "due", "who"]
    list_display_links = ["centre_name"]
    list_filter = [StateFilter, WhoseFilter, DueFilter, LapsingFilter, "purpose", "opened_for"]
    list_per_page = 50
    list_select_related = ["centre", "reviewer"]
    ordering = ["due_on", "opened_at", "pk"]
    search_fields = ["centre__name", "centre__town", "centre__postcode"]
    search_help_text = (
        "Name, town or postcode of the centre. A search looks through closed cases too."
    )
    show_full_result_count = False

    def get_urls(self):
        """With `take-next/`, which the front page's button posts to."""
        view = self.admin_site.admin_view(take_the_next)
        return [
            path("take-next/", view, name="centres_verification_take_next"),
            *super().get_urls(),
        ]

    def changelist_view(self, request, extra_context=None):
        return super().changelist_view(request, {"title": "Cases", **(extra_context or {})})

    def get_search_results(self, request, queryset, search_term):
        return super().get_search_results(request, queryset, as_stored(search_term))

    def has_add_permission(self, request):
        return False

    def has_delete_permission(self, request, obj=None):
        return False

    @admin.display(description="centre", ordering="centre__name")
    def centre_name(self, case):
        return case.centre.name

    @admin.display(description="place", ordering="centre__town")
    def place(self, case):
        return place_of(case.centre)

    @admin.display(description="why opened", ordering="opened_for")
    def why(self, case):
        return case.get_opened_for_display()

    @admin.display(description="state", ordering="state")
    def standing(self, case):
        return case.get_state_display()

    @admin.display(description="due", ordering="due_on")
    def due(self, case):
        return due_in_words(case, today=timezone.localdate())

    @admin.display(description="who has it", ordering="reviewer__username")
    def who(self, case):
        return who_has_it(case)
