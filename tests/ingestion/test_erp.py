"""Files of the ERP and of treasury's contracts: whole, typed, kept in every version, in a folder too."""

from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from ingestion.errors import IncompleteLoad, VendorError
from tests.ingestion.extracted import account_at, landed

CODES = "item_code,shop_account,sku,valid_from,version,updated_at\nI1,shop,S1,2026-01-01,1,2026-01-01T08:00:00Z\n"
COSTS = (
    "item_code,cost_amount,currency,valid_from,version,author,updated_at\n"
    "I1,4.20,EUR,2026-01-01,1,buyer,2026-01-01T08:00:00Z\n"
    "I1,4.30,EUR,2026-01-01,2,buyer,2026-02-01T08:00:00Z\n"
)
FEES = (
    "fee_id,system,account,payment_method,region,currency,fee_rate,fixed_amount,valid_from,valid_to,"
    "version,agreed_by,updated_at,fee_basis\n"
    "F1,stripe,payments-gmbh,card,eea,EUR,0.0140,0.25,2020-01-01,,1,cfo,2020-01-01T08:00:00Z,blended\n"
)
RATES = "rate_date,from_currency,to_currency,kind,rate,version,status,author,approved_by,approved_at,updated_at\n"


@pytest.fixture
def drop(tmp_path: Path) -> Path:
    (folder := tmp_path / "drop").mkdir()
    (folder / "item_codes.csv").write_text(CODES)
    (folder / "item_costs.csv").write_text(COSTS)
    return folder


def test_every_version_of_a_cost_is_kept(drop: Path, tmp_path: Path):
    found = landed(account_at(drop, "erp", "erp"), tmp_path / "work")
    assert sorted((row["version"], row["cost_amount"]) for row in found["item_costs"]) == [
        (1, Decimal("4.2000")),
        (2, Decimal("4.3000")),
    ]
    assert "shipping_costs" not in found, "a group may have no such file"


def test_a_file_that_must_be_there_is_named(drop: Path, tmp_path: Path):
    (drop / "item_costs.csv").unlink()
    with pytest.raises(VendorError, match=r"erp erp: item_costs.csv isn't there"):
        landed(account_at(drop, "erp", "erp"), tmp_path / "work")


def test_half_a_file_is_refused(drop: Path, tmp_path: Path):
    (drop / "item_costs.csv").write_text(COSTS[:-20])
    with pytest.raises(IncompleteLoad, match=r"item_costs.csv: the file was cut short"):
        landed(account_at(drop, "erp", "erp"), tmp_path / "work")


def test_a_contract_from_before_the_history_still_holds_and_names_the_providers_account(
    drop: Path, tmp_path: Path
):
    (drop / "rates.csv").write_text(RATES)
    (drop / "contracted_fees.csv").write_text(FEES)
    (fee,) = landed(account_at(drop, "treasury", "treasury"), tmp_path / "work")["contracted_fees"]
    assert (fee["account"], fee["psp_account"], fee["fee_rate"], fee["valid_to"]) == (
        *("treasury", "payments-gmbh", Decimal("0.0140000000"), None),
    )
    assert fee["valid_from"] == date(2020, 1, 1)
