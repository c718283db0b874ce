"""What other rooms say within their code, as pages look it up; a test holds that nothing they say is missing here.

In a pattern a name in braces stands for a value. `english` and `words` are those that stay as they
are; `month`, `day`, `year` and `clock` are parts of a moment; `reasons` and `alternatives` are several sentences.
"""

from __future__ import annotations

SENTENCES = (
    # advice: why a verdict is as it is
    "a used motor vehicle (9VAC5-95-30 B 1)",
    "a new motor vehicle sold to another dealer (9VAC5-95-30 B 2)",
    "a new motor vehicle sold to be wrecked or dismantled (9VAC5-95-30 B 3)",
    "a new motor vehicle designed exclusively for off-highway use (9VAC5-95-30 B 4)",
    "a new motor vehicle sold for registration out-of-state (9VAC5-95-30 B 5)",
    "a new motor vehicle that has been certified to standards adopted under authority granted in 42 USC § 7521 and that "
    "is in the possession of a rental agency in Virginia and that is next rented with a final destination outside of "
    "Virginia (9VAC5-95-30 B 6)",
    "an authorized emergency vehicle (9VAC5-95-30 B 7)",
    "a military tactical vehicle (9VAC5-95-30 B 8)",
    "a new motor vehicle transferred by inheritance (9VAC5-95-30 B 9)",
    "a new motor vehicle transferred by court decree (9VAC5-95-30 B 10)",
    "a new motor vehicle purchased and registered in another state by a person who is a resident of that state and who "
    "subsequently establishes residency in Virginia (9VAC5-95-30 B 11)",
    "Permitted: the vehicle is California-certified (9VAC5-95-30 A).",
    "Prohibited: the vehicle is not California-certified, and no exemption applies (9VAC5-95-30 A).",
    "Prohibited: the vehicle does not comply with the standards incorporated by reference, and no exemption applies "
    "(9VAC5-95-30 A).",
    "Prohibited: the vehicle is not both California-certified and in compliance with the standards incorporated by "
    "reference, and no exemption applies (9VAC5-95-30 A).",
    "Permitted: the engine is California-certified (9VAC5-95-30 A).",
    "Prohibited: the engine is not California-certified, and no exemption applies (9VAC5-95-30 A).",
    "Prohibited: the engine does not comply with the standards incorporated by reference, and no exemption applies "
    "(9VAC5-95-30 A).",
    "Prohibited: the engine is not both California-certified and in compliance with the standards incorporated by "
    "reference, and no exemption applies (9VAC5-95-30 A).",
    "Permitted: the vehicle or engine is California-certified (9VAC5-95-30 A).",
    "Prohibited: the vehicle or engine is not California-certified, and no exemption applies (9VAC5-95-30 A).",
    "Prohibited: the vehicle or engine does not comply with the standards incorporated by reference, and no exemption "
    "applies (9VAC5-95-30 A).",
    "Prohibited: the vehicle or engine is not both California-certified and in compliance with the standards "
    "incorporated by reference, and no exemption applies (9VAC5-95-30 A).",
    "Permitted: every answer that is still open leads to the same (9VAC5-95-30 A and B).",
    "Permitted: the chapter does not cover this under the reading federal_since_2025: it reaches nothing on or after "
    "January 1, 2025.",
    "Permitted: the chapter does not cover this under the reading incorporated_years: it reaches passenger cars and "
    "light-duty trucks of model year 2025; medium-duty vehicles of model years 2025 to 2028.",
    "it takes place in another state, not in Virginia (9VAC5-95-30 A)",
    "the model year, as far as known, is before 2025 (9VAC5-95-10)",
    "it is over 14,000 pounds gross vehicle weight rating (9VAC5-95-10)",
    "it is not of a listed class (9VAC5-95-30 A 1)",
    "an engine that is not new is not listed (9VAC5-95-30 A 2)",
    "no completion of the facts is within its reach",
    # advice: documents
    "The odometer disclosure of the date of the sale or lease, showing 7,500 miles or more.",
    "The bill of sale or wholesale order naming both dealers and their license numbers.",
    "The bill of sale stating that the vehicle is sold to be wrecked or dismantled.",
    "The manufacturer's statement that the vehicle is designed exclusively for off-highway use.",
    "The application for title or registration in the other state or country.",
    "The rental agreement with its final destination outside Virginia, and a copy of the federal emission label.",
    "The agency's statement that the vehicle is an emergency vehicle under § 46.2-920.",
    "The order or statement of the armed force or governmental agency that uses the vehicle.",
    "The will, letters of administration or list of heirs under which the vehicle passes.",
    "A certified copy of the court's decree.",
    "Evidence of the previous residence and registration in the other state.",
    "A copy of the emission label or the manufacturer's certificate of origin that shows California certification, or the "
    "number of CARB's Executive Order.",
    "A record of the fact that puts this outside the chapter: model year, weight rating, class, place or date.",
    # advice: advisories
    "An engine sold by itself is asked about: the exemptions of subsection B speak of motor vehicles only.",
    "Nothing says whether the engine is new, and it is presumed that it is not. A new engine is listed in 9VAC5-95-30 A 2: "
    "say which it is.",
    "The destination names a state of the United States and another country. The country was followed: if it is wrong, the "
    "verdict may be too.",
    "A used vehicle with a new engine is listed in 9VAC5-95-30 A 3 and exempt as a used motor vehicle by B 1. Which "
    "prevails is not said; this verdict follows B 1.",
    "B 11 is about a person who brings the vehicle that he or she bought and registered elsewhere. This is not an import, "
    "acquisition or receipt: whose relocation is meant?",
    "The exemption is for this sale. The buying dealer's own sale is judged by itself.",
    "B 6 is read as exempting the rental. Whether it also reaches the agency's earlier receipt of the vehicle in Virginia "
    "is not said.",
    "Code of Virginia § 46.2-920 looks in part to the vehicle's use. For a private buyer, have that use shown.",
    "A military tactical vehicle is one used by the armed forces or a governmental agency. For a private buyer, have that "
    "use shown.",
    # evidence
    "The label's sentence is not one that is known to show or rule out California certification; it was not used.",
    "The label's sentence is not one that is known to show or rule out California certification; it shows only the federal "
    "one.",
    "It does not have the form of an Executive Order for vehicles (A-000-0000 or A-000-0000-0). It shows nothing about "
    "California certification.",
    "an aftermarket part",
    "a motorcycle",
    "an off-road engine",
    # api: texts that cannot be read, and what to write
    "Leave it out.",
    "Write a code such as US or CA, or unknown.",
    "Write a code such as VA.",
    "Write a code such as VA, or unknown.",
    "A VIN has 17 letters and digits; leave it empty if it cannot be read.",
    "Write the miles in digits, such as 12 or 7499.5.",
    "Write whole pounds, such as 4850.",
    "Write four digits, such as 2025.",
    "Write it as 2025-06-01.",
    # web: where a trip ends
    "Nothing says in which state this is. Write the state (NC), a city with its state (Raleigh, NC), a country, or add the "
    "branch to the list of branches.",
    # web: what ends a check in a frame
    "This check has ended",
    "It was open for 15 minutes, or was closed. Begin it again.",
    "The page needs a token of this service: ask for one with POST /v1/embeds.",
    "The token is for the pages of another origin.",
    "This API key is none of this service's, or was revoked, or has expired.",
    "The request was made by the page of another site.",
    "The form is not of this session: load the page again and send it from there.",
    "The form came without its own number. Check the vehicle again.",
    "The requests of this minute are used up.",
    "The error is logged under the request id. Send the request again; if it fails again, report the id.",
    # vPIC: bodies of vehicles
    "Sedan/Saloon",
    "Coupe",
    "Hatchback/Liftback/Notchback",
    "Convertible/Cabriolet",
    "Wagon",
    "Roadster",
    "Minivan",
    "Van",
    "Cargo Van",
    "Step Van/Walk-in Van",
    "Bus",
    "School Bus",
    "Pickup",
    "Sport Utility Vehicle (SUV)/Multi-Purpose Vehicle (MPV)",
    "Crossover Utility Vehicle (CUV)",
    "Sport Utility Truck (SUT)",
    "Truck",
    "Truck-Tractor",
    "Trailer",
    "Incomplete",
    "Incomplete - Cutaway",
    "Incomplete - Chassis Cab (Single Cab)",
    "Incomplete - Chassis Cab (Double Cab)",
    "Incomplete - Chassis Cab (Number of Cab Unknown)",
    "Ambulance",
    "Fire Apparatus",
    "Motorhome",
)

PATTERNS = (
    "The stated test group is {group}, the VIN's is {other}.",
    "Test group {group} is of {make}, the VIN is of {other}; it was not used.",
    "Executive Order {number} on file names {groups}, not {other}; it was not used.",
    "Permitted: the chapter does not cover this: {reasons}.",
    "Permitted: whatever the facts still open, it is {alternatives}.",
    "it takes place in {place}, not in Virginia (9VAC5-95-30 A)",
    "the date is before {effective}, when the chapter took effect (9VAC5-95)",
    "{date} is before {effective}, when the chapter took effect (9VAC5-95)",
    "model year {model_year} is before 2025 (9VAC5-95-10)",
    "The chapter is read as in force from {effective}; another official source dates it {dated}, before this act.",
    "This act takes place in {place} and is not covered as to that act. Importing or acquiring the vehicle in Virginia is "
    "another act: check it too.",
    "{told}: a vehicle that is not California-certified may be refused there. Ask that state before delivery.",
    "The label's sentence is for model year {model_year}, which is not this vehicle's; it was not used.",
    "{group} does not have the form of a test group (12 characters, as on the label); it was not used.",
    "Test group {group} is for model year {model_year}, which is not known to be this vehicle's; it was not used.",
    "Test group {group} is not in EPA's certification list on file. That proves nothing either way.",
    "EPA's list has only federal rows for test group {group}. A missing California row proves nothing.",
    "{number} is an order for {what}, not for a vehicle. It shows nothing about California certification.",
    "{number} does not have the form of an Executive Order for vehicles (A-000-0000 or A-000-0000-0). It shows nothing "
    "about California certification.",
    "Executive Order {number} has the right form but is not on file here: it is taken at the caller's word.",
    "Executive Order {number} on file is for a model year that is not known to be this vehicle's; it was not used.",
    "The VIN {vin} could not be verified: {wrong}. Read it again from the vehicle.",
    "The VIN {vin} looks like a placeholder that is not assigned yet ({wrong}). If it is on the vehicle, read it again.",
    "it contains {letters}, and no VIN contains the letters I, O or Q",
    "its check digit (the ninth character) is {digit} and should be {other}",
    "its tenth character, {letter}, stands for no model year",
    "its tenth character does not stand for the model year that vPIC gives, {model_year}",
    "NHTSA's vPIC does not know it cleanly ({english})",
    "This cannot be read. {remedy}",
    "It is longer than {longest} characters. {remedy}",
    "Not 17 letters and digits (it has {count} characters). {remedy}",
    "Not 17 letters and digits. {remedy}",
    "Longer than {longest} characters. {remedy}",
    "It holds a control character. {remedy}",
    "This is in {place}, and the list says {other}. Correct the one that is wrong.",
    "This names places in {place} and in {other}. Write only the state where the trip ends.",
    "{words} cannot be read. Write each branch as its code and its state: K9X = NC.",
    "Write one of: {words}, or unknown.",
    "Write one of: {words}.",
    "Permitted: {exemption}.",
    "{month} {day}, {year}, {clock} Eastern time",
    "{month} {day}, {year}",
    "{why} Try again in {seconds} s.",
)
