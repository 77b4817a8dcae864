"""People of the team and their roles. Superusers alone see and change them, so that nobody gives
themselves a right; what they change is audited. Sign-ins are noted too, and those refused."""

from django.contrib import admin
from django.contrib.admin.forms import AdminAuthenticationForm
from django.contrib.auth import get_user_model
from django.contrib.auth.admin import GroupAdmin, UserAdmin
from django.contrib.auth.models import Group
from django.contrib.sessions.models import Session
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from centres.models import Act, AuditEntry

from .audit import NotesChanges, NotesWhoSaw, ShowsHistory, was_noted

User = get_user_model()


class SuperusersOnly:
    """Mixed into the admin of a noun: permissions of groups do not open it."""

    def has_module_permission(self, request):
        return request.user.is_superuser

    def has_view_permission(self, request, obj=None):
        return request.user.is_superuser

    def has_add_permission(self, request):
        return request.user.is_superuser

    def has_change_permission(self, request, obj=None):
        return request.user.is_superuser

    def has_delete_permission(self, request, obj=None):
        return request.user.is_superuser


admin.site.unregister([User, Group])


@admin.register(User)
class PersonAdmin(SuperusersOnly, NotesWhoSaw, NotesChanges, ShowsHistory, UserAdmin):
    """Passwords are never noted, only that one was set."""

    show_full_result_count = False

    def user_change_password(self, request, id, form_url=""):
        with transaction.atomic():
            response = super().user_change_password(request, id, form_url)
            if request.method == "POST" and response.status_code == 302:
                AuditEntry.objects.note(
                    Act.CHANGED,
                    person=request.user,
                    row=self.get_object(request, id),
                    now=timezone.now(),
                    note="The password.",
                )
        return response


@admin.register(Group)
class RoleAdmin(SuperusersOnly, NotesWhoSaw, NotesChanges, ShowsHistory, GroupAdmin):
    """Roles of `centres/roles.py` are set anew by each `migrate`."""

    show_full_result_count = False


class SignInForm(AdminAuthenticationForm):
    """Notes who signs in, and once in a while that somebody fails to with a name that exists.

    A name that nobody has is not kept: it may be a password typed into the wrong box.
    """

    def clean(self):
        try:
            cleaned = super().clean()
        except ValidationError:
            self._note_refused()
            raise
        self._note(Act.ADDED, self.get_user(), "Signed in.")
        return cleaned

    def _note_refused(self):
        typed = self.cleaned_data.get("username") or ""
        known = User._default_manager.filter(**{User.USERNAME_FIELD: typed}).first()
        if known and not was_noted(Act.REFUSED, person=known, row=Session(), now=timezone.now()):
            self._note(Act.REFUSED, known, "Signing in.")

    def _note(self, act, person, words):
        AuditEntry.objects.note(act, person=person, row=Session(), now=timezone.now(), note=words)


admin.site.login_form = SignInForm
