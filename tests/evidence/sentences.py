"""Sentences of emission labels and certificates of origin: what passes, what is denied, what is something else."""

from __future__ import annotations

CALIFORNIA_ONLY = (
    "This vehicle conforms to U.S. EPA and California regulations applicable to 2025 model-year new motor vehicles "
    "introduced into commerce only for sale in California."
)
FIFTY_STATE = (
    "This vehicle conforms to U.S. EPA and California regulations applicable to 2025 model-year new motor vehicles."
)
THIRD = (
    "This vehicle conforms to U.S. EPA regulations applicable to 2025 model-year new motor vehicles, and is certified "
    "for sale in California."
)
FEDERAL_ONLY = "This vehicle conforms to U.S. EPA regulations applicable to 2025 model-year new motor vehicles."
ON_LABELS = (CALIFORNIA_ONLY, FIFTY_STATE, THIRD)
ON_CERTIFICATES_OF_ORIGIN = (
    "Certified for sale in 50 States",
    "approved or certified for use in California or all 50 states",
    "Certified for sale in California",
    "CERTIFIED FOR SALE IN FIFTY STATES",
    "Certified for sale in all fifty (50) states",
    "This vehicle is legal for sale in California",
    "is certified for sale in all 50 states",
    "legal for sale in all 50 states",
    "has a California emission system",
    "Equipped with a California emissions control system",
    "meets California emission standards",
    "Vehicle satisfies State of California emission standards.",
    "Certified to California LEV III emission standards",
    "Approved for use in California",
    "Emissions: certified for sale in Calif.",
    "This vehicle is California-certified.",
    "California certified vehicle",
    "This vehicle is CARB certified.",
    "50-state",
    "50 STATE",
    "50-state legal",
    "Emissions: 50-State",
    "FX4 off-road package. Emissions: 50-State",
)
"""Also the wordings that Oregon's agency accepts, and how they are shortened."""
ALSO_FEDERAL = (
    "conforms to U.S. EPA and State of California regulations",
    "conforms with U.S. EPA and State of California regulations",
    "conforms with U.S. EPA regulations and is certified for sale in California",
    "This vehicle conforms to EPA and California regulations",
    "This vehicle conforms to Federal and Calif. regulations",
    "This vehicle complies with U.S. Environmental Protection Agency and California emission regulations",
    "ACME MOTOR CO LTD CONFORMS TO U.S. EPA AND CALIFORNIA REGULATIONS. OBD II CERTIFIED. NO ADJUSTMENTS NEEDED.",
    "This vehicle conforms to U.S. EPA Tier 3 Bin 30 and California LEV III SULEV30 regulations",
    "This vehicle conforms to U.S. EPA Tier 3 Bin 125 LDT3 and California LEV III ULEV125 LDT regulations",
    "conforms to U.S. EPA regulations applicable to new LDV and California LEV III ULEV70 regulations applicable to new PC",
    "conforms to U.S. EPA regulations applicable to new LDV'S, and to California regulations applicable to new PC'S",
    "This vehicle conforms to US EPA & CARB regulations",
    "This vehicle conforms to U.S. EPA and California Air Resources Board regulations",
    "CONFORMS TO REGULATIONS U.S. EPA: T3B30 LDV OBD: CA OBD II FUEL: GASOLINE CALIFORNIA: SULEV30 PC OBD: CA OBD II",
    "CONFORMS TO REGULATIONS U.S. EPA: T3B70 LDT2 CALIFORNIA: LEV III ULEV70 LDT",
)
"""Both certifications in one statement, as labels and certificates of origin vary it; no model year."""
DENIED = (
    "This vehicle is not certified for sale in California.",
    "Not for sale in California",
    "NOT FOR SALE IN STATES WITH CALIFORNIA EMISSIONS STANDARDS",
    "This vehicle is not legal for sale in the State of California",
    "This vehicle is not California certified.",
    "This vehicle is not CARB-certified.",
    "49-state vehicle",
    "n0t certified for sale in Califomia",
)
FEDERAL_WITHOUT_YEAR = (
    "conforms to U.S. EPA regulations",
    "conforms with U.S. EPA regulations. CA OBD II. No other adjustments needed.",
    "conforms to U.S. EPA regulations. Not for sale in states with California emissions standards.",
    "This vehicle conforms to U.S. EPA Tier 3 Bin 70 regulations. OBD II certified to California.",
    "CONFORMS TO REGULATIONS U.S. EPA: T3B70 LDT2 CALIFORNIA: NOT FOR SALE IN STATES WITH CALIFORNIA EMISSIONS STANDARDS",
)
FEDERAL_AND_SILENT = (
    "federally certified",
    "certified to meet EPA standards",
    "meets EPA standards",
    "This vehicle meets U.S. EPA emission standards",
    "This vehicle conforms to U.S. EPA regulations. Sold by Sunset Motors, Los Angeles, California",
    "This vehicle conforms to U.S. EPA regulations, and is certifed for sa1e in Ca1ifomia",
    "This vehicle conforms to U.S. EPA regulations, and is certifed for sle in Calfornia",
)
"""The federal certificate with nothing, or nothing clear, of California's: a certificate of origin may be silent of it."""
DENIED_OR_RESTRICTED = (
    "This vehicle is not certified for sale in California unless ordered with code NE1.",
    "This is not to say that it is not certified for sale in California.",
    "Certified for sale in 50 states. Not for sale in California.",
    "This vehicle is nct certified for sale in California.",
    "This vehicle is n.ot certified for sale in California.",
    "[x] Certified for sale in California [_] Federal",
    "California: N/A. Certified for sale in California",
    "Conforms to regulations U.S. EPA: T3B70 California: N/A",
    "This vehicle may be certified for sale in California",
    "This vehicle cannot be certified for sale in California.",
    "This vehicle isn’t certified for sale in California.",
    "Certified for sale in California: NO",
    "Certified for sale in California: N",
    "Certified for sale in California after conversion",
    "Certified for sale in California when modified by an installer",
    "SAMPLE. Certified for sale in California",
    "This vehicle conforms to U.S. EPA and California regulations. VOID",
    "Certified for sale in California: NO. Federal: YES.",
    "Certified for sale in California? No.",
    "Certified for sale in California?",
    "Certified for sale in California: No 2025 model-year",
    "No certification. Certified for sale in California: false",
    "[ ] Certified for sale in California [x] Federal",
    "☐ Certified for sale in California",
    "__ Certified for sale in California",
    "Uncertified for sale in California",
    "Un-certified for sale in California",
    "Non-certified for sale in California",
    "Never certified for sale in California",
    "Decertified for sale in California",
    "Pre-certified for sale in California",
    "Certified for sale in 50 states except California",
    "Certified for sale in 50 states but California",
    "Certified for sale in 50 states minus California",
    "Certified for sale in 50 states excluding California",
    "Certified for sale in 50 states, other than California",
    "Certified for sale in 49 of 50 states",
    "Certified for sale in 49 states. Certified for sale in 50 states:",
    "Certified for sale in California unless registered in Virginia",
    "To be certified for sale in California",
    "Pending, certified for sale in California",
    "If ordered with code NE1, certified for sale in California",
    "This vehicle is exempt and conforms to U.S. EPA and California regulations",
    "This vehicle does not conform to U.S. EPA and California regulations applicable to 2025 model-year new motor vehicles.",
    "This vehicle doesn't conforms to U.S. EPA and California regulations.",
    "This vehicle failed to conform to U.S. EPA and California regulations.",
    "This nonconforming vehicle conforms to U.S. EPA and California regulations.",
)
UNRELATED = (
    "",
    " ",
    "California",
    "50 states",
    "49 states",
    "Federal emissions",
    "Assembled in California by California workers under California regulations",
    "Warranty valid in all 50 states",
    "We deliver to all 50 states!",
    "No 50-state emissions",
    "This vehicle is exempt from U.S. EPA and California regulations",
    "Violates U.S. EPA and California regulations",
    "Subject to U.S. EPA and California regulations",
    "Certified pre-owned for sale in California",
    "Certified for sale in the northeast",
    "Approved for sale in Canada",
    "conforms to Canadian regulations",
    "conforms to U.S. EPA and Californian dreams",
    "This Vehicle Conforms to U.S. EPA Regulations for Noise Emission Applicable to Medium and Heavy Trucks.",
    "This catalytic converter meets California emission standards",
    "Part approved for sale in California, D-123-45",
    "This engine conforms to U.S. EPA and California regulations applicable to 2025 model-year new off-road engines",
    "This vehicle conforms to U.S. EPA and California regulations applicable to new off-highway recreational vehicles",
    "Conforms to U.S. EPA and California regulations for large nonroad SI engines",
    "Meets California emission standards for marine SI engines",
    "This engine conforms to U.S. EPA and California regulations for stationary emergency use only",
    "This motorcycle conforms to U.S. EPA and California regulations",
    "OBD II certified California",
    "California certified OBD II",
    "OBD II: conforms to California regulations",
    "Our dealership is certified for sale in California",
    "Sunset Motors, 50 State Street, Sacramento, California 95814",
    "Dealer: Los Angeles, California",
    "Meets California Proposition 65 requirements",
    "For sale in California",
    "RPO FE9 federal emissions",
    "PZEV SULEV30",
    "A-003-0811-1",
)
UNDECIDED_ABOUT_CALIFORNIA = (
    FEDERAL_ONLY.removesuffix(".") + ", and is certified for sale in CA.",
    FEDERAL_ONLY.removesuffix(".") + ", and is certified for sale",
    FEDERAL_ONLY.removesuffix(".") + " and regulations of CARB.",
    FEDERAL_ONLY.removesuffix(".") + " introduced into commerce only for sale in 49 states.",
    FEDERAL_ONLY + " See the other label for California.",
)
