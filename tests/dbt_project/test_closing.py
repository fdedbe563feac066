"""A month closed, changed in every way it can be, and explained: the demonstration that causes sum to the difference.

One entity's July of a group of its own: what was reported stays, what is now stands beside it.
"""

import shutil
from datetime import date
from decimal import Decimal
from pathlib import Path

import duckdb
import pytest

from analysis import closing, metric_definitions
from analysis.closing import ClosingError
from orchestration import close_log, dbt_run, measure
from orchestration.close_checks import Month
from tests.dbt_project import warehouse
from tests.dbt_project.tiny_world import RECEIVED, World, at, gid, log

pytestmark = pytest.mark.soak

JULY = Month("nordlicht-gmbh", date(2026, 7, 1))
LATER = at("2030-01-01 06:00")  # after the close, whenever the test runs
SEEN = [
    *("accounts", "orders", "revenue_ledger", "fx_rates", "revenue_daily", "customer_ltv"),
    *("payouts", "reconciliation", "load_completeness", "period_closes", "order_margins"),
]


def world(*, is_later: bool) -> World:
    """What was known at the close, and what is a while later."""
    made = World()
    for (schema, table), rows in list(made.rows.items()):
        if (schema, table) == ("raw_group", "accounts"):
            for row in rows:
                complete(made, row["system"], row["account"])
    made.ecb(date(2026, 7, 1), "USD", "1.25")
    made.ecb(date(2026, 7, 7), "USD", "1.6")
    made.ecb(date(2026, 7, 1), "JPY", "160")
    order(made, "#kept", "nordlicht-de", "100")
    rated = order(made, "#rated", "nordlicht-world", "100")
    back = rated.agreement("RefundAgreement", at("2026-07-07 10:00"))
    rated.sale("-50", action="RETURN", line="1", agreement=back)
    order(made, "#gone", "nordlicht-de", "40")
    if not is_later:
        order(made, "#erased", "nordlicht-de", "30")
        order(made, "#corrected", "nordlicht-world", "10")
        return made
    gone = {"id": gid("Order", IDS["#gone"]), **log("nordlicht-de", LATER, LATER)}
    made.add("raw_shopify", "orders", **(gone | {"_deleted": True}))
    order(made, "#corrected", "nordlicht-world", "20")
    order(made, "#late", "nordlicht-de", "7", received_at=LATER)
    order(made, "#backdated", "nordlicht-de", "5", received_at=LATER, created_at=LATER)
    made.ecb(date(2026, 7, 1), "USD", "1", received=LATER)
    return made


IDS = {
    name: str(5_000_000_000_000 + place)
    for place, name in enumerate(
        ("#kept", "#rated", "#gone", "#erased", "#corrected", "#late", "#backdated")
    )
}


def order(made: World, name: str, shop: str, amount: str, **columns):
    placed = made.order(shop, name, at("2026-07-01 12:00"), id=IDS[name], **columns)
    placed.sale(amount, line="1", id=IDS[name])
    placed.paid("CAPTURE", at("2026-07-01 12:00"))
    return placed


def complete(made: World, system: str, account: str) -> None:
    made.add(
        f"raw_{system}",
        "load_completeness",
        account=account,
        stream="all",
        window_end=RECEIVED,
        expected=1,
        landed=1,
        status="complete",
        checked_at=RECEIVED,
        _dlt_load_id="1790000000.1",
    )


def built(folder: Path, made: World, log_of: Path | None = None) -> Path:
    """The world's marts and metrics; with the closing log of another warehouse."""
    folder.mkdir()
    path = made.write(folder / "warehouse.duckdb")
    if log_of:
        with duckdb.connect(str(path)) as con:
            con.execute(f"attach '{log_of}' as before (read_only)")
            for table in ("closes", "frozen_rows", "frozen_values"):
                con.execute(
                    f"insert into raw_closing.{table} by name from before.raw_closing.{table}"
                )
    build(path)
    return path


def build(path: Path) -> None:
    assert warehouse.dbt(path, "seed").success
    chosen = [f"+{mart}" for mart in SEEN] + ["+int_closed_days__restated"]
    outcome = warehouse.dbt(path, "run", "--select", *chosen)
    results = getattr(outcome.result, "results", [])
    assert outcome.success, [one.message for one in results if one.status == "error"]
    measure.evaluate(dbt_run.semantic_manifest(), path, "a run")
    shown = ["metric_values", "metric_definitions", "restatements"]
    assert warehouse.dbt(path, "run", "--select", *(f"+{mart}" for mart in shown)).success


def close(path: Path, month: Month = JULY, reason: str | None = None) -> close_log.Closed:
    metrics = closing.metrics(metric_definitions.read(dbt_run.semantic_manifest()))
    return close_log.close(path, month, "finance-lead", reason, "a run", metrics)


@pytest.fixture(scope="module")
def closed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = built(tmp_path_factory.mktemp("closing") / "before", world(is_later=False))
    assert close(path).net_sales == "218.00 EUR"
    return path


@pytest.fixture(scope="module")
def later(closed: Path) -> Path:
    return built(closed.parents[1] / "later", world(is_later=True), log_of=closed)


def test_what_was_reported_stands_beside_what_is(later: Path):
    found = warehouse.rows(
        later,
        """select basis, value from marts.metric_values where metric = 'net_sales' and grain = 'month'
            and dimension_value = 'nordlicht-gmbh' and period_start = date '2026-07-01' order by basis""",
    )
    assert found == [
        {"basis": "as_reported", "value": Decimal(218)},
        {"basis": "current", "value": Decimal(182)},
    ]


def test_each_cause_moved_net_sales_by_its_own_change(later: Path):
    found = warehouse.rows(
        later,
        """select cause, difference from marts.restatements
        where metric = 'net_sales' and dimension = 'legal_entity'""",
    )
    assert {row["cause"]: row["difference"] for row in found} == {
        "erasure": Decimal(-30),
        "deleted": Decimal(-40),
        "late_event": Decimal(7),
        "backdated": Decimal(5),
        "source_correction": Decimal(8),  # 20 dollars for 10, at the frozen 0.8
        "rate": Decimal(14),  # 70 dollars at 1 for 0.8
    }


def test_the_causes_of_every_value_sum_to_its_difference_ratios_too(later: Path):
    unexplained = warehouse.rows(
        later,
        """with explained as (
            select metric, dimension, dimension_value, currency, sum(difference) as difference
            from marts.restatements group by all),
        bases as (
            select metric, dimension, dimension_value, currency,
                sum(value) filter (basis = 'current') as now,
                sum(value) filter (basis = 'as_reported') as was
            from marts.metric_values
            where grain = 'month' and period_start = date '2026-07-01'
                and (dimension_value = 'nordlicht-gmbh' or dimension = 'account')
                and metric in (select metric from marts.restatements)
            group by all)
        select bases.*, explained.difference from bases left join explained
            on bases.metric = explained.metric and bases.dimension_value = explained.dimension_value
            and bases.currency is not distinct from explained.currency
        where coalesce(now, 0) - coalesce(was, 0) <> coalesce(explained.difference, 0)""",
    )
    assert unexplained == []
    ratios = "select count(*) as found from marts.restatements where metric = 'average_order_value'"
    assert warehouse.rows(later, ratios)[0]["found"] > 3


def test_a_late_row_is_posted_to_the_first_open_month(later: Path):
    found = warehouse.rows(
        later,
        """select order_name, posting_period from marts.revenue_ledger join marts.orders using (account, order_id)
        where kind = 'sale' and order_name in ('#kept', '#late') order by 1""",
    )
    assert found == [
        {"order_name": "#kept", "posting_period": date(2026, 7, 1)},
        {"order_name": "#late", "posting_period": date(2026, 8, 1)},
    ]


def test_reopened_and_closed_anew_it_is_a_second_version_and_the_first_stays(
    later: Path, tmp_path: Path
):
    path = tmp_path / "again.duckdb"
    shutil.copy(later, path)
    with pytest.raises(ClosingError, match="is closed, version 1; to close it anew"):
        close(path)
    assert close_log.reopen(path, JULY, "finance-lead", "a supplier's late credit") == 1
    again = close(path, reason="with the late credit")
    assert (again.version, again.net_sales) == (2, "182.00 EUR")
    written = warehouse.rows(
        path,
        """select version, value from raw_closing.frozen_values
        where metric = 'net_sales' and dimension = 'legal_entity' order by 1""",
    )
    assert [(row["version"], row["value"]) for row in written] == [(1, 218), (2, 182)]


def test_a_log_that_somebody_touched_ends_the_run(later: Path, tmp_path: Path):
    path = tmp_path / "touched.duckdb"
    shutil.copy(later, path)
    with duckdb.connect(str(path)) as con:
        con.execute(
            "update raw_closing.frozen_values set value = value + 1 where metric = 'net_sales'"
        )
    with pytest.raises(ClosingError, match="2026-07 version 1 isn't what was written"):
        measure.evaluate(dbt_run.semantic_manifest(), path, "a run")
