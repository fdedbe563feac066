"""Copies for benches of identity: as many as asked for, each like the original and nobody else."""

from pathlib import Path

import duckdb
import pyarrow as pa

from analysis import identity
from tests.analysis import people
from tests.bench import copied_records

ADA = people.Record("901", "ada@example.com", full_name="Ada Berg", phone="+49 30 901820")
ADA_AS_GUEST = people.guest("3", "ada@example.com")
ADA_BY_PHONE = people.contact("1", phone="030 901820", full_name="Ada Berg")
BEN = people.Record("902", "ben@example.com", full_name="Ben Roth")
BEN_PAYS = people.payer("cus_1")


def test_each_copy_is_resolved_like_the_original(tmp_path: Path) -> None:
    records = [ADA, ADA_AS_GUEST, ADA_BY_PHONE, BEN, BEN_PAYS]
    tables = {
        "int_identity_nodes__unioned": people.nodes(records),
        "int_identity_emails__unioned": people.emails([(BEN, "ben@work.example")]),
        "int_identity_phones__unioned": people.phones(records),
        "int_identity_links__unioned": people.links([people.Link(BEN_PAYS, BEN)]),
        "identity_decisions": people.decisions([]),
        "identity_limits": people.LIMITS,
    }
    _write(tmp_path / "warehouse.duckdb", tables)
    given, count = copied_records.read(tmp_path / "warehouse.duckdb", 5 * 30)
    found = identity.resolve(
        given, identity.History(), as_of=people.MONDAY, hash_key=people.HASH_KEY
    )
    assert (given.nodes.num_rows, count) == (5 * 30, 5)
    assert found.customer_keys.num_rows == 2 * 30
    assert found.assignments["rule"].to_pylist().count("phone") == 30


def _write(warehouse: Path, tables: dict[str, pa.Table]) -> None:
    with duckdb.connect(str(warehouse)) as con:
        con.execute("create schema intermediate")
        for name, table in tables.items():
            con.register("given", table)
            con.execute(f"create table intermediate.{name} as from given")
            con.unregister("given")
