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
)
DENIED_OR_RESTRICTED = (
    "This vehicle is not certified for sale in California.",
    "This vehicle cannot be certified for sale in California.",
    "This vehicle isn’t certified for sale in California.",
    "Certified for sale in California: NO",
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
    "certified to meet EPA standards",
    "PZEV SULEV30",
    "A-003-0811-1",
)
UNDECIDED_ABOUT_CALIFORNIA = (
    FEDERAL_ONLY.removesuffix(".") + ", and is certified for sale in Calif.",
    FEDERAL_ONLY.removesuffix(".") + ", and is certified for sale in CA.",
    FEDERAL_ONLY.removesuffix(".") + ", and is certified for sale",
    FEDERAL_ONLY.removesuffix(".") + " and regulations of CARB.",
    FEDERAL_ONLY.removesuffix(".") + " introduced into commerce only for sale in 49 states.",
    FEDERAL_ONLY + " See the other label for California.",
)
