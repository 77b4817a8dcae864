"""What the research team works in. It records facts and where they come from.

Nothing here can verify a centre or make it an advertiser: both follow from decisions that are kept
with their evidence, never from a date somebody types.
"""

from django.contrib import admin

from . import (
    advertisement,
    audit_list,
    callback,
    centre,
    claim,
    clockwork,
    criterion,
    guide,
    person,
    programme,
    proposal,
    provenance,
    provider,
    reply,
    report,
    source,
    submission,
    verification,
    vocabulary,
    withdrawal,
)

__all__ = [
    "advertisement",
    "audit_list",
    "callback",
    "centre",
    "claim",
    "clockwork",
    "criterion",
    "guide",
    "person",
    "programme",
    "proposal",
    "provenance",
    "provider",
    "reply",
    "report",
    "source",
    "submission",
    "verification",
    "vocabulary",
    "withdrawal",
]

admin.site.site_header = "Treatment centre directory · research team"
admin.site.site_title = "Research team"
admin.site.index_title = "What is in the directory"
# A list with its filters needs the whole width; the front page and the path above lead elsewhere.
admin.site.enable_nav_sidebar = False
# Nothing is deleted by the dozen.
admin.site.disable_action("delete_selected")
