"""Who may do what: five groups, made and kept by `migrate`, each with what its job needs.

A person's groups are the only way to rights in the admin; superusers are for setting up.
"""

NOUNS = (
    "centre", "programme", "phone", "insurance", "provider", "provenance", "source", "importrun",
    "sourcerecord", "term", "criterion", "verification", "verificationevent", "check",
    "evidencefile", "advertisement", "proposal", "guide", "guiderevision", "guidesection",
    "reference", "withdrawal", "submission", "claim", "report", "reply",
    "outgoingmail", "jobrun",
)  # fmt: skip
VIEW = tuple(f"view_{noun}" for noun in NOUNS)

#: Group: codenames of its permissions, all of the app `centres`.
ROLES = {
    # Finds things out: adds drafts, proposes changes, works cases through to “send for approval”.
    "Researcher": (
        *VIEW,
        "add_centre", "add_programme", "add_phone", "add_insurance", "add_provider",
        "propose_change", "open_verification", "review_verification", "add_evidencefile",
        "add_guide", "draft_guide", "add_reference", "decide_claim",
        "answer_report", "review_reply",
    ),
    # The second pair of eyes: may also change facts and criteria, and decides about others' work.
    "Approver": (
        *VIEW,
        "add_centre", "add_programme", "add_phone", "add_insurance", "add_provider",
        "change_centre", "change_programme", "change_phone", "change_insurance",
        "change_provider", "delete_centre", "delete_programme", "delete_phone", "delete_insurance",
        "add_criterion", "change_criterion", "add_term", "change_term",
        "propose_change", "approve_proposal",
        "open_verification", "review_verification", "approve_verification", "add_evidencefile",
        "add_guide", "draft_guide", "publish_guide", "add_reference", "decide_claim",
        "withdraw_centre", "turn_down_submission", "answer_report", "review_reply",
    ),
    # Sells adverts and touches nothing else: neither facts nor checks.
    "Advertising manager": (
        "view_centre", "view_provider", "view_verification", "view_check", "view_criterion",
        "view_advertisement", "add_advertisement", "change_advertisement", "open_verification",
    ),
    # Calls people back who asked our team to, and sees nothing else; nobody else sees that.
    "Callback team": ("view_callbackrequest", "answer_callback"),
    # Reads everything, the audit too, and changes nothing.
    "Auditor": (*VIEW, "view_auditentry", "export_audit"),
}  # fmt: skip


def install_roles(*, using):
    """Make the groups and give each exactly its permissions; safe to repeat.

    Runs after the permissions themselves have been made.
    """
    from django.contrib.auth.models import Group, Permission

    known = Permission.objects.using(using).filter(content_type__app_label="centres")
    for name, codenames in ROLES.items():
        group, _ = Group.objects.using(using).get_or_create(name=name)
        group.permissions.set(known.filter(codename__in=codenames))
