"""The small group through the whole line, against its answer key."""

import json
import shutil
from pathlib import Path

import duckdb
import pytest

from tests.end_to_end import (
    scorecard,
    scorecard_identity,
    scorecard_payments,
    scorecard_reconciliation,
)
from tests.end_to_end.group import ServedGroup, Warehouse


def test_every_component_of_every_order_equals_the_answer_key(warehouse: Warehouse, answers: Path):
    con = scorecard.connect(warehouse.published, answers)
    assert scorecard.order_differences(con) == []
    assert scorecard.ledger_differences(con) == []


def test_every_metric_of_every_month_equals_the_answer_key(warehouse: Warehouse, answers: Path):
    con = scorecard.connect(warehouse.published, answers)
    assert scorecard.metric_differences(con) == []


def test_each_shop_and_component_differs_by_zero(warehouse: Warehouse, answers: Path):
    con = scorecard.connect(warehouse.published, answers)
    rows = scorecard.by_account(con)
    assert {row[0] for row in rows} == {"nordlicht-de", "nordlicht-jp", "nordlicht-world"}
    assert {(row[5], row[6]) for row in rows} == {(0, 0)}


def test_every_money_fault_is_found_and_no_false_one(warehouse: Warehouse, answers: Path):
    con = scorecard.connect(warehouse.published, answers)
    assert scorecard_reconciliation.differing_rows(con)[:5] == []
    table = scorecard_reconciliation.faults(con)
    print("seed 11", *scorecard_reconciliation.shown(table), sep="\n")
    assert {row[0] for row in table} == scorecard_reconciliation.KINDS
    assert [row for row in table if row[1] != row[2] or row[3]] == []
    assert {row[-1] for row in scorecard_reconciliation.sums(con)} == {0}


def test_payments_payouts_disputes_and_parcels_equal_the_answer_key(
    warehouse: Warehouse, answers: Path
):
    con = scorecard.connect(warehouse.published, answers)
    found = scorecard_payments.differences(con)
    assert [cell for cells in found.values() for cell in cells[:5]] == []
    money = scorecard_payments.by_account(con)
    assert {row[0] for row in money} >= {
        "payments-gmbh",
        "payments-kk",
        "adyen-gmbh",
        "paypal-gmbh",
    }
    assert {row[2] for row in money} >= {
        "charge",
        "refund",
        "dispute",
        "payout",
        "payouts",
        "other",
    }
    assert {row[-1] for row in money} == {0}
    parcels = scorecard_payments.shipments(con)
    assert {row[1] for row in parcels} >= {"delivered", "returned", "exception"}
    assert {row[-1] for row in parcels} == {0}


def test_no_two_persons_share_a_key_and_no_linkable_record_is_missed(
    warehouse: Warehouse, answers: Path
):
    con = scorecard.connect(warehouse.published, answers)
    assert scorecard_identity.without_key(con) == []
    pairs = scorecard_identity.by_systems(con)
    assert {row.systems for row in pairs} >= {"shopify", "hubspot - shopify", "shopify - stripe"}
    assert [(row.systems, row.found - row.right, row.missed) for row in pairs] == [
        (row.systems, 0, 0) for row in pairs
    ]


def test_a_second_run_changes_nothing(warehouse: Warehouse):
    before = warehouse.checksums()
    ran = warehouse.run()
    assert ran.returncode == 0, ran.stdout[-6000:]
    assert warehouse.checksums() == before


@pytest.mark.soak
def test_a_bad_batch_is_withheld_and_yesterday_stays_readable(
    served: ServedGroup, warehouse: Warehouse, tmp_path: Path
):
    mine = Warehouse(tmp_path / "bad", served.file)
    shutil.copytree(warehouse.folder, mine.folder, symlinks=True)
    # `published.duckdb` is a link relative to its own folder, so the copy reads its own publication.
    before = mine.checksums()
    with duckdb.connect(str(mine.path)) as con:
        con.execute(
            """insert into raw_shopify.sales by name
               select * replace ('gid://shopify/UnknownSale/9007199254740995' as id, 'UNKNOWN' as line_type)
               from raw_shopify.sales
               where (order_id, _version_at, _received_at) in (
                   select (id, _version_at, _received_at) from raw_shopify.orders where not test limit 1)
               limit 1"""
        )
    ran = mine.run()
    assert ran.returncode != 0
    assert mine.checksums() == before
    status = json.loads((mine.folder / "status.json").read_text())
    assert status["verdict"] == "withheld"
    failed = status["failed_audits"]
    assert any("sales of a line or action type" in audit["expected"] for audit in failed), status
    assert all(audit["owner"] and audit["observed"] and audit["relation"] for audit in failed)
    assert status["next_step"]
    assert status["next_step"] in ran.stdout.replace("\n", " ")


def test_marts_hold_no_direct_identifier(warehouse: Warehouse):
    with duckdb.connect(str(warehouse.published.resolve()), read_only=True) as con:
        columns = con.execute(
            "select table_name, column_name from information_schema.columns"
            " where table_schema = 'marts' and data_type = 'VARCHAR'"
        ).fetchall()
        leaks = [
            (table, column)
            for table, column in columns
            if con.execute(
                f"select count(*) from marts.{table} where {column} like '%@%.%'"
            ).fetchall()[0][0]
        ]
    assert leaks == []
    pii = warehouse.folder / "published_pii.duckdb"
    assert warehouse.query(
        "select count(*) from marts_pii.customer_contacts where email is not null", pii
    )[0][0]
