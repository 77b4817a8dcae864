"""One case on one screen."""

from django.contrib import admin

from centres.models import Verification

from .verification_list import CaseList


@admin.register(Verification)
class VerificationAdmin(CaseList, admin.ModelAdmin):
    """Nothing of a case is typed: it moves by the steps of `workflow`, and checks are recorded."""

    def has_change_permission(self, request, obj=None):
        return False
