"""Every fact that the law turns on, declared once: its path in the request, its values and the question that asks for it."""

from __future__ import annotations

from datetime import date

from .logic.facts import Choice, Fact, Flag, Quantity, Value, WholeNumber
from .places import COUNTRIES, STATES

ACTS = ("delivery", "offer", "sale", "lease", "import", "acquisition", "receipt", "purchase", "rental")
ACTS_OF_A_SELLER = ("delivery", "offer", "sale", "lease", "rental")
CONTRACTS = ("sale", "lease", "rental", "none")
PARTIES = ("manufacturer", "dealer", "rental_agency", "individual", "business", "government")
VEHICLE_TYPES = (
    "passenger_car",
    "light_duty_truck",
    "medium_duty_passenger_vehicle",
    "medium_duty_vehicle",
    "over_14000_lb",
    "motorcycle",
    "other",
)
act = Choice(
    "transaction.type",
    "the kind of act",
    "What is being done: a sale, a lease, a delivery, an import ...?",
    values=ACTS,
)
contract = Choice(
    "transaction.contract",
    "the contract it happens under",
    "Does this happen under a contract of sale, of lease, of rental, or under none?",
    values=CONTRACTS,
)
transfer = Choice(
    "transaction.transfer",
    "how the vehicle passes",
    "Does the vehicle pass in the ordinary way, by inheritance, or by court decree?",
    values=("ordinary", "inheritance", "court_decree"),
)
purpose = Choice(
    "transaction.purpose",
    "what the vehicle is for",
    "Is the vehicle for use, for resale, or to be wrecked or dismantled?",
    values=("use", "resale", "dismantling"),
)
day = Quantity("transaction.date", "the date", "On which date?", least=date(1900, 1, 1), most=date(2199, 12, 31))
place = Choice("transaction.state", "the state where it takes place", "In which state does this take place?", values=STATES)

kind = Choice(
    "vehicle.kind",
    "whether it is a vehicle or an engine",
    "Is this a vehicle, or an engine sold by itself?",
    values=("vehicle", "engine"),
)
vehicle_type = Choice(
    "vehicle.vehicle_type",
    "the vehicle class",
    "Which class is the vehicle: passenger car, light-duty truck, medium-duty passenger vehicle, medium-duty vehicle, "
    "over 14,000 lb, motorcycle, or another?",
    values=VEHICLE_TYPES,
)
model_year = WholeNumber(
    "vehicle.model_year",
    "the model year",
    "Which model year is it (of the chassis, if built in stages)?",
    least=1900,
    most=2100,
)
gvwr = WholeNumber(
    "vehicle.gvwr_lb",
    "the gross vehicle weight rating",
    "What gross vehicle weight rating does the certification label in the driver's door opening state?",
    unit="lb",
    least=1,
    most=1_000_000,
)
mileage = Quantity(
    "vehicle.mileage",
    "the mileage",
    "How many miles did the odometer show on the date of the sale or lease?",
    unit="mi",
    least=0,
    most=10_000_000,
)
new_engine = Flag("vehicle.new_engine", "whether the engine is new", "Is the engine a new motor vehicle engine?")
off_highway_only = Flag(
    "vehicle.off_highway_only",
    "whether it is designed exclusively for off-highway use",
    "Is the vehicle designed exclusively for off-highway use?",
)
emergency = Flag(
    "vehicle.authorized_emergency_vehicle",
    "whether it is an authorized emergency vehicle",
    "Is it an authorized emergency vehicle (Code of Virginia § 46.2-920)?",
)
military = Flag(
    "vehicle.military_tactical_vehicle",
    "whether it is a military tactical vehicle",
    "Is it a military tactical vehicle?",
)
california = Flag(
    "vehicle.certification.california",
    "California certification",
    "Is the vehicle California-certified? The emission label under the hood, or the manufacturer's certificate of origin, "
    "says so.",
)
federal = Flag(
    "vehicle.certification.federal",
    "federal certification",
    "Is the vehicle certified to the federal standards (42 USC § 7521)? The emission label under the hood says so.",
)
conforms = Flag(
    "vehicle.certification.conforms",
    "conformity with the incorporated standards",
    "Does the vehicle comply with the standards incorporated by reference?",
)

seller = Choice("seller.type", "the kind of seller", "Who is the seller, lessor or other giver?", values=PARTIES)
buyer = Choice("buyer.type", "the kind of buyer", "Who is the buyer, lessee or other taker?", values=PARTIES)
destination_state = Choice(
    "destination.state",
    "the state of registration or, for a rental, where it ends",
    "In which state will the vehicle be registered or, for a rental, where does it end?",
    values=STATES,
)
destination_country = Choice(
    "destination.country",
    "the country of registration or, for a rental, where it ends",
    "In which country will the vehicle be registered or, for a rental, where does it end?",
    values=COUNTRIES,
)
relocation = Flag(
    "relocation",
    "the earlier purchase and registration elsewhere",
    "Did the person buy and register this vehicle in another state while a resident of that state, and then become a "
    "resident of Virginia?",
)

FACTS: tuple[Fact, ...] = (
    act, contract, transfer, purpose, day, place,
    kind, vehicle_type, model_year, gvwr, mileage, new_engine, off_highway_only, emergency, military,
    california, federal, conforms,
    seller, buyer, destination_state, destination_country, relocation,
)  # fmt: skip
BY_NAME = {fact.name: fact for fact in FACTS}

DEFAULTS: dict[Fact, Value] = {
    transfer: "ordinary",
    purpose: "use",
    place: "VA",
    kind: "vehicle",
    new_engine: False,
    off_highway_only: False,
    emergency: False,
    military: False,
    conforms: True,
    destination_country: "US",
    relocation: False,
}
"""What is presumed of a member that a request leaves out: the only presumptions made."""

ACT_CONTRACTS = {"sale": ("sale",), "purchase": ("sale",), "lease": ("lease",), "rental": ("rental",)}
"""The contracts that an act can happen under, where it cannot happen under every one."""

ACT_DEFAULT_CONTRACT = {a: ACT_CONTRACTS.get(a, ("sale",))[0] for a in ACTS}
"""The contract presumed of an act when the request names none."""

CLASS_WEIGHTS = {
    "light_duty_truck": (gvwr.least, 8_500),
    "medium_duty_passenger_vehicle": (8_501, 9_999),
    "medium_duty_vehicle": (8_501, 14_000),
    "over_14000_lb": (14_001, gvwr.most),
}
"""The gross vehicle weight ratings of a class in pounds, both ends included (13 CCR § 1900); other classes have any."""
