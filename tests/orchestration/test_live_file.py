"""`live.duckdb`: touched orders over published ones, swapped whole; and what keeps a version from being shown."""

from datetime import datetime
from pathlib import Path

import duckdb
import pytest

from orchestration import live_checks, live_file
from orchestration.live_file import Underneath
from orchestration.marts import Mart

NOON = datetime(2026, 10, 15, 12)
GID = "gid://shopify/Order/"
MART = Mart("marts", "orders", "One row per order.", {"order_id": "The shop's id."})
COLUMNS = (
    "account varchar, order_id varchar, currency varchar,"
    " net_sales_amount decimal(38, 4), net_sales_amount_group decimal(38, 4), amount_due decimal(38, 4)"
)
Row = tuple[str, str, str, float | None, float | None, float]


@pytest.fixture
def lane(tmp_path: Path) -> "LaneFiles":
    return LaneFiles(tmp_path)


class LaneFiles:
    """A publication and the lane's own file, of orders given as rows."""

    def __init__(self, folder: Path) -> None:
        self.link, self.deltas = folder / "live.duckdb", folder / "live" / "deltas.duckdb"
        self.deltas.parent.mkdir()
        self.published = folder / "published-1.duckdb"

    def publish(self, *orders: Row) -> None:
        with duckdb.connect(str(self.published)) as con:
            self._orders(con, orders)

    def touch(self, *orders: Row, gone: str | None = None, waiting: int = 0) -> None:
        with duckdb.connect(str(self.deltas)) as con:
            self._orders(con, orders)
            con.execute(
                """create schema live; create schema raw_shopify; create schema raw_group;
                   create table raw_group.accounts as select 'de' as account;
                   create table raw_shopify.orders (account varchar, id varchar, _received_at timestamp);
                   create table live.gone (account varchar, order_gid varchar);
                   create table live.events (account varchar, order_gid varchar, received_at timestamp,
                                             landed_at timestamp)"""
            )
            for account, order, *_ in orders:
                raw = [account, GID + order, NOON]
                con.execute("insert into raw_shopify.orders values (?, ?, ?)", raw)
                con.execute("insert into live.events values (?, ?, ?, ?)", [*raw, NOON])
            if gone:
                con.execute("insert into live.gone values ('de', ?)", [GID + gone])
            for number in range(waiting):
                waits = ["de", f"{GID}w{number}", NOON.replace(minute=number)]
                con.execute("insert into live.events values (?, ?, ?, null)", waits)

    def _orders(self, con: duckdb.DuckDBPyConnection, orders: tuple[Row, ...]) -> None:
        con.execute(f"create schema marts; create table marts.orders ({COLUMNS})")
        for row in orders:
            con.execute("insert into marts.orders values (?, ?, ?, ?, ?, ?)", row)

    def show(self, as_of: datetime = NOON) -> int:
        underneath = Underneath(self.published, self.published, "run-1", NOON, NOON)
        return live_file.write(self.link, self.deltas, underneath, MART, as_of)

    def rows(self, sql: str) -> list[tuple]:
        with duckdb.connect(str(self.link), read_only=True) as con:
            return con.execute(sql).fetchall()


def order(account: str, number: str, net: float | None = 10, currency: str = "EUR") -> Row:
    return account, number, currency, net, net, 12


def test_the_touched_order_wins_by_account_and_id_and_all_others_stay(lane: LaneFiles):
    lane.publish(order("de", "1"), order("jp", "1", 70), order("de", "2"))
    lane.touch(order("de", "1", 99), order("de", "3", 5))
    assert lane.show() == 2
    assert lane.rows(
        "select account, order_id, net_sales_amount, is_live from live.orders order by all"
    ) == [
        ("de", "1", 99, True),
        ("de", "2", 10, False),
        ("de", "3", 5, True),
        ("jp", "1", 70, False),
    ]
    assert lane.rows(
        "select order_id, seen_at, event_received_at from live.orders where is_live order by all"
    ) == [("1", NOON, NOON), ("3", NOON, NOON)]


def test_a_deleted_order_is_shown_no_more(lane: LaneFiles):
    lane.publish(order("de", "1"), order("de", "2"))
    lane.touch(gone="2")
    lane.show()
    assert lane.rows("select order_id from live.orders") == [("1",)]


def test_freshness_says_how_far_and_that_nobody_audited_it(lane: LaneFiles):
    lane.publish(order("de", "1"))
    lane.touch(order("de", "2"), order("de", "3"), waiting=2)
    lane.show(NOON.replace(hour=13))
    assert lane.rows("from live.freshness") == [
        (NOON.replace(hour=13), "unaudited", 2, 2, 2, NOON, 0, "run-1", NOON)
    ]
    assert lane.rows("select count(*) from duckdb_tables() where comment is null") == [(0,)]
    assert (
        lane.rows(
            "select column_name from duckdb_columns() where comment is null and not internal"
            " and table_name = 'freshness'"
        )
        == []
    )
    assert lane.rows("select comment from duckdb_columns() where column_name = 'order_id'") == [
        ("The shop's id.",)
    ]


def test_a_reader_of_the_old_version_keeps_it_and_old_versions_go(lane: LaneFiles):
    lane.publish(order("de", "1"))
    lane.touch(order("de", "2"))
    lane.show()
    with duckdb.connect(str(lane.link), read_only=True) as reader:
        for minute in range(1, 6):
            lane.show(NOON.replace(minute=minute))
        assert reader.execute("select count(*) from live.orders").fetchall() == [(2,)]
    assert lane.rows("select as_of from live.freshness") == [(NOON.replace(minute=5),)]
    assert len(list(lane.link.with_suffix("").glob("live-*.duckdb"))) == live_file.KEPT


def test_a_file_that_is_no_link_is_not_overwritten(lane: LaneFiles):
    lane.link.write_text("mine")
    with pytest.raises(FileExistsError, match="Move it away"):
        live_file.refuse_to_overwrite(lane.link)


@pytest.mark.parametrize(
    ("planted", "complaint"),
    [
        (order("de", "1"), "1 orders with an order more than once (account, order_id): de 1"),
        (order("fr", "9"), "1 orders with an account the group has not: fr 9"),
        (
            order("de", "9", currency="EURO"),
            "1 orders with a currency that is no ISO 4217 code: de 9",
        ),
        (order("de", "9", net=None), "1 orders with an amount that is null: de 9"),
    ],
)
def test_one_planted_order_is_caught(lane: LaneFiles, planted: Row, complaint: str):
    lane.touch(order("de", "1"), planted)
    (offence,) = live_checks.offences(lane.deltas)
    assert offence.startswith(complaint)


def test_a_group_amount_without_a_rate_is_no_offence(lane: LaneFiles):
    lane.touch(("de", "1", "USD", 10, None, 12))
    assert live_checks.offences(lane.deltas) == []
