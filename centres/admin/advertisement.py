"""Agreements to advertise: signed for a centre that may, ended with a reason, never rewritten."""

from django import forms
from django.contrib import admin, messages
from django.contrib.auth import get_user_model
from django.core.exceptions import PermissionDenied
from django.db.models import DateTimeField, F, Q, Value
from django.http import Http404, HttpResponseRedirect
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import path, reverse
from django.utils import timezone
from django.utils.html import format_html
from django.views.decorators.http import require_POST

from centres import agreements
from centres.cases import AlreadyOpen, open_case
from centres.models import Advertisement, Centre, Country, OpenedFor, Purpose, Standing
from centres.workflow import OPEN, NotAllowed, Refused

from .audit import NotesWhoSaw, ShowsHistory
from .filters import CurrentFilter
from .steps import step_paths

#: A search for a centre names so many.
MOST_FOUND = 25
#: Digits of an id: more fit no database's number.
LONGEST_ID = 18
#: Standings of what somebody may have to act on.
CURRENT = [Standing.RUNNING, Standing.COMING, Standing.STOPPED]


def moment(request):
    """The one clock of a request, so that nothing on a page contradicts the rest of it."""
    if not hasattr(request, "moment"):
        request.moment = timezone.now()
    return request.moment


def sellers():
    """Who may have agreed it with a centre."""
    return get_user_model().objects.with_perm(
        agreements.SIGN, backend="django.contrib.auth.backends.ModelBackend"
    )


def _centre_of(typed):
    """The centre of a typed or forged id, or None."""
    if not typed.isascii() or not typed.isdecimal() or len(typed) > LONGEST_ID:
        return None
    return Centre.objects.filter(pk=typed).first()


def _centres_like(words):
    """Centres whose name, town or postcode has every word, those verified the longest first."""
    found = Centre.objects.order_by(F("verified_until").desc(nulls_last=True), "name", "pk")
    for word in words.split():
        found = found.filter(
            Q(name__icontains=word) | Q(town__icontains=word) | Q(postcode__icontains=word)
        )
    return found


class AgreementForm(forms.ModelForm):
    """Everything an agreement says: there is nothing else to charge for.

    `request` is set on the class that the admin makes for each request.
    """

    request = None

    class Meta:
        labels = {"runs_from": "First day", "runs_until": "Last day", "fee_band": "Flat fee"}
        help_texts = {
            "centre": "Its number in the directory. It may sign what stands above.",
            "fee_band": "In pounds for a centre in the United Kingdom, in US dollars for one in "
            "the United States. Whatever is agreed beside it, nothing is paid per person or call.",
        }
        error_messages = {
            "centre": {"invalid_choice": "There is no such centre."},
            "reference": {"unique": "Another agreement has this reference."},
            "seller": {"invalid_choice": "This person may not sell adverts."},
        }

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if "seller" in self.fields:
            self.fields["seller"].queryset = sellers()
        for name in {"runs_from", "runs_until"} & set(self.fields):
            self.fields[name].widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")

    def clean(self):
        cleaned = super().clean()
        refused = getattr(self.request, "refused", {})
        for field, sentence in (self._problems(cleaned) or refused).items():
            self.add_error(field if field in self.fields else None, sentence)
        return cleaned

    def _problems(self, cleaned):
        named = ("centre", "runs_from", "runs_until")
        if not all(cleaned.get(name) for name in named):
            return {}
        said = {name: cleaned[name] for name in named}
        return agreements.problems(said.pop("centre"), **said, now=moment(self.request))


class StandingFilter(CurrentFilter):
    title = parameter_name = "standing"
    values, current = Standing, "Running, coming or stopped"
    left_out = "Agreements that are over or were ended"
    searched = "Searched all agreements, those that are over too."

    def __init__(self, request, *args):
        self.now = moment(request)
        super().__init__(request, *args)

    def only_current(self, queryset):
        return queryset.not_over(now=self.now).order_by()

    def only(self, queryset, value):
        return queryset.in_standing(value, now=self.now)


@admin.register(Advertisement)
class AdvertisementAdmin(NotesWhoSaw, ShowsHistory, admin.ModelAdmin):
    """An agreement is not edited: it is ended, with the reason, and another is signed."""

    form = AgreementForm
    change_list_template = "admin/centres/centre/change_list.html"  # says what is left out
    change_form_template = "admin/centres/advertisement/change_form.html"
    list_display = [
        "centre", "town", "fee", "runs_from", "runs_until", "stands", "reference", "seller",
    ]  # fmt: skip
    list_filter = [StandingFilter, "fee_band", "centre__country"]
    list_select_related = ["centre", "seller", "ender"]
    list_per_page = 50
    search_fields = ["centre__name", "centre__town", "reference"]
    search_help_text = (
        "Name or town of the centre, or the reference. A search looks through all agreements."
    )
    show_full_result_count = False
    ordering = ["runs_until", "pk"]
    actions = None
    raw_id_fields = ["centre"]
    signed = ["centre", "fee_band", "runs_from", "runs_until", "reference", "seller"]

    class Media:
        css = {"all": ["centres/admin.css", "centres/advertisement.css"]}

    def get_urls(self):
        view = self.admin_site.admin_view
        return [
            path("choose/", view(self.choose), name="centres_advertisement_choose"),
            path("apply/", view(require_POST(self.apply)), name="centres_advertisement_apply"),
            *step_paths(self, {"end": self.end}),
            *super().get_urls(),
        ]

    def has_change_permission(self, request, obj=None):
        return False

    def has_delete_permission(self, request, obj=None):
        return False

    def get_fieldsets(self, request, obj=None):
        if obj is None:
            return [(None, {"fields": self.signed})]
        return [
            (None, {"fields": ["centre_link", "fee", *self.signed[2:]]}),
            ("Where it stands", {"fields": ["stands", "recorded_at", "recorded_by"]}),
        ]

    def get_readonly_fields(self, request, obj=None):
        return ["stands", "fee", "centre_link", "recorded_at", "recorded_by"]

    def get_form(self, request, obj=None, **kwargs):
        form = super().get_form(request, obj, **kwargs)
        form.request = request
        return form

    def get_changeform_initial_data(self, request):
        return {"seller": request.user.pk, **super().get_changeform_initial_data(request)}

    def add_view(self, request, form_url="", extra_context=None):
        """The form, once it is known for which centre; else the search for one."""
        if request.method == "GET" and not request.GET.get("centre") and self.may_sign(request):
            return redirect("admin:centres_advertisement_choose")
        centre = _centre_of(request.POST.get("centre") or request.GET.get("centre", ""))
        allowance = agreements.allowance(centre, now=moment(request)) if centre else None
        about = {"title": "Sign an agreement", "allowance": allowance}
        about["may_apply"] = request.user.has_perm(OPEN)
        return super().add_view(request, form_url, {**(extra_context or {}), **about})

    def change_view(self, request, object_id, form_url="", extra_context=None):
        """The agreement as it was signed, and the form that ends it."""
        agreement = self.get_object(request, object_id)
        about = {}
        if agreement is not None:
            now = moment(request)
            about["title"] = f"Agreement {agreement.reference}"
            about["allowance"] = agreements.allowance(agreement.centre, now=now)
            left = agreement.ended_on is None and agreement.standing(now=now) != Standing.OVER
            about["may_end"] = left and request.user.has_perm(agreements.END)
        return super().change_view(request, object_id, form_url, {**(extra_context or {}), **about})

    def changeform_view(self, request, object_id=None, form_url="", extra_context=None):
        """What is refused only when it is written comes back as the form with the sentence."""
        try:
            return super().changeform_view(request, object_id, form_url, extra_context)
        except agreements.NotSigned as refusal:
            request.refused = refusal.problems
            return super().changeform_view(request, object_id, form_url, extra_context)

    def get_queryset(self, request):
        shown_at = Value(moment(request), output_field=DateTimeField())
        return super().get_queryset(request).annotate(shown_at=shown_at)

    def save_model(self, request, obj, form, change):
        said = {name: form.cleaned_data[name] for name in self.signed}
        signed = agreements.sign(**said, by=request.user, now=moment(request))
        obj.pk, obj._state.adding = signed.pk, False

    def may_sign(self, request):
        return request.user.has_perm(agreements.SIGN)

    def choose(self, request):
        """For which centre: what each of those found may sign, and the way to apply."""
        if not self.may_sign(request):
            raise PermissionDenied
        words = request.GET.get("q", "").strip()
        found = list(_centres_like(words)[: MOST_FOUND + 1]) if words else []
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": "For which centre?",
            "words": words,
            "found": agreements.allowances(found[:MOST_FOUND], now=moment(request)).values(),
            "most": MOST_FOUND if len(found) > MOST_FOUND else 0,
            "may_apply": request.user.has_perm(OPEN),
        }
        return render(request, "admin/centres/advertisement/choose.html", context)

    def apply(self, request):
        """Open a case of a centre that wants to advertise; others go through its criteria."""
        if not self.may_sign(request):
            raise PermissionDenied
        centre = _centre_of(request.POST.get("centre", ""))
        if centre is None:
            raise Http404
        try:
            case = open_case(
                centre,
                purpose=Purpose.ADVERTISER,
                opened_for=OpenedFor.ADVERTISER,
                by=request.user,
                now=moment(request),
                note=f"{request.user} applied for it.",
            )
        except NotAllowed as refusal:
            raise PermissionDenied(str(refusal)) from refusal
        except AlreadyOpen as refusal:
            messages.error(request, f"{centre}: {refusal}")
            return redirect(refusal.case)
        except Refused as refusal:
            messages.error(request, f"{centre}: {refusal}")
            return self._back_to(centre)
        messages.success(
            request,
            f"{centre} has applied to advertise: case {case.pk}, due on {case.due_on:%-d %B %Y}. "
            "Others check it; once it is approved, an agreement can be signed.",
        )
        return self._back_to(centre)

    def end(self, request, pk):
        """End an agreement before its time."""
        agreement = get_object_or_404(Advertisement, pk=pk)
        try:
            ended = agreements.end(
                agreement,
                by=request.user,
                reason=request.POST.get("reason", ""),
                now=moment(request),
            )
        except NotAllowed as refusal:
            raise PermissionDenied(str(refusal)) from refusal
        except Refused as refusal:
            messages.error(request, str(refusal))
        else:
            messages.success(request, f"Ended. {ended.centre} is not named as an advertiser now.")
        return redirect("admin:centres_advertisement_change", pk)

    def _back_to(self, centre):
        query = f"?centre={centre.pk}"
        return HttpResponseRedirect(reverse("admin:centres_advertisement_add") + query)

    @admin.display(description="town", ordering="centre__town")
    def town(self, agreement):
        return agreement.centre.town

    @admin.display(description="flat fee", ordering="fee_band")
    def fee(self, agreement):
        currency = Country(agreement.centre.country).currency
        return f"{agreement.get_fee_band_display()} ({currency})"

    @admin.display(description="standing")
    def stands(self, agreement):
        label = agreement.standing(now=agreement.shown_at).label
        ending = agreements.ending_in_words(agreement)
        return f"{label}: {ending}" if ending else label

    @admin.display(description="centre")
    def centre_link(self, agreement):
        url = reverse("admin:centres_centre_change", args=[agreement.centre_id])
        return format_html('<a href="{}">{}</a>', url, agreement.centre)
