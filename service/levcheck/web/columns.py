"""The columns of a list: which member of the contract stands in each, and how dealers write its values."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence

from ..api import texts
from ..law import vocabulary as v
from ..law.logic.facts import Flag
from ..law.places import STATE_NAMES
from .rows import Row, Table

MAKE, MODEL = "make", "model"
"""What names a vehicle to its reader; the law asks for neither."""
READ = (
    *(texts.VIN, texts.REFERENCE, v.model_year.name, MAKE, MODEL, v.mileage.name, texts.UNIT, v.gvwr.name),
    *(v.vehicle_type.name, v.california.name, v.federal.name, texts.LABEL, texts.ORDER, texts.TEST_GROUP),
    *(v.act.name, v.contract.name, v.purpose.name, v.day.name, v.seller.name, v.buyer.name, v.destination_state.name),
    *(v.destination_country.name, v.kind.name, v.conforms.name, v.off_highway_only.name, v.emergency.name),
    *(v.military.name, v.new_engine.name, v.transfer.name, v.place.name, *texts.RELOCATION),
)
"""What a column can be read as, by path: the usual first. Any other is carried along."""

# "Certified" in a dealer's list means certified pre-owned, "New/Used" and "Type" the title, "Date" the day in stock, "GVW"
# and "Gross weight" what a truck is registered to weigh with its load: none of these is what the law asks, so none is
# recognized.
_HEADERS = {
    texts.VIN: "vin|vin #|vin number|vin no|v i n|vehicle identification number|vehicle vin|full vin|"
    "serial number|chassis number",
    texts.REFERENCE: "stock|stock #|stock number|stock no|stockno|stk|stk #|unit|unit #|unit number|fleet number|deal #|"
    "reference",
    v.model_year.name: "year|model year|my|yr|vehicle year|modelyear|model yr",
    MAKE: "make|vehicle make|brand|make name",
    MODEL: "model|vehicle model|model name",
    v.mileage.name: "miles|mileage|odometer|odo|odom|odometer reading|current mileage|vehicle mileage|mi|km|"
    "kilometers|kilometres",
    texts.UNIT: "mileage unit|odometer unit|odometer units|unit of mileage",
    v.gvwr.name: "gvwr|gross vehicle weight rating",
    v.vehicle_type.name: "vehicle class|regulation class",
    v.california.name: "california certified|ca certified|ca cert|california certification|california|carb|carb certified|"
    "emissions|emission certification|emissions certification|emission standard|emissions standard|calif cert|50 state|"
    "emission|emission cert|emissions cert|ca emissions|california emissions|50 state emissions",
    v.federal.name: "federally certified|federal certification|epa certified",
    texts.LABEL: "emission label|emissions label|label|emission control label|vecl|veci|emission statement|mco statement",
    texts.ORDER: "executive order|eo|eo #|eo number|carb eo|carb executive order",
    texts.TEST_GROUP: "test group|epa test group|engine family|underhood id",
    v.day.name: "sale date|date of sale|sold date|date sold|transaction date|lease date",
    v.buyer.name: "buyer|buyer type|customer type",
    v.seller.name: "seller|seller type",
    v.destination_state.name: "destination|destination state|registration state|reg state|register in|drop off state",
    v.destination_country.name: "destination country|registration country",
}
_BY_HEADER = {name: path for path, names in _HEADERS.items() for name in names.split("|")}
_OF_NO_MATTER = ("", texts.REFERENCE, MAKE, MODEL)
_VIN = re.compile("[A-HJ-NPR-Z0-9]{17}")
_INNER_CAPITAL = re.compile(r"(?<=[a-z])(?=[A-Z])")
_UNITS = re.compile(r"\b(mi|miles|lbs?|pounds|km|kilomet(er|re)s)\b")
_KILOMETRES = re.compile(r"\b(km|kilomet(er|re)s?)\b")
_AFTER_A_NUMBER = re.compile(r"(?<=[0-9])\s*(lbs?|pounds|mi|miles)\.?$", re.IGNORECASE)
_KEPT_AS_TEXT = re.compile(r"""'(.+)|="(.*)"|\*(.+)\*""")
"""How spreadsheets keep a text from being read as a number, and how scanners send a Code 39."""
_AMERICAN_DAY = re.compile(r"([0-9]{1,2})/([0-9]{1,2})/([0-9]{4})")
_MILEAGE_UNITS = {"mi": "mi", "mile": "mi", "miles": "mi"} | dict.fromkeys(
    ("km", "kms", "kilometer", "kilometers", "kilometre", "kilometres"), "km"
)
_NOTHING_KNOWN = ("?", "-", "--", "n/a", "#n/a", "tbd")
_TRUTHS = {"y": "yes", "n": "no", "1": "yes", "0": "no"}
CALIFORNIA_WORDS = {
    "yes": ("50-state", "50 state", "50 states", "california", "ca", "calif", "carb"),
    "no": ("49-state", "49 state", "49 states", "federal", "fed", "federal only"),
}
"""How lists say for which states a vehicle was built: those that are certified in California, and those that are not."""
_CALIFORNIA = {word: truth for truth, words in CALIFORNIA_WORDS.items() for word in words}
_STATES = {name.casefold(): code for code, name in STATE_NAMES.items()}


def recognized(header: Sequence[str], rows: Iterable[Row] = ()) -> tuple[str, ...]:
    """What each column is read as: a path of `READ`, each once; none for one that is carried along.

    Its header says so; of VINs and of units of mileage the cells do where no header does.
    """
    paths: list[str] = []
    for path in map(_path, header):
        paths.append("" if path in paths else path)
    cells = list(zip(*(row.cells for row in rows if not row.fault), strict=True)) or [()] * len(paths)
    for sought, among, are_such in ((texts.VIN, ("",), _vins), (texts.UNIT, ("", texts.REFERENCE), _units)):
        found = (place for place, path in enumerate(paths) if path in among and are_such(cells[place]))
        if sought not in paths and (place := next(found, None)) is not None:
            paths[place] = sought
    return tuple(paths)


def _path(header: str) -> str:
    if header in READ:
        return header
    name = " ".join(re.sub(r"[^a-z0-9#]+", " ", _INNER_CAPITAL.sub(" ", header).casefold()).split())
    without_unit = " ".join(_UNITS.sub(" ", name).split())
    return _BY_HEADER.get(name) or _BY_HEADER.get(without_unit, "")


def _vins(cells: Iterable[str]) -> bool:
    """Whether most of the cells of a column that are not empty hold VINs."""
    told = [_VIN.fullmatch(texts.scanned(cell)) is not None for cell in cells if cell]
    return 2 * sum(told) > len(told)


def _units(cells: Iterable[str]) -> bool:
    """Whether every cell of a column that is not empty is a unit of mileage."""
    told = {cell.casefold() for cell in cells} - {""}
    return bool(told) and told <= _MILEAGE_UNITS.keys()


def passed_over(header: Sequence[str], paths: Sequence[str], rows: Iterable[Row]) -> list[tuple[str, str]]:
    """The columns that say otherwise than those that are read as the same: the header of each, and the one that is read."""
    told = [row.cells for row in rows if not row.fault]
    found = []
    for place, name in enumerate(header):
        path = _path(name)
        if paths[place] or path not in paths or path in _OF_NO_MATTER:
            continue
        read = paths.index(path)
        if any(cells[place] and cells[place] != cells[read] for cells in told):
            found.append((name, header[read]))
    return found


def presumed(header: Sequence[str], paths: Sequence[str]) -> dict[str, str]:
    """What the headers themselves say of every row: an odometer whose header names kilometres."""
    odometer = (name for name, path in zip(header, paths, strict=True) if path == v.mileage.name)
    return {texts.UNIT: "km"} if _KILOMETRES.search(next(odometer, "").casefold()) else {}


def told_of(paths: Sequence[str], cells: Sequence[str]) -> dict[str, str]:
    """The texts of a row's cells, by path, as `api.texts` takes them; an empty cell says nothing."""
    return {path: spelled(path, cell) for path, cell in zip(paths, cells, strict=True) if path and cell}


def spelled(path: str, cell: str) -> str:
    """A cell as the contract's texts have it: dealers' words and units, American days, states by name, no answer."""
    if kept := _KEPT_AS_TEXT.fullmatch(cell):
        cell = kept[kept.lastindex or 0].strip()
    plain = cell.casefold()
    if plain in _NOTHING_KNOWN:
        return texts.UNKNOWN
    if path == v.california.name and (truth := _CALIFORNIA.get(plain.removesuffix(" emissions"))):
        return truth
    if path == texts.UNIT:
        return _MILEAGE_UNITS.get(plain, cell)
    if isinstance(v.BY_NAME.get(path), Flag):
        return _TRUTHS.get(plain, cell)
    if path in (v.mileage.name, v.gvwr.name):
        return _AFTER_A_NUMBER.sub("", cell)
    if path == v.day.name and (day := _AMERICAN_DAY.fullmatch(cell)):
        return f"{day[3]}-{day[1]:0>2}-{day[2]:0>2}"
    return _STATES.get(plain, cell) if path.endswith("state") else cell


def chosen(table: Table, form: Mapping[str, str]) -> tuple[str, ...]:
    """What the columns are read as by a form's fields `column.N`, where it has them; as `recognized` otherwise."""
    if "column.1" not in form:
        return recognized(table.header, table.rows)
    told = [form.get(f"column.{place}", "") for place in range(1, len(table.header) + 1)]
    return tuple(path if path in READ and path not in told[:place] else "" for place, path in enumerate(told))
