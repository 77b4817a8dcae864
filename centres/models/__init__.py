"""What is true, and who vouched for it."""

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
from .programme import Insurance, InsuranceStanding, Programme
from .provenance import Method, Provenance
from .provider import Ownership, Provider
from .source import ImportRun, Source, SourceRecord
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
    "AnsweredBy",
    "Approach",
    "Centre",
    "Change",
    "Country",
    "Currency",
    "DualDiagnosis",
    "ImportRun",
    "Insurance",
    "InsuranceStanding",
    "LevelOfCare",
    "MedicationStance",
    "Method",
    "Ownership",
    "Phone",
    "Precision",
    "Programme",
    "Provenance",
    "Provider",
    "Registration",
    "Regulator",
    "Setting",
    "Source",
    "SourceRecord",
    "Status",
    "Term",
    "TermKind",
    "VerificationState",
]
