"""The list of documents that the chapter incorporates by reference, as it stands below the last section."""

HEADING = "Documents Incorporated by Reference (9VAC5-95)"
INTRODUCTION = "Title 13 California Code of Regulations (13 CCR) sections:"
DOCUMENTS = (
    "13 CCR §§ 1900",
    "13 CCR § 1956.8(h) (medium duty greenhouse gas emission standards only)",
    "13 CCR § 1961.2",
    "13 CCR § 1961.3",
    "13 CCR § 1962.2",
    "13 CCR § 1962.3",
    "13 CCR § 1965",
    "13 CCR § 1968.2",
    "13 CCR § 1976",
    "13 CCR § 1978",
    "13 CCR § 2035",
    "13 CCR §§ 2037 to 2041",
    "13 CCR § 2046",
    "13 CCR § 2062",
    "13 CCR § 2109",
    "13 CCR §§ 2111 to 2121",
    "13 CCR §§ 2122 to 2135",
    "13 CCR § 2139",
    "13 CCR §§ 2141 to 2149",
)
SOURCE = (
    "Effective November 30, 2022, California Air Resources Board, 1001 I Street, Sacramento, CA 95814, P.O. Box 2815, "
    "Sacramento, CA 95812, (800) 242-4450, https://oal.ca.gov/publications/ccr/"
)
