"""What raw lost comes back: by a backfill that is killed twice on its way, and by a sweep of ids."""

import re
from decimal import Decimal
from pathlib import Path

import duckdb
import pytest

from ingestion.sources.stripe import exponent
from tests.end_to_end.group import ServedGroup, Warehouse

pytestmark = pytest.mark.soak

SUMMER = ("--from", "2026-06-01", "--to", "2026-09-30", "--chunk-days", "14")
CHUNKS = 9
CURRENT = """
    select id, amount, currency, _version_hash from (
        select *, row_number() over (partition by account, id
            order by _version_at desc, _received_at desc, _version_hash desc) as nth
        from raw_stripe.charges where account = 'payments-gmbh') where nth = 1 order by id"""


@pytest.fixture(scope="module")
def loaded(served: ServedGroup, tmp_path_factory: pytest.TempPathFactory) -> Warehouse:
    mine = Warehouse(tmp_path_factory.mktemp("backfilled"), served.file)
    for system in ("stripe", "shopify"):
        ran = mine.concord("load", system, "--group", str(served.file))
        assert ran.returncode == 0, ran.stdout[-3000:]
    return mine


def lose(warehouse: Warehouse, sql: str) -> None:
    with duckdb.connect(str(warehouse.path)) as con:
        con.execute(sql)


def test_a_backfill_killed_between_and_inside_chunks_brings_back_every_cent(
    served: ServedGroup, loaded: Warehouse
):
    whole = loaded.query(CURRENT, loaded.path)
    in_august = "created >= '2026-08-01' and created < '2026-09-01' and account = 'payments-gmbh'"
    lost = {
        currency: (count, Decimal(minor).scaleb(-(exponent(currency) or 0)))
        for currency, count, minor in loaded.query(
            f"select upper(currency), count(distinct id), sum(amount) from raw_stripe.charges"
            f" where {in_august} and _version_hash in (select _version_hash from ({CURRENT}))"
            " group by all",
            loaded.path,
        )
    }
    lose(loaded, f"delete from raw_stripe.charges where {in_august}")
    command = ("backfill", "stripe", "--account", "payments-gmbh", *SUMMER)
    command += ("--group", str(served.file))
    loaded.killed_after(f"[2/{CHUNKS}]", 0.0, *command)
    said = loaded.killed_after(f"[5/{CHUNKS}]", 0.4, *command)
    assert f"goes on after 2 of {CHUNKS} chunks" in said
    assert f"[1/{CHUNKS}]" not in said
    ran = loaded.concord(*command)
    assert ran.returncode == 0, ran.stdout[-3000:]
    assert f"goes on after 5 of {CHUNKS} chunks" in ran.stdout
    assert [row[:3] for row in loaded.query(CURRENT, loaded.path)] == [row[:3] for row in whole]
    told = re.findall(r"charges +([A-Z]{3}) +[\d,]+ \(\+(\d+)\) +\S+ +\S+ +\+([\d,.]+)", ran.stdout)
    assert {
        currency: (int(count), Decimal(amount.replace(",", "")))
        for currency, count, amount in told
        if count != "0"
    } == lost


def test_a_sweep_brings_back_lost_orders_and_knows_when_all_is_well(
    served: ServedGroup, loaded: Warehouse
):
    ids = "select id from raw_shopify.orders where account = 'nordlicht-de' order by id limit 3"
    (lost,) = loaded.query(f"select list(id) from ({ids})", loaded.path)
    lose(loaded, f"delete from raw_shopify.orders where id in ({ids})")
    command = ("sweep", "shopify", "--account", "nordlicht-de", "--group", str(served.file))
    ran = loaded.concord(*command)
    assert ran.returncode == 0, ran.stdout[-3000:]
    assert re.search(r"nordlicht-de +orders +[\d,]+ +3 +0\n", ran.stdout), ran.stdout
    back = loaded.query(
        f"select count(distinct id) from raw_shopify.orders where list_contains({lost[0]}, id)",
        loaded.path,
    )
    assert back == [(3,)]
    again = loaded.concord(*command)
    assert again.returncode == 0, again.stdout[-3000:]
    rows = re.findall(r"nordlicht-de +(\w+) +[\d,]+ +([\d,]+) +([\d,]+)\n", again.stdout)
    assert {"orders", "customers", "products", "product_variants"} <= {row[0] for row in rows}
    assert [row for row in rows if row[1:] != ("0", "0")] == []


def test_a_backfill_of_a_shop_says_what_it_cannot_read_by_days(
    served: ServedGroup, loaded: Warehouse, tmp_path: Path
):
    ran = loaded.concord(
        *("backfill", "shopify", "--account", "nordlicht-de", "--group", str(served.file)),
        *("--from", "2026-10-01", "--to", "2026-10-14"),
    )
    assert ran.returncode == 0, ran.stdout[-3000:]
    assert re.search(r"not read by days: .*product_variants", ran.stdout)
    assert re.search(r"orders +EUR +[\d,]+ \(\+0\) +([\d,.]+) +\1 +\+0.0000", ran.stdout), (
        ran.stdout
    )
