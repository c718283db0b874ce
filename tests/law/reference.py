"""9VAC5-95 a second time, as plain if/else over facts that are all known.

Written from the regulation's text alone. It imports nothing of the service, so that two
separate hands must have made the same mistake before a test passes that should not.

`facts` maps each fact's path in the request to its one value; mileage is in miles, the date is
a `datetime.date`, and `relocation` is True when all four members of B 11 are right.
"""

from datetime import date

IN_FORCE = date(2024, 3, 13)
FEDERAL_SINCE = date(2025, 1, 1)
LIGHT_DUTY = ("passenger_car", "light_duty_truck")
MEDIUM_DUTY = ("medium_duty_passenger_vehicle", "medium_duty_vehicle")
CLASSES = frozenset(LIGHT_DUTY + MEDIUM_DUTY)


def verdict(facts, reading="as_written"):  # noqa: PLR0911, PLR0912  # the plain form is the point
    """Permitted or prohibited, by the shortest way there: the form one would write by hand."""
    year = facts["vehicle.model_year"]
    if year < 2025 or facts["vehicle.gvwr_lb"] > 14_000 or facts["transaction.state"] != "VA":
        return "permitted"
    vehicle_type = facts["vehicle.vehicle_type"]
    if vehicle_type not in CLASSES or facts["transaction.date"] < IN_FORCE:
        return "permitted"
    if reading == "incorporated_years":
        if year > (2025 if vehicle_type in LIGHT_DUTY else 2028):
            return "permitted"
    elif reading == "federal_since_2025" and facts["transaction.date"] >= FEDERAL_SINCE:
        return "permitted"
    certified = facts["vehicle.certification.california"] and facts["vehicle.certification.conforms"]
    if facts["vehicle.kind"] != "vehicle":
        return "prohibited" if facts["vehicle.new_engine"] and not certified else "permitted"
    if certified or facts["vehicle.mileage"] >= 7_500:
        return "permitted"
    if (
        facts["vehicle.authorized_emergency_vehicle"]
        or facts["vehicle.military_tactical_vehicle"]
        or facts["vehicle.off_highway_only"]
        or facts["relocation"]
        or facts["transaction.transfer"] in ("inheritance", "court_decree")
    ):
        return "permitted"
    contract = facts["transaction.contract"]
    if contract == "sale":
        if facts["destination.state"] != "VA" or facts["destination.country"] != "US":
            return "permitted"
        if facts["transaction.purpose"] == "dismantling":
            return "permitted"
        if facts["seller.type"] == "dealer" and facts["buyer.type"] == "dealer":
            return "permitted"
    elif (
        contract == "rental"
        and facts["seller.type"] == "rental_agency"
        and facts["vehicle.certification.federal"]
        and (facts["destination.state"] != "VA" or facts["destination.country"] != "US")
    ):
        return "permitted"
    return "prohibited"


def outcome(facts, reading="as_written"):
    """Every provision in the chapter's order, each by its own words, then what they come to."""
    is_vehicle = facts["vehicle.kind"] == "vehicle"
    is_engine = facts["vehicle.kind"] == "engine"
    year = facts["vehicle.model_year"]
    vehicle_type = facts["vehicle.vehicle_type"]
    listed = vehicle_type in CLASSES
    contract = facts["transaction.contract"]
    seller = facts["seller.type"]
    buyer = facts["buyer.type"]
    in_virginia = facts["transaction.state"] == "VA"
    on = facts["transaction.date"]
    leaves = facts["destination.country"] != "US" or facts["destination.state"] != "VA"

    section_10 = (
        year >= 2025 and facts["vehicle.gvwr_lb"] <= 14_000 and (is_vehicle or (is_engine and facts["vehicle.new_engine"]))
    )
    new = is_vehicle and year >= 2025 and facts["vehicle.mileage"] < 7_500
    used = is_vehicle and year >= 2025 and facts["vehicle.mileage"] >= 7_500

    exemptions = {
        "9VAC5-95-30 B 1": used,
        "9VAC5-95-30 B 2": new and contract == "sale" and seller == "dealer" and buyer == "dealer",
        "9VAC5-95-30 B 3": new and contract == "sale" and facts["transaction.purpose"] == "dismantling",
        "9VAC5-95-30 B 4": new and facts["vehicle.off_highway_only"],
        "9VAC5-95-30 B 5": new and contract == "sale" and leaves,
        "9VAC5-95-30 B 6": (
            new
            and facts["vehicle.certification.federal"]
            and contract == "rental"
            and seller == "rental_agency"
            and in_virginia
            and leaves
        ),
        "9VAC5-95-30 B 7": is_vehicle and facts["vehicle.authorized_emergency_vehicle"],
        "9VAC5-95-30 B 8": is_vehicle and facts["vehicle.military_tactical_vehicle"],
        "9VAC5-95-30 B 9": new and facts["transaction.transfer"] == "inheritance",
        "9VAC5-95-30 B 10": new and facts["transaction.transfer"] == "court_decree",
        "9VAC5-95-30 B 11": new and facts["relocation"],
    }

    if reading == "as_written":
        within_reading = True
    elif reading == "incorporated_years":
        within_reading = year <= (2025 if vehicle_type in LIGHT_DUTY else 2028)
    elif reading == "federal_since_2025":
        within_reading = on < FEDERAL_SINCE
    else:
        raise ValueError(f"no such reading: {reading}")

    covered = section_10 and listed and in_virginia and on >= IN_FORCE and within_reading
    exempt = any(exemptions.values())
    certified = facts["vehicle.certification.california"] and facts["vehicle.certification.conforms"]
    prohibited = covered and not exempt and not certified

    if not covered:
        basis = "not_covered"
    elif exempt:
        basis = "exempt"
    elif certified:
        basis = "certified"
    else:
        basis = "no_exception"

    findings = {
        "9VAC5-95-10": section_10,
        "9VAC5-95-20 B New motor vehicle": new,
        "9VAC5-95-20 B Used motor vehicle": used,
        "9VAC5-95-30 A": prohibited,
        "9VAC5-95-30 A 1": new and listed,
        "9VAC5-95-30 A 2": is_engine and facts["vehicle.new_engine"] and listed,
        "9VAC5-95-30 A 3": is_vehicle and facts["vehicle.new_engine"],
        **exemptions,
    }
    return {
        "covered": covered,
        "exempt": exempt,
        "certified": certified,
        "verdict": "prohibited" if prohibited else "permitted",
        "basis": basis,
        "findings": findings,
    }
