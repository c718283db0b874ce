"""`levcheck registry import`: what it keeps and what it tells."""

from __future__ import annotations

from pathlib import Path

import pytest
from cli.running import answer, is_error, levcheck, started, wait_until_ready
from conftest import free_port
from evidence.tables import carb, epa, write_csv, write_xlsx
from levcheck.evidence.orders import Order
from levcheck.evidence.registry import Registry

GROUP = "SZZXV09.9ZZZ"


def test_epas_list_is_kept_and_reported(tmp_path: Path) -> None:
    """An import tells how many rows it read, what it kept and where, and each row that it refused."""
    rows = epa(("CA", GROUP), ("FA", GROUP), ("FA", "SYYXV09.9YYY"), ("CE", GROUP), ("CA", "none"))
    done = levcheck("registry", "import", write_xlsx(tmp_path / "all_alpha_25.xlsx", rows), "--data", tmp_path / "data")
    assert done.returncode == 0
    for words in (
        "Read 5 rows; kept 2 test groups in",
        "Refused: 2",
        "row 5: region 'CE'",
        "row 6: 'none'",
        "Inconsistent: 1",
    ):
        assert words in done.stdout
    kept = Registry(tmp_path / "data" / "registry").certification(GROUP)
    assert kept is not None
    assert (kept.california, kept.federal, kept.editions) == (True, True, ("all_alpha_25",))


def test_carbs_list_is_kept(tmp_path: Path) -> None:
    """CARB's list is kept with plain hyphens, and the folder may be named by the environment."""
    path = write_csv(tmp_path / "eo.csv", carb(("A‑003‑0811‑1", GROUP)), end="\r")
    done = levcheck("registry", "import", path, LEVCHECK_DATA=str(tmp_path / "data"))
    assert "Read 1 rows; kept 1 Executive Orders" in done.stdout
    assert Registry(tmp_path / "data" / "registry").order("A-003-0811-1") == Order("A-003-0811-1", (GROUP,), "eo.csv")


def test_many_refusals_are_counted(tmp_path: Path) -> None:
    """Of many refused rows the first ten are told and the rest counted."""
    rows = epa(*[("CA", f"none{n}") for n in range(13)], ("CA", GROUP))
    done = levcheck("registry", "import", write_csv(tmp_path / "all_alpha_25.csv", rows), "--data", tmp_path)
    assert "Refused: 13" in done.stdout
    assert ("'none9'" in done.stdout, "'none10'" in done.stdout, "... and 3 more" in done.stdout) == (True, False, True)


@pytest.mark.parametrize(
    ("name", "content"), [("stock.csv", b"VIN,Price\n1,2\n"), ("cut.xlsx", b"PK\x03\x04broken"), ("a.csv", b"")]
)
def test_files_that_cannot_be_imported(name: str, content: bytes, tmp_path: Path) -> None:
    """A file that is no such list ends with 65 and its name, and keeps nothing."""
    (tmp_path / name).write_bytes(content)
    is_error(levcheck("registry", "import", tmp_path / name, "--data", tmp_path / "data"), 65, name)
    assert not (tmp_path / "data").exists()


def test_a_running_service_uses_what_is_imported(tmp_path: Path) -> None:
    """A service answers from an import made while it runs, without being started again."""
    port, data = free_port(), tmp_path / "data"
    sale = {
        "transaction": {"type": "sale", "date": "2025-06-01"},
        "vehicle": {
            "vehicle_type": "passenger_car",
            "model_year": 2025,
            "mileage": 12,
            "certification": {"test_group": GROUP},
        },
        "seller": {"type": "dealer"},
        "buyer": {"type": "individual"},
        "destination": {"state": "VA"},
    }
    with started("serve", "--dev", "--workers", "2", "--port", str(port), "--data", data) as process:
        wait_until_ready(port, process)
        assert {answer(port, "/v1/checks", sale)[1]["verdict"] for _ in range(8)} == {"undetermined"}
        path = write_csv(tmp_path / "all_alpha_25.csv", epa(("CA", GROUP), ("FA", GROUP)))
        assert levcheck("registry", "import", path, "--data", data).returncode == 0
        after = [answer(port, "/v1/checks", sale) for _ in range(8)]
    assert {(status, body["verdict"], body["assurance"]) for status, body in after} == {(200, "permitted", "listed")}
