"""9VAC5-95 of the Virginia Administrative Code. A section's module is the section: path is citation, page is print order."""

from . import section_10, section_20, section_30, section_40, section_50
from .chapter import FINDINGS, PARAGRAPHS, PROVISIONS, SECTIONS, by_citation

__all__ = [
    "FINDINGS",
    "PARAGRAPHS",
    "PROVISIONS",
    "SECTIONS",
    "by_citation",
    "section_10",
    "section_20",
    "section_30",
    "section_40",
    "section_50",
]
