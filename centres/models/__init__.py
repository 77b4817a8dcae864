"""What is true, and who vouched for it."""

from .advertising import Advertisement, FeeBand, Standing
from .audit import Act, AuditEntry
from .centre import (
    AnsweredBy,
    Centre,
    Phone,
    Precision,
    Registration,
    Regulator,
    Status,
    VerificationState,
)
from .change import Change
from .contribution import Origin, Proposal, ProposalState
from .criterion import Criterion, Purpose
from .guide import Guide, GuideRevision, GuideSection, Heading, Reference, RevisionState
from .programme import Insurance, InsuranceStanding, Programme
from .provenance import Method, Provenance
from .provider import Ownership, Provider
from .source import ImportRun, Source, SourceRecord
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

__all__ = [
    "Act",
    "Advertisement",
    "AnsweredBy",
    "Approach",
    "AuditEntry",
    "Centre",
    "Change",
    "Check",
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
    "LevelOfCare",
    "MedicationStance",
    "Method",
    "OpenedFor",
    "Origin",
    "Outcome",
    "Ownership",
    "Phone",
    "Precision",
    "Programme",
    "Proposal",
    "ProposalState",
    "Provenance",
    "Provider",
    "Purpose",
    "Reference",
    "Registration",
    "Regulator",
    "RevisionState",
    "Setting",
    "Source",
    "SourceRecord",
    "Standing",
    "State",
    "Status",
    "Term",
    "TermKind",
    "Verification",
    "VerificationEvent",
    "VerificationState",
]
