"""The embedded group, served whole by the sandbox: what a newcomer's first load meets."""

from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml

from ingestion import group as group_file
from ingestion import load, shopify_load
from ingestion.group import Group
from ingestion.tables import raw_tables
from tests.ingestion.conftest import Warehouse, sandbox_group

PROJECT = Path(__file__).resolve().parents[2]
SHOPS = ("nordlicht-de", "nordlicht-world", "nordlicht-jp")


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    with sandbox_group(tmp_path_factory.mktemp("served"), seed=5, orders=120, days=200) as file:
        yield file


@pytest.fixture
def group(served: Path, monkeypatch: pytest.MonkeyPatch) -> Group:
    for line in Path(f"{served}.env").read_text().splitlines():
        monkeypatch.setenv(*line.split("=", 1))
    return group_file.load(served)


@pytest.mark.soak
def test_every_account_of_the_group_loads(group: Group, warehouse: Warehouse):
    prepared = [
        load.extract_account(account, group, warehouse.workdir, warehouse.path)
        for account in group.accounts
    ]
    results = {p.account.account: load.load_prepared(p, warehouse.path) for p in prepared}
    for shop in SHOPS:
        assert results[shop].rows["orders"] > 0
        assert results[shop].dead_letters == 0
        for check in results[shop].completeness:
            assert check.expected in (None, check.landed), check
    assert results["ecb"].rows["exchange_rates"] > 1000
    assert results["treasury"].rows["rates"] > 0
    assert results["payments-gmbh"].rows["charges"] > 0
    assert results["payments-kk"].rows["charges"] > 0
    assert load.as_of(results.values()).isoformat() == "2026-10-15T06:00:00+00:00"
    assert warehouse.query("select count(*) from raw_shopify.orders where _extra is not null") == [
        (0,)
    ]
    load.load_group_context(group, load.as_of(results.values()), warehouse.workdir, warehouse.path)
    told = warehouse.query(
        "select system, account from raw_group.load_completeness group by all order by all"
    )
    assert told == sorted((account.system, account.account) for account in group.accounts)
    again = [warehouse.load(account) for account in group.accounts_of("shopify")]
    assert sum(result.rows["orders"] for result in again) <= 12


@pytest.mark.soak
def test_bulk_and_pages_land_equal_rows(
    group: Group, warehouse: Warehouse, monkeypatch: pytest.MonkeyPatch
):
    account = group.account("nordlicht-world")
    monkeypatch.setattr(shopify_load, "BULK_ABOVE", 0)
    bulk = warehouse.load(account)
    modes = {check.stream: check.mode for check in bulk.completeness}
    assert {modes[stream] for stream in ("orders", "returns", "customers", "products")} == {"bulk"}
    other = Warehouse(warehouse.path.with_name("paged.duckdb"))
    monkeypatch.setattr(shopify_load, "BULK_ABOVE", 10_000_000)
    pages = other.load(account)
    assert "bulk" not in {check.mode for check in pages.completeness}
    for table, rows in bulk.rows.items():
        if table not in {"load_completeness", "dead_letters", "api_usage"}:
            assert warehouse.rows(f"shopify.{table}") == other.rows(f"shopify.{table}"), table
            assert rows == pages.rows[table]


@pytest.mark.parametrize("system", load.systems())
def test_dbt_reads_the_columns_that_landing_writes(system: str):
    (file,) = (PROJECT / "dbt_project/models/staging" / system).glob("*sources.yml")
    (source,) = yaml.safe_load(file.read_text())["sources"]
    declared = dict(raw_tables(load.source_of(system).TABLES))
    read = {
        table["name"]: {column["name"] for column in table["columns"]} - {"_dlt_load_id"}
        for table in source["tables"]
        if table["name"] != "_dlt_loads"
    }
    assert read == {table: set(columns) for table, columns in declared.items()}
