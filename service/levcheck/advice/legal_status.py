"""Dated notes on the chapter's standing and on the states that apply California's standards, each with its source.

They are confirmed facts and never change a verdict.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True)
class Note:
    """An event that a reader of a verdict given on or after its date should know of."""

    code: str
    day: date
    text: str
    source: str
    medium_duty_only: bool = False


NOTES = (
    Note(
        "governor_2024",
        date(2024, 6, 5),
        "The Governor and the Attorney General of Virginia announced that Virginia would leave the California standards at "
        "the end of 2024. No repeal of 9VAC5-95 was found. See the reading federal_since_2025.",
        "governor.virginia.gov, release of June 5, 2024",
    ),
    Note(
        "waivers_2025",
        date(2025, 6, 12),
        "Resolutions disapproving the federal waivers for California's Advanced Clean Cars II (Pub. L. 119-16), Advanced "
        "Clean Trucks and Omnibus rules were signed. They do not name the waiver for Advanced Clean Cars I and LEV III, "
        "the standards that 9VAC5-95 incorporates. California and ten other states sued on the same day (N.D. Cal. "
        "4:25-cv-04966); no ruling was found.",
        "H.J.Res. 87, 88 and 89",
    ),
    Note(
        "emergency_rules_2025",
        date(2025, 9, 16),
        "CARB gave notice of emergency regulations under which vehicles can still be certified to its earlier LEV III "
        "standards.",
        "truckinginfo.com, September 16, 2025",
    ),
    Note(
        "clean_truck_partnership_2025",
        date(2025, 10, 31),
        "A federal court enjoined CARB from enforcing the Clean Truck Partnership.",
        "Daimler et al. v. CARB, E.D. Cal. 2:25-cv-02255",
        medium_duty_only=True,
    ),
    Note(
        "ghg_repeal_2026",
        date(2026, 2, 18),
        "EPA repealed all federal greenhouse gas standards for vehicles, effective April 20, 2026. Its standards for "
        "criteria pollutants stay.",
        "91 FR 7686",
    ),
)

_ADOPTED_SOURCE = "cars.com (2023): the states that apply CARB's standards"
ADOPTING_STATES = {
    "CA": ("California applies its own standards", "dmv.ca.gov, Vehicle Industry Registration Procedures, chapter 12"),
    "CO": ("Colorado applies California's standards", "5 CCR 1001-24"),
    "CT": ("Connecticut applies California's standards", _ADOPTED_SOURCE),
    "DC": ("The District of Columbia's law calls for California's standards", "D.C. Code § 50-731"),
    "DE": ("Delaware applies California's standards", "7 DE Admin. Code 1140"),
    "MA": ("Massachusetts applies California's standards", "310 CMR 7.40"),
    "MD": ("Maryland applies California's standards", "Md. Code, Environment § 2-1102"),
    "ME": ("Maine applies California's standards", "06-096 CMR ch. 127"),
    "MN": ("Minnesota applied California's standards to model year 2025", "Minn. R. 7023.0250"),
    "NJ": ("New Jersey applies California's standards", "N.J.A.C. 7:27-29"),
    "NV": ("Nevada was reported to plan to apply California's standards", _ADOPTED_SOURCE),
    "NM": ("New Mexico was reported to plan to apply California's standards", _ADOPTED_SOURCE),
    "NY": ("New York applies California's standards", "dmv.ny.gov, California emissions standards"),
    "OR": ("Oregon applies California's standards", "OAR 340-257"),
    "PA": ("Pennsylvania applies California's standards", "25 Pa. Code ch. 126, subch. D"),
    "RI": ("Rhode Island applies California's standards", _ADOPTED_SOURCE),
    "VT": ("Vermont applies California's standards", _ADOPTED_SOURCE),
    "WA": ("Washington applies California's standards", "WAC 173-423"),
}
"""Where a vehicle that is not California-certified may meet the same question again, and where that was read."""

PENALTY = (
    "A violation can cost a civil penalty of up to $32,500, each day a separate violation.",
    "Code of Virginia § 10.1-1316 B",
)
