"""A month of the small group is closed on what is published; what changes later moves one basis and has a cause."""

import shutil
from pathlib import Path

import duckdb
import pytest

from tests.end_to_end.group import ServedGroup, Warehouse

pytestmark = pytest.mark.soak

MONTH = ("nordlicht-gmbh", "2026-09")
VALUES = """select metric, dimension_value, currency, value from marts.metric_values
    where basis = '{basis}' and grain = 'month' and period_start = date '2026-09-01'
        and dimension = 'legal_entity' and dimension_value = 'nordlicht-gmbh' and metric in (
            select metric from marts.metric_values where basis = 'as_reported') order by all"""


@pytest.fixture
def mine(warehouse: Warehouse, tmp_path: Path) -> Warehouse:
    copied = Warehouse(tmp_path / "closed", warehouse.group_file)
    shutil.copytree(warehouse.folder, copied.folder, symlinks=True)
    return copied


def close(warehouse: Warehouse, served: ServedGroup) -> tuple[int, str]:
    by = ("--by", "finance-lead", "--group", str(served.file))
    ran = warehouse.concord("close", *MONTH, *by)
    return ran.returncode, ran.stdout


def run(warehouse: Warehouse) -> None:
    ran = warehouse.run()
    assert ran.returncode == 0, ran.stdout[-6000:]


def test_a_closed_month_stays_reported_and_each_later_change_has_a_cause(
    served: ServedGroup, mine: Warehouse
):
    before = mine.checksums()
    assert close(mine, served)[0] == 0
    assert mine.checksums() == before, "readers see it with the next publication"
    run(mine)
    assert mine.query("select status, version from marts.period_closes") == [("closed", 1)]
    reported = mine.query(VALUES.format(basis="as_reported"))
    assert reported
    assert reported == mine.query(VALUES.format(basis="current"))
    assert mine.query("select count(*) from marts.restatements") == [(0,)]
    code, said = close(mine, served)
    assert (code, "is closed, version 1" in said) == (1, True)

    with duckdb.connect(str(mine.path)) as con:
        con.execute(
            """insert into raw_ecb.exchange_rates by name
            select * replace (obs_value * 2 as obs_value, _version_at + interval 1 day as _version_at)
            from raw_ecb.exchange_rates
            where currency = 'USD' and time_period between date '2026-09-01' and date '2026-09-30'"""
        )
    run(mine)
    assert mine.query(VALUES.format(basis="as_reported")) == reported
    assert mine.query(VALUES.format(basis="current")) != reported
    assert mine.query(
        """with moved as (
            select metric, dimension_value, currency, max(current) - max(as_reported) as difference,
                sum(difference) as by_cause, list_distinct(list(cause)) as causes
            from marts.restatements group by all)
        select count(*) > 5, bool_and(difference = by_cause), list_distinct(flatten(list(causes))) from moved"""
    ) == [(True, True, ["rate"])]
