"""Publications on the file system: whole or not there, whoever reads or kills."""

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import duckdb
import pytest

from orchestration import publication
from orchestration.marts import Mart

ORDERS = Mart(
    "marts", "orders", "One row per order; it's net of tax.", {"order_id": "The id."}, ("order_id",)
)
CONTACTS = Mart("marts_pii", "customer_contacts", "One row per contact.", {"email": "Plain."})


@pytest.fixture
def warehouse(tmp_path: Path) -> Path:
    path = tmp_path / "warehouse.duckdb"
    with duckdb.connect(str(path)) as con:
        con.execute(
            """create schema marts; create schema marts_pii; create schema audit;
               create table marts.orders as
                   select (range * 7919 % 1000)::varchar as order_id, 1.5::decimal(38,4) as net
                   from range(1000);
               create table marts_pii.customer_contacts as select 'a@b.example' as email;
               create table audit.audit_results as
                   select unnest(['old', 'new']) as run_id, 'marts.orders' as relation,
                          'rows' as audit"""
        )
    return path


def publish(warehouse: Path, run_id: str) -> Path:
    published = warehouse.with_name("published.duckdb")
    publication.write(warehouse, published, [ORDERS, CONTACTS], run_id, None)
    return published


def rows(path: Path, sql: str) -> list[tuple]:
    with duckdb.connect(str(path), read_only=True) as con:
        return con.execute(sql).fetchall()


def test_a_publication_holds_marts_comments_audits_and_parquet(warehouse: Path):
    published = publish(warehouse, "new")
    assert rows(published, "select comment from duckdb_tables() where table_name = 'orders'") == [
        ("One row per order; it's net of tax.",)
    ]
    assert rows(
        published, "select comment from duckdb_columns() where column_name = 'order_id'"
    ) == [("The id.",)]
    assert rows(published, "select run_id from marts.audit_results") == [("new",)]
    assert len(rows(published, "select run_id from marts.audit_history")) == 2
    parquet = published.parent / "publications" / "current" / "parquet"
    assert sorted(file.name for file in parquet.iterdir()) == [
        "audit_history.parquet",
        "audit_results.parquet",
        "orders.parquet",
    ]
    assert json.loads((parquet.parent / "publication.json").read_text())["rows"] == {
        "marts.audit_history": 2,
        "marts.audit_results": 1,
        "marts.orders": 1000,
        "marts_pii.customer_contacts": 1,
    }


def test_what_the_orders_rest_on_goes_along_in_a_private_file(warehouse: Path):
    published = warehouse.with_name("published.duckdb")
    rests_on = [("audit", "audit_results")]
    publication.write(warehouse, published, [ORDERS], "new", None, rests_on)
    reference = published.parent / "publications" / "current" / publication.REFERENCE
    assert rows(reference, "select run_id from audit.audit_results") == [("old",), ("new",)]
    assert reference.stat().st_mode & 0o777 == 0o600


def test_personal_values_stand_in_their_own_private_file(warehouse: Path):
    published = publish(warehouse, "new")
    pii = published.with_name("published_pii.duckdb")
    assert rows(pii, "select * from marts_pii.customer_contacts") == [("a@b.example",)]
    assert pii.resolve().stat().st_mode & 0o777 == 0o600
    assert rows(published, "select distinct schema_name from duckdb_tables()") == [("marts",)]


def test_clients_of_duckdb_1_4_can_open_the_files(warehouse: Path):
    published = publish(warehouse, "new")
    for file in (published, publication.pii_path(published)):
        header = file.resolve().read_bytes()[:24]
        assert header[8:12] == b"DUCK"
        # 67 is the format of 1.4; 2.0 writes 999 by default and says so in the same place.
        assert int.from_bytes(header[12:20], "little") == 67


def test_rows_stand_in_the_order_of_their_key(warehouse: Path):
    published = publish(warehouse, "new")
    ids = [row[0] for row in rows(published, "select order_id from marts.orders")]
    assert ids == sorted(ids)


def test_a_reader_of_the_old_publication_keeps_a_whole_old_one(warehouse: Path):
    published = publish(warehouse, "first")
    with duckdb.connect(str(published), read_only=True) as reader:
        with duckdb.connect(str(warehouse)) as con:
            con.execute("delete from marts.orders")
        publish(warehouse, "second")
        assert reader.execute("select count(*) from marts.orders").fetchone() == (1000,)
    assert rows(published, "select count(*) from marts.orders") == [(0,)]


def test_the_last_seven_are_kept(warehouse: Path):
    for number in range(9):
        published = publish(warehouse, f"run{number}")
    kept = {f.name for f in (published.parent / "publications").iterdir()}
    assert kept == {"current", *(f"run{number}" for number in range(2, 9))}


def test_what_a_killed_run_left_is_swept_and_current_stays_whole(warehouse: Path):
    published = publish(warehouse, "first")
    script = (
        "import sys, pathlib; from orchestration import publication as p;"
        "from orchestration.marts import Mart; big = Mart('marts', 'orders', 'd', {}, ('order_id',));"
        "w = pathlib.Path(sys.argv[1]);"
        "[p.write(w, w.with_name('published.duckdb'), [big], f'k{n}', None) for n in range(10**6)]"
    )
    for delay in (0.0, 0.02, 0.05):
        killed = subprocess.Popen([sys.executable, "-c", script, str(warehouse)])
        publications = published.parent / "publications"
        while not list(publications.glob("k*")) and killed.poll() is None:
            time.sleep(0.01)
        time.sleep(delay)
        os.kill(killed.pid, signal.SIGKILL)
        killed.wait()
        assert rows(published, "select count(*) from marts.orders") == [(1000,)]
        publish(warehouse, f"after{delay}")
        assert not list(publications.glob(f"{publication.BUILDING}*"))
        assert (publications / "current").resolve().name == f"after{delay}"


def test_the_same_run_may_publish_again(warehouse: Path):
    publish(warehouse, "same")
    published = publish(warehouse, "same")
    assert rows(published, "select count(*) from marts.orders") == [(1000,)]


def test_a_file_of_yours_is_not_overwritten(warehouse: Path):
    warehouse.with_name("published.duckdb").write_text("mine")
    with pytest.raises(FileExistsError, match="PUBLISHED_PATH"):
        publish(warehouse, "run")
