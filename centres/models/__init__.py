"""What is true, and who vouched for it."""

from .advertising import Advertisement, FeeBand, Standing
from .attempt import Attempt
from .audit import Act, AuditEntry
from .callback import CallbackLink, CallbackRequest, CallbackState, LinkPurpose
from .centre import (
    Centre,
    Precision,
    Registration,
    Regulator,
    Status,
    VerificationState,
)
from .change import Change
from .claim import Claim, ClaimDocument, ClaimState, Proof
from .contribution import Origin, Proposal, ProposalState
from .criterion import Criterion, Purpose
from .encrypted import Closed
from .guide import Guide, GuideRevision, GuideSection, Heading, Reference, RevisionState
from .job import JobRun
from .mail import OutgoingMail
from .phone import AnsweredBy, Phone
from .programme import Insurance, InsuranceStanding, Programme
from .provenance import Method, Provenance
from .provider import Ownership, Provider
from .reply import Reply, ReplyState
from .report import Problem, Report, ReportState
from .source import ImportRun, Source, SourceRecord
from .submission import Submission, SubmissionState
from .verification import (
    Check,
    EvidenceFile,
    OpenedFor,
    Outcome,
    State,
    Verification,
    VerificationEvent,
)
from .vocabulary import (
    Approach,
    Country,
    Currency,
    DualDiagnosis,
    LevelOfCare,
    MedicationStance,
    Setting,
    Term,
    TermKind,
)
from .withdrawal import Withdrawal

__all__ = [
    "Act",
    "Advertisement",
    "AnsweredBy",
    "Approach",
    "Attempt",
    "AuditEntry",
    "CallbackLink",
    "CallbackRequest",
    "CallbackState",
    "Centre",
    "Change",
    "Check",
    "Claim",
    "ClaimDocument",
    "ClaimState",
    "Closed",
    "Country",
    "Criterion",
    "Currency",
    "DualDiagnosis",
    "EvidenceFile",
    "FeeBand",
    "Guide",
    "GuideRevision",
    "GuideSection",
    "Heading",
    "ImportRun",
    "Insurance",
    "InsuranceStanding",
    "JobRun",
    "LevelOfCare",
    "LinkPurpose",
    "MedicationStance",
    "Method",
    "OpenedFor",
    "Origin",
    "Outcome",
    "OutgoingMail",
    "Ownership",
    "Phone",
    "Precision",
    "Problem",
    "Programme",
    "Proof",
    "Proposal",
    "ProposalState",
    "Provenance",
    "Provider",
    "Purpose",
    "Reference",
    "Registration",
    "Regulator",
    "Reply",
    "ReplyState",
    "Report",
    "ReportState",
    "RevisionState",
    "Setting",
    "Source",
    "SourceRecord",
    "Standing",
    "State",
    "Status",
    "Submission",
    "SubmissionState",
    "Term",
    "TermKind",
    "Verification",
    "VerificationEvent",
    "VerificationState",
    "Withdrawal",
]
