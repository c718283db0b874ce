"""Make the golden records of a release: `python -m records.make_golden FILE`. Once made they are never made again."""

from __future__ import annotations

import json
import sys
import tempfile
from decimal import Decimal
from pathlib import Path
from typing import Any

from levcheck.api.json_out import json_bytes
from levcheck.law.current import HASH, LAW, portable
from levcheck.records.store import default_url
from levcheck.records.tables import determinations
from records.keeping import create, opened, sale
from sqlalchemy import select

CAR = {"vehicle_type": "passenger_car", "model_year": 2025, "gvwr_lb": 4850, "mileage": 12}
REQUESTS: dict[str, dict[str, Any]] = {
    "exempt: bound for North Carolina": sale(),
    "prohibited": sale(destination={"state": "VA"}),
    "certified by label": sale(
        destination={"state": "VA"},
        vehicle={**CAR, "certification": {"label": "Certified for sale in 50 States"}},
    ),
    "certified by EPA's list, the VIN's facts": sale(
        destination={"state": "VA"},
        vehicle={"vin": "1FTEW3LP9SKE98169", "mileage": 12, "certification": {"test_group": "SFMXT02.73JK"}},
    ),
    "not covered: model year 2024": sale(vehicle={**CAR, "model_year": 2024}),
    "either way": sale(
        transaction={"type": "sale", "date": "2025-06-01", "state": None},
        vehicle={**CAR, "mileage": None, "model_year": None},
        seller={"type": "dealer"},
        buyer={"type": "dealer"},
    ),
    "undetermined": sale(destination={"state": None}),
    "nothing known": {},
    "sources disagree": sale(vehicle={"vin": "1FTEW3LP9SKE98169", "model_year": 2024, "mileage": 12, "gvwr_lb": 9000}),
    "kilometres, a hair below the bound": sale(vehicle={**CAR, "mileage": Decimal("12070.07"), "mileage_unit": "km"}),
    "kilometres, at the bound": sale(vehicle={**CAR, "mileage": Decimal("12070.08"), "mileage_unit": "km"}),
    "under the announcement": sale(reading="federal_since_2025", destination={"state": "VA"}),
    "a new resident": sale(
        transaction={"type": "import", "date": "2025-06-01"},
        relocation={
            "purchased_in": "NC",
            "registered_in": "NC",
            "resident_of": "NC",
            "became_virginia_resident": True,
        },
    ),
}


def golden() -> dict[str, Any]:
    """The records, the public keys and the compiled law."""
    with tempfile.TemporaryDirectory() as folder:
        records = opened(default_url(Path(folder)), Path(folder))
        try:
            names = {
                create(records, str(n), body).determination["id"]: name for n, (name, body) in enumerate(REQUESTS.items())
            }
            with records.store.read() as connection:
                rows = connection.execute(select(determinations).order_by(determinations.c.id)).all()
        finally:
            records.store.close()
        kept = [{"name": names[row.id], "record": row.record, "certificate": row.certificate} for row in rows]
        return {"ruleset": HASH, "law": portable(LAW), "keys": records.keys.public(), "determinations": kept}


if __name__ == "__main__":
    Path(sys.argv[1]).write_text(json.dumps(json.loads(json_bytes(golden())), indent=1) + "\n", "utf-8")
