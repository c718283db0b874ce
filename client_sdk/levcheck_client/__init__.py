"""Ask a levcheck service whether a vehicle may change hands in Virginia under 9VAC5-95.

Everything a caller needs is named here: `Client`, what it takes (`transactions`), what it answers (`Result` and
its parts, `Determination`, `Verification`) and what it raises (`LevcheckError` and what stands below it).
"""

import logging

from levcheck_client._version import __version__
from levcheck_client.client import Client
from levcheck_client.determinations import Determination, HistoryEvent, ProvisionalDetermination, Verification
from levcheck_client.errors import (
    ConnectionFailed,
    DeadlineExceeded,
    InvalidTransaction,
    LevcheckError,
    OfflineUnavailable,
    OutboxUnavailable,
    Problem,
    ProblemError,
    ProblemItem,
    ProtocolError,
    RulesetRefused,
)
from levcheck_client.queued import Flushed, Queued
from levcheck_client.results import (
    Advisory,
    Answer,
    AnswerMember,
    Claim,
    Conflict,
    Document,
    Duty,
    FactState,
    Finding,
    Question,
    Range,
    Regulation,
    Remedy,
    Result,
    Ruleset,
)
from levcheck_client.transactions import TransactionRequest

__all__ = [
    "Advisory",
    "Answer",
    "AnswerMember",
    "Claim",
    "Client",
    "Conflict",
    "ConnectionFailed",
    "DeadlineExceeded",
    "Determination",
    "Document",
    "Duty",
    "FactState",
    "Finding",
    "Flushed",
    "HistoryEvent",
    "InvalidTransaction",
    "LevcheckError",
    "OfflineUnavailable",
    "OutboxUnavailable",
    "Problem",
    "ProblemError",
    "ProblemItem",
    "ProtocolError",
    "ProvisionalDetermination",
    "Question",
    "Queued",
    "Range",
    "Regulation",
    "Remedy",
    "Result",
    "Ruleset",
    "RulesetRefused",
    "TransactionRequest",
    "Verification",
    "__version__",
]

# A program that has not set up logging is told nothing on its standard error.
logging.getLogger("levcheck_client").addHandler(logging.NullHandler())
