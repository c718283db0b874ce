"""The sentence on an emission label or a manufacturer's certificate of origin (MCO), read for what it certifies.

The sentences are those that New York's, New Jersey's, Pennsylvania's and Oregon's agencies print as passing, and the
statement of compliance in its newer, tabular form. Whatever is not clearly one of them is unknown.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from .spelling import spelled
from .text import plain_text


@dataclass(frozen=True, slots=True)
class Label:
    """What a sentence says: each of `california` and `federal` True, False or None (not said); the model year it names."""

    california: bool | None = None
    federal: bool | None = None
    model_year: int | None = None


UNREADABLE = Label()


@lru_cache(maxsize=1_024)
def read(sentence: str) -> Label:
    """Read a label's sentence."""
    text = _HARMLESS.sub("", spelled(plain_text(sentence)))
    years = _model_years(text)
    beside = _DENIED.sub("", text)
    if _DOUBTFUL.search(beside) or _OF_SOMETHING_ELSE.search(text) or _OTHER_SCRIPT.search(text) or len(years) > 1:
        return UNREADABLE
    federal = True if _FEDERAL.search(text) else None
    california = _california(text) if beside == text else _denied(beside)
    if california is None and federal is None:
        return UNREADABLE
    return Label(california, federal, next(iter(years), None))


def _california(text: str) -> bool | None:
    """Certified; not, where the federal statement stands alone; or not clearly either."""
    if _CERTIFIED.search(text):
        return True
    return False if _FEDERAL_SENTENCE.search(text) and not _GOES_ON.search(text) else None


def _denied(beside: str) -> bool | None:
    """Not certified, unless something beside the denial may say that it is."""
    return None if _CERTIFIED.search(beside) or _CLAIMED.search(beside) else False


def _model_years(text: str) -> set[int]:
    runs = [run for match in _YEARS.finditer(text) for run in match.groups() if run]
    return {int(year) if len(year) == 4 else 2000 + int(year) for run in runs for year in re.findall(r"\d{4}|\d\d", run)}


_EPA = r"(?:the )?(?:(?:U\.? ?S\.? ?)?(?:E\.? ?P\.? ?A\b\.?|Environmental Protection Agency)|federal)"
_CALIFORNIA = r"(?:the )?(?:State of )?(?:California|Calif\b\.?|CARB)(?: (?:ARB|Air Resources Board))?"
_FIFTY_STATES = r"(?:all )?(?:the )?(?:50|fifty(?: ?\(50\))?)[ -]?(?:U\.?S\.? |United )?states"
_CATEGORY = r"LEV ?(?:IV|I{1,3}|[2-4])|S?U?LEV ?\d{0,3}|[PT]?ZEV"
_CLASS = r"LDV|[HL]?LDT\d?|MDP?V|PC"
_KINDS = rf"(?:[ -](?:Tier [23]|T[23]B\d{{1,3}}|Bin \d{{1,3}}|{_CATEGORY}|{_CLASS}|emissions?|motor vehicle)){{0,5}}"
_STANDARDS = rf"{_KINDS} (?:regulations|standards|requirements)"
_APPLICABLE = r"(?: applicable to [\w ()/'’-]{1,90}?)?"
_CONFORMS = r"(?:conforms? (?:to|with)|compl(?:y|ies) with)"
_MEETS = rf"(?:{_CONFORMS}|meets?|satisf(?:y|ies)|certified to(?: meet)?)(?: all)?(?: applicable)?"
# What may stand before a passing statement (but one that "conforms"). Another word there could be a misread "not".
_WORD_BEFORE = "is|are|been|and|or|it|also|vehicles?|engines?|motors?|car|truck|van|model|unit"
_BEFORE = rf"(?:^|[.;:,(/] ?| - |\b(?:{_WORD_BEFORE}) |\b(?=conforms ))"
_BOTH = rf"{_EPA}{_KINDS}(?: (?:regulations|standards|requirements){_APPLICABLE})?,? (?:and|&) (?:also )?(?:to |with )?"

_FEDERAL_SENTENCE = re.compile(rf"{_BEFORE}{_CONFORMS} {_EPA}{_STANDARDS}\b", re.IGNORECASE)
_FEDERAL = re.compile(
    rf"{_BEFORE}{_MEETS} (?:{_EPA}|{_BOTH}{_CALIFORNIA}){_STANDARDS}\b"
    rf"|{_BEFORE}federally certified\b"
    rf"|\bconforms? to regulations\b.{{0,200}}?{_EPA} ?:? ?T[23]B\d",
    re.IGNORECASE,
)
_CERTIFIED = re.compile(
    rf"{_BEFORE}{_MEETS} (?:{_BOTH})?{_CALIFORNIA}{_STANDARDS}\b"
    rf"|{_BEFORE}(?:certified|approved|legal) for (?:sale|use|registration) in (?:{_CALIFORNIA}|{_FIFTY_STATES})\b"
    rf"|{_BEFORE}(?:a )?(?:California|CARB)[- ]certified(?= vehicle| for sale|[.;,)]|$)"
    r"|\b(?:has|with)(?: an?)? California emissions?(?: control)? system\b"
    r"|\b(?:50|fifty)[ -]?states? (?:certified|emissions?|legal|vehicle)\b|\bemissions? ?: ?(?:50|fifty)[ -]?state\b"
    r"|(?:^|[.;] ?)(?:50|fifty)[ -]?state(?=[.;]|$)"
    rf"|\bconforms? to regulations\b.{{0,300}}?\bCalifornia ?:? ?(?:{_CATEGORY})",
    re.IGNORECASE,
)
_DENIED = re.compile(
    rf"\bnot (?:(?:been )?(?:certified|approved|legal|intended|legally) )?for (?:sale|use|registration) in "
    rf"(?:states with )?{_CALIFORNIA}(?: emissions?)?(?: standards)?"
    r"|\b(?:is|are) not (?:a )?(?:California|CARB)[- ]certified\b"
    r"|\b49[ -]states? (?:certified|emissions?|vehicle)\b",
    re.IGNORECASE,
)
_CLAIMED = re.compile(r"(?:certified|approved|legal) for|California (?:regulations|standards|requirements)", re.IGNORECASE)
_GOES_ON = re.compile(
    r"\bcal\w{0,2}f\w*|\bCA\b|\bstates?\b|\b(?:49|50)\b|\bC?ARB\b|\bsale\b|certif|approv|\blegal|\band (?:is|also)\b",
    re.IGNORECASE,
)
"""What may be a statement about California, however badly it is printed or read."""
_HARMLESS = re.compile(
    r"\b(?:part|serial|label|form) no\b[.:#]? ?(?=\w*\d)"
    r"|\bno (?:other )?adjustments? (?:is |are )?(?:needed|required|necessary)\b"
    r"|\bOBD(?:[ -]?(?:II|2))?[ :,-]{0,3}(?:system )?(?:is )?(?:certified|approved|compliant)?[ :]{0,2}"
    r"(?:to |with |for |in )?(?:the )?(?:State of )?(?:California|Calif\b\.?|CA\b)(?! ?:)(?: OBD(?: ?(?:II|2))?)?"
    r"|\bOBD(?:[ -]?(?:II|2))?[ :-]{0,3}(?:certified|approved|compliant)\b"
    r"|\b(?:California|Calif\b\.?|CA) (?:certified )?OBD(?: ?(?:II|2))?\b",
    re.IGNORECASE,
)
"""What labels print besides, that would be taken for a denial, or for a statement about the vehicle: its diagnostics'."""
_OF_SOMETHING_ELSE = re.compile(
    r"\bnoise\b|\b(?:system|converter|catalyst|parts?|device|kit|muffler|filter|dealer|dealership|OBD(?: ?II)?)"
    rf":? (?:is |are |has been )?(?:{_MEETS}|certified|approved|legal)\b"
    r"|\b(?:off-? ?(?:road|highway)|non-? ?road|marine|stationary)(?= (?:\w+ ){0,3}(?:vehicles?|engines?|equipment|use)\b)"
    r"|\bmotorcycles?\b|\bsnowmobiles?\b",
    re.IGNORECASE,
)
"""A label of noise (40 CFR part 205 has the same words), of a part, a dealer or another sort of engine or vehicle (their
labels have the same words too), and not of the emissions of a vehicle within the chapter."""
_DOUBTFUL = re.compile(
    r"\bnot\b|\bcannot\b|\bno\b|\bnon|n['’]t\b|\bnor\b|\bnever\b|\bneither\b|\bun-?(?:certif|approv)|\bin-?eligib"
    r"|\bexcept|\bexclud|\bexempt|\bother than\b|\bbut\b|\bminus\b|\bless\b|\boutside\b|\bwithout\b|\bunless\b|\buntil\b"
    r"|\bif\b|\bfail|\bviolat|\bprohibit|\bdenied\b|\brevoked\b|\bpending\b|\b(?:to|will|must) be\b|\bfalse\b|\b49\b"
    r"|\bforty-? ?nine\b|\bn/a\b|[:=] ?n\b(?!/)|\bvoid\b|\bsample\b|\bspecimen\b"
    r"|\b(?:after|when|once) (?:conver|modif|install)|\?|[\[(] ?[\])]|_{2}|[☐□]",
    re.IGNORECASE,
)
"""What takes a sentence back, restricts it, or shows that it is a question or a box that nobody ticked."""
_OTHER_SCRIPT = re.compile(r"[^\W\d_A-Za-z\u00aa-\u024f]")
"""A letter of a script that no label is printed in: one that only looks like an o would hide a `not`."""
_YEAR = r"(?:19|20)\d\d"
_RUN = rf"{_YEAR}(?: ?(?:[-/,&]|and|or|to|through) ?{_YEAR})*"
_YEARS = re.compile(
    rf"\b({_RUN})[ )-]*(?:model[ -]*years?|my)\b|\b(?:model[ -]*years?|my)[ :(-]*({_RUN})\b|\bapplicable to \(?({_RUN})\b"
    r"|\bmy ?['’]?(\d\d)\b|(?<![\w.,])['’]?(\d\d) ?my\b",
    re.IGNORECASE,
)
