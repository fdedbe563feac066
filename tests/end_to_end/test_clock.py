"""A warehouse that grew as the clock moved equals one that was filled at the later clock, mart by mart."""

import shutil
from collections.abc import Iterator
from dataclasses import dataclass

import duckdb
import pytest

from tests.end_to_end.group import ServedGroup, Warehouse
from tests.end_to_end.mart_differences import connect, differences, moved_keys

pytestmark = [pytest.mark.soak, pytest.mark.timeout(1800)]

WORLD = ["--seed", "11", "--orders", "600", "--days", "400"]
DAYS = 30
FIRST_DAYS = 12  # Stripe keeps events for 30 days: shorter steps go by events, the whole one can't


@dataclass
class Month:
    """One month later: warehouses that lived through it, and one that didn't."""

    at_once: Warehouse
    in_steps: Warehouse
    fresh: Warehouse
    told: str


@pytest.fixture(scope="module")
def month(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Month]:
    folder = tmp_path_factory.mktemp("month")
    served = ServedGroup(folder / "served", WORLD).start()
    try:
        at_once = run(Warehouse(folder / "at_once", served.file))
        in_steps = Warehouse(folder / "in_steps", served.file)
        # `published.duckdb` is a link relative to its own folder, so the copy reads its own publication.
        shutil.copytree(at_once.folder, in_steps.folder, symlinks=True)
        told = served.command("advance", "--days", str(FIRST_DAYS))
        run(in_steps)
        told += served.command("advance", "--days", str(DAYS - FIRST_DAYS))
        fresh = Warehouse(folder / "fresh", served.file)
        # A customer who was merged away is gone without a word in any list: an event says it, or a sweep finds it.
        for warehouse in (at_once, in_steps):
            swept = warehouse.concord("sweep", "shopify", "--group", str(served.file))
            assert swept.returncode == 0, swept.stdout
        yield Month(run(at_once), run(in_steps), run(fresh), told)
    finally:
        served.stop()


def run(warehouse: Warehouse) -> Warehouse:
    ran = warehouse.run()
    assert ran.returncode == 0, ran.stdout[-6000:]
    return warehouse


def test_a_month_brings_new_objects_and_changes_old_ones(month: Month):
    for objects in ("orders", "contacts", "trackings", "charges", "disputes", "payouts"):
        assert objects in month.told


@pytest.mark.parametrize("how", ["at_once", "in_steps"])
def test_every_mart_equals_that_of_a_warehouse_filled_at_the_later_clock(month: Month, how: str):
    lived: Warehouse = getattr(month, how)
    with connect(lived.published, month.fresh.published) as con:
        assert differences(con) == []


@pytest.mark.parametrize("how", ["at_once", "in_steps"])
def test_who_was_merged_away_has_had_a_customer_and_has_none_now(month: Month, how: str):
    lived: Warehouse = getattr(month, how)
    swept = lived.query(
        "select account, split_part(id, '/', -1) from raw_shopify.customers where _deleted",
        lived.path,
    )
    ended = lived.query(
        """select account, source_id from marts.id_map where system = 'shopify'
        group by all having not bool_or(is_current) and bool_and(valid_to is not null)"""
    )
    assert swept
    assert set(swept) == set(ended)


@pytest.mark.parametrize("how", ["at_once", "in_steps"])
def test_a_customer_whom_nobody_merged_has_the_same_key(month: Month, how: str):
    with connect(getattr(month, how).published, month.fresh.published) as con:
        assert moved_keys(con) == []


def test_raw_alone_rebuilds_what_a_month_has_made(month: Month):
    warehouse = month.in_steps
    keys = "select customer_key, system, account, source_id from marts.id_map order by all"
    before, people = warehouse.checksums(), warehouse.query(keys)
    with duckdb.connect(str(warehouse.path)) as con:
        for schema in ("staging", "intermediate", "marts", "marts_pii"):
            con.execute(f"drop schema if exists {schema} cascade")
    run(warehouse)
    assert warehouse.checksums() == before
    assert warehouse.query(keys) == people
