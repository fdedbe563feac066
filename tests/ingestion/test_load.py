"""Load: killed anywhere and run again, the same rows; no secret anywhere; the warehouse opened once."""

import logging
import os
import shutil
import signal
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path

import duckdb
import pytest

from ingestion import load, shopify_load
from ingestion.errors import IncompleteLoad
from ingestion.group import Group
from ingestion.group_context import GROUP_LOGS
from ingestion.group_views import GROUP_VIEWS
from ingestion.sources import shopify
from tests.ingestion.conftest import Warehouse, account_of
from tests.ingestion.tiny_shop import TinyShop
from tests.ingestion.tiny_world import customer, order

PROJECT = Path(__file__).resolve().parents[2]
RUN = """
import sys, pathlib
from ingestion import load
from tests.ingestion.conftest import HURRIED, Warehouse, account_of
base_url, path = sys.argv[1:3]
warehouse = Warehouse(pathlib.Path(path))
print("started", flush=True)
prepared = warehouse.extract(account_of(base_url))
print("extracted", flush=True)
load.load_prepared(prepared, warehouse.path)
print("loaded", flush=True)
"""
LOADED = " where _dlt_load_id in (select load_id from raw_shopify._dlt_loads where status = 0)"


def killed_run(shop: TinyShop, warehouse: Warehouse, mark: str, after: float) -> None:
    """A load in a process of its own, killed ``after`` seconds after it printed ``mark``."""
    process = subprocess.Popen(
        [sys.executable, "-c", RUN, shop.base_url, str(warehouse.path)],
        cwd=PROJECT,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout
    while mark not in process.stdout.readline():
        assert process.poll() is None
    time.sleep(after)
    process.send_signal(signal.SIGKILL)
    process.communicate()


def facts(warehouse: Warehouse, table: str) -> list[tuple]:
    """The distinct versions in complete loads: what staging reads."""
    return warehouse.query(
        f"select distinct * exclude (_dlt_load_id, _received_at) from raw_shopify.{table}{LOADED}"
        " order by all"
    )


def some_orders(shop: TinyShop) -> None:
    shop.orders = [order(n, lines=3) for n in range(1, 40)]
    shop.customers = [customer(n) for n in range(5)]


@pytest.mark.parametrize(
    ("mark", "after"),
    [
        ("extracted", 0.0),
        pytest.param("started", 0.3, marks=pytest.mark.soak),
        pytest.param("started", 0.6, marks=pytest.mark.soak),
        pytest.param("extracted", 0.1, marks=pytest.mark.soak),
        pytest.param("extracted", 0.2, marks=pytest.mark.soak),
        pytest.param("extracted", 0.3, marks=pytest.mark.soak),
    ],
)
def test_killed_half_way_and_run_again_gives_the_same_rows(
    shop: TinyShop, warehouse: Warehouse, tmp_path: Path, mark: str, after: float
):
    some_orders(shop)
    killed_run(shop, warehouse, mark, after)
    warehouse.load(account_of(shop.base_url))
    whole = Warehouse(tmp_path / "whole" / "warehouse.duckdb")
    whole.load(account_of(shop.base_url))
    for table in ("orders", "line_items", "sales", "tracking_info", "customers"):
        assert facts(warehouse, table) == facts(whole, table), table


def test_a_package_left_behind_loads_before_the_new_one(shop: TinyShop, warehouse: Warehouse):
    some_orders(shop)
    warehouse.extract(account_of(shop.base_url))
    shop.orders[0] = order(1, updated="2026-10-05T00:00:00Z")
    prepared = warehouse.extract(account_of(shop.base_url))
    assert prepared.pending == 1
    assert not warehouse.path.exists()
    result = load.load_prepared(prepared, warehouse.path)
    assert len(result.load_ids) == 2
    assert warehouse.query("select count(distinct id), count(*) > 39 from raw_shopify.orders") == [
        (39, True)
    ]


def test_killed_between_normalised_and_done_the_package_loads_once(
    shop: TinyShop, warehouse: Warehouse
):
    some_orders(shop)
    prepared = warehouse.extract(account_of(shop.base_url))
    pipeline = prepared.workdir / prepared.pipeline
    (package,) = (pipeline / "load" / "normalized").iterdir()
    shutil.copytree(package, pipeline / "normalize" / "extracted" / package.name)
    again = warehouse.extract(account_of(shop.base_url))
    assert again.pending == 1
    assert package.name in load.load_prepared(again, warehouse.path).load_ids
    assert warehouse.query("select count(distinct id) from raw_shopify.orders") == [(39,)]


def test_extracting_leaves_the_warehouse_to_others(shop: TinyShop, warehouse: Warehouse):
    some_orders(shop)
    warehouse.load(account_of(shop.base_url))
    with duckdb.connect(str(warehouse.path)) as writer:
        writer.execute("create table held as select 1")
        warehouse.extract(account_of(shop.base_url))


def test_after_a_load_another_process_can_open_the_warehouse(shop: TinyShop, warehouse: Warehouse):
    warehouse.load(account_of(shop.base_url))
    opened = subprocess.run(
        [sys.executable, "-c", f"import duckdb; duckdb.connect({str(warehouse.path)!r}).close()"],
        capture_output=True,
        text=True,
        check=False,
    )
    assert opened.returncode == 0, opened.stderr


def test_a_new_warehouse_is_filled_from_the_start(shop: TinyShop, warehouse: Warehouse):
    some_orders(shop)
    warehouse.load(account_of(shop.base_url))
    warehouse.path.unlink()
    warehouse.load(account_of(shop.base_url))
    assert warehouse.query("select count(*) from raw_shopify.orders") == [(39,)]


def test_accounts_extract_side_by_side(shop: TinyShop, warehouse: Warehouse):
    some_orders(shop)
    accounts = [account_of(shop.base_url, f"shop-{n}") for n in range(4)]
    with ThreadPoolExecutor(4) as threads:
        prepared = list(threads.map(warehouse.extract, accounts))
    for each in prepared:
        load.load_prepared(each, warehouse.path)
    assert warehouse.query(
        "select account, count(*) from raw_shopify.line_items group by 1 order by 1"
    ) == [(f"shop-{n}", 117) for n in range(4)]


def test_no_secret_reaches_a_log_or_a_file(
    shop: TinyShop,
    warehouse: Warehouse,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
    capfd: pytest.CaptureFixture[str],
):
    monkeypatch.setenv("TINY_SECRET", "client-1:s3cr3t-of-the-app")
    monkeypatch.setattr(shopify_load, "BULK_ABOVE", 5)
    some_orders(shop)
    with caplog.at_level(logging.DEBUG, logger="ingestion"), caplog.at_level(logging.INFO):
        warehouse.load(account_of(shop.base_url))
    secrets = ["s3cr3t-of-the-app", "minted-1", "a-key-for-tests", "signed-address-key"]
    out = capfd.readouterr()
    told = caplog.text + out.out + out.err
    assert [secret for secret in secrets if secret in told] == []
    for file in warehouse.path.parent.rglob("*"):
        if file.is_file():
            content = file.read_bytes()
            assert [s for s in secrets if s.encode() in content] == [], file


def test_nothing_of_the_payload_is_left_beside_the_warehouse(
    shop: TinyShop, warehouse: Warehouse, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(shopify_load, "BULK_ABOVE", 5)
    some_orders(shop)
    warehouse.load(account_of(shop.base_url))
    shop.change_operation = lambda operation: operation | {"rootObjectCount": "999"}
    shop.orders = [order(n, updated="2026-10-06T00:00:00Z") for n in range(1, 40)]
    with pytest.raises(IncompleteLoad):
        warehouse.load(account_of(shop.base_url))
    shop.change_operation = lambda operation: operation
    warehouse.load(account_of(shop.base_url))
    left = [f for f in warehouse.workdir.rglob("*") if f.suffix in {".parquet", ".jsonl"}]
    assert left == []


def test_dlts_own_settings_are_not_used(
    shop: TinyShop, warehouse: Warehouse, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
):
    (tmp_path / ".dlt").mkdir()
    (tmp_path / ".dlt" / "config.toml").write_text(
        "[normalize.parquet_normalizer]\nadd_dlt_load_id = false\n"
    )
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("NORMALIZE__PARQUET_NORMALIZER__ADD_DLT_LOAD_ID", "false")
    warehouse.load(account_of(shop.base_url))
    columns = warehouse.query(
        "select column_name from duckdb_columns() where table_name = 'shops' and column_name = '_dlt_load_id'"
    )
    assert columns == [("_dlt_load_id",)]


def test_the_group_is_written_anew_by_each_load(warehouse: Warehouse):
    accounts = tuple(account_of("http://127.0.0.1:1", name) for name in ("one", "two"))
    group = Group("Tiny", "EUR", "Europe/Berlin", accounts)
    moment = datetime(2026, 10, 15, 6, tzinfo=UTC)
    for given in (group, Group("Tiny", "EUR", "Europe/Berlin", accounts[:1])):
        result = load.load_group_context(given, moment, warehouse.workdir, warehouse.path)
    assert {table for table, count in result.rows.items() if count == 0} == {
        *GROUP_LOGS,
        *GROUP_VIEWS,
    }
    assert {table: count for table, count in result.rows.items() if count} == {
        "accounts": 1,
        "run_context": 1,
    }
    assert warehouse.query("select account, owner, group_currency from raw_group.accounts") == [
        ("one", "shop-team", "EUR")
    ]
    assert warehouse.query("select as_of, group_name, group_zone from raw_group.run_context") == [
        (moment.replace(tzinfo=None), "Tiny", "Europe/Berlin")
    ]


def test_systems_without_an_account_have_their_tables_empty(shop: TinyShop, warehouse: Warehouse):
    some_orders(shop)
    account = account_of(shop.base_url)
    warehouse.load(account)
    group = Group("Tiny", "EUR", "Europe/Berlin", (account,))
    for _ in range(2):
        load.load_group_context(group, datetime.now(UTC), warehouse.workdir, warehouse.path)
    assert warehouse.count("treasury.rates") == warehouse.count("ecb.dead_letters") == 0
    assert warehouse.count("ecb._dlt_loads") == 1
    assert warehouse.count("shopify.orders") == 39


def test_the_logs_of_every_system_are_one_view_of_complete_loads(
    shop: TinyShop, warehouse: Warehouse
):
    some_orders(shop)
    shop.customers[0]["numberOfOrders"] = "several"
    account = account_of(shop.base_url)
    group = Group("Tiny", "EUR", "Europe/Berlin", (account,))
    for _ in range(2):  # what stands already is made anew
        warehouse.load(account)
        load.load_group_context(group, datetime.now(UTC), warehouse.workdir, warehouse.path)
    assert warehouse.query(
        "select distinct system, account, reason from raw_group.dead_letters"
    ) == [("shopify", "tiny-shop", "customers.numberOfOrders: 'several' is not bigint")]
    assert (
        warehouse.query(
            "select stream, count(*) from raw_group.load_completeness where system = 'shopify'"
            " group by stream having count(*) <> 2"
        )
        == []
    )
    with duckdb.connect(str(warehouse.path)) as con:
        con.execute("update raw_shopify._dlt_loads set status = 1")
    assert warehouse.count("group.dead_letters") == warehouse.count("group.load_completeness") == 0


def test_as_of_is_the_earliest_shops_clock(shop: TinyShop, warehouse: Warehouse):
    result = warehouse.load(account_of(shop.base_url))
    assert result.vendor_date == datetime(2026, 10, 15, 6, tzinfo=UTC)
    earlier = load.LoadResult("shopify", "b", (), vendor_date=datetime(2026, 10, 14, tzinfo=UTC))
    rates = load.LoadResult("ecb", "ecb", (), vendor_date=datetime(2020, 1, 1, tzinfo=UTC))
    assert load.as_of([result, earlier, rates]) == earlier.vendor_date


def test_importing_needs_no_network_no_secret_and_no_warehouse(tmp_path: Path):
    check = (
        "import socket, sys\n"
        "def refuse(*a, **k): raise AssertionError('network at import')\n"
        "socket.socket.connect = refuse; socket.create_connection = refuse\n"
        "import importlib, pkgutil, ingestion\n"
        "for m in pkgutil.walk_packages(ingestion.__path__, 'ingestion.'):\n"
        "    importlib.import_module(m.name)\n"
        "bad = [m for m in sys.modules if m.split('.')[0] in {'dagster', 'dbt', 'sandbox'}]\n"
        "assert not bad, bad\n"
    )
    bare = {"PATH": os.environ["PATH"], "PYTHONPATH": str(PROJECT), "HOME": str(tmp_path)}
    done = subprocess.run(
        [sys.executable, "-c", check],
        cwd=tmp_path,
        env=bare,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert list(tmp_path.iterdir()) == []


def test_completeness_is_told_per_stream(shop: TinyShop, warehouse: Warehouse):
    some_orders(shop)
    warehouse.load(account_of(shop.base_url))
    told = warehouse.query(
        "select stream, expected, landed, status from raw_shopify.load_completeness order by 1"
    )
    assert [row for row in told if row[2]] == [
        ("customers", 5, 5, "complete"),
        ("order_details", 39, 39, "complete"),
        ("orders", 39, 39, "complete"),
        ("returns", 39, 39, "complete"),
        ("shops", 1, 1, "complete"),
    ]
    assert [row[0] for row in told] == sorted(shopify.ALONE)
    assert {(row[1] or 0) - row[2] for row in told} == {0}
    assert {row[3] for row in told} == {"complete"}


def test_what_a_killed_job_wrote_twice_is_said_once(shop: TinyShop, warehouse: Warehouse):
    some_orders(shop)
    account = account_of(shop.base_url)
    warehouse.load(account)
    moment = datetime(2026, 10, 15, 6, tzinfo=UTC)
    group = Group("Tiny", "EUR", "Europe/Berlin", (account,))
    load.load_group_context(group, moment, warehouse.workdir, warehouse.path)
    logs = ("load_completeness", "api_usage")
    said = {log: warehouse.query(f"from raw_group.{log} order by all") for log in logs}
    assert all(said.values())
    with duckdb.connect(str(warehouse.path)) as con:  # the job ran, the note that it did is lost
        for log in said:
            con.execute(f"insert into raw_shopify.{log} from raw_shopify.{log}")
    for log, rows in said.items():
        assert warehouse.query(f"from raw_group.{log} order by all") == rows
