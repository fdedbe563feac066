"""The fast lane's file: touched orders as the pull lands them, kept until a publication has them."""

from datetime import datetime, timedelta
from pathlib import Path

import duckdb
import pytest

from ingestion import live_orders, live_publication
from ingestion.errors import LoadError
from ingestion.lanes import Lane
from ingestion.live_deltas import CONSUMER, Deltas
from ingestion.webhooks.store import Arrived, Store, store_of
from tests.ingestion.conftest import HURRIED, Warehouse, account_of
from tests.ingestion.tiny_shop import TinyShop, failure
from tests.ingestion.tiny_world import order

NOON = datetime(2026, 10, 15, 12)
LANE = Lane("transactional", timedelta(seconds=5), "ops", topics=("orders/*", "refunds/*"))
SHOP = "tiny-shop"


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return Store(store_of(tmp_path / "warehouse.duckdb"))


@pytest.fixture
def deltas(tmp_path: Path) -> Deltas:
    made = Deltas(tmp_path / "live" / "deltas.duckdb", live_orders.STREAM.tables)
    assert made.create()
    return made


def gid(number: int) -> str:
    return f"gid://shopify/Order/{number}"


def arrive(store: Store, number: int, order: int, topic: str = "orders/updated") -> None:
    store.put(
        Arrived(
            system="shopify",
            account=SHOP,
            event_id=f"e{number}",
            topic=topic,
            occurred_at=NOON,
            received_at=NOON + timedelta(seconds=number),
            body=b"{}",
            subject=gid(order),
        )
    )


def ask(deltas: Deltas, shop: TinyShop, folder: Path) -> live_orders.Answer:
    """What a round does with what waits."""
    asked = deltas.pending()[SHOP]
    answer = live_orders.ask(account_of(shop.base_url), [*asked], folder / "asked", folder, HURRIED)
    deltas.keep(SHOP, asked, answer.landed, answer.heard_at)
    return answer


def rows(deltas: Deltas, sql: str) -> list[tuple]:
    with deltas.opened() as con:
        return con.execute(sql).fetchall()


def publish(folder: Path, listed: dict[int, str]) -> Path:
    """A published file that shows these orders, each as changed at its moment."""
    file = folder / "published.duckdb"
    file.unlink(missing_ok=True)
    with duckdb.connect(str(file)) as con:
        con.execute(
            "create schema marts; create table marts.orders"
            " (account varchar, order_id varchar, updated_at timestamp)"
        )
        for number, updated in listed.items():
            con.execute("insert into marts.orders values (?, ?, ?)", [SHOP, str(number), updated])
    return file


def test_a_touched_order_lands_as_the_pull_lands_it(
    shop: TinyShop, warehouse: Warehouse, store: Store, deltas: Deltas, tmp_path: Path
):
    shop.orders = [order(number, lines=number) for number in range(1, 6)]
    warehouse.load(account_of(shop.base_url, SHOP))
    for number in (2, 4):
        arrive(store, number, number)
    assert deltas.take(store, LANE) == 2
    ask(deltas, shop, tmp_path)
    touched = f"('{gid(2)}', '{gid(4)}')"
    for table in live_orders.STREAM.tables:
        key = "id" if table.name == "orders" else "order_id"
        sql = f"select * exclude (_dlt_load_id, _received_at) from raw_shopify.{table.name} where {key} in {touched} order by all"
        assert rows(deltas, sql) == warehouse.query(sql), table.name
    assert rows(deltas, "select count(*) from raw_shopify.line_items") == [(6,)]
    assert rows(deltas, "select count(*) from raw_shopify._dlt_loads where status = 0") == [(1,)]


def test_many_events_of_one_order_are_one_question(
    shop: TinyShop, store: Store, deltas: Deltas, tmp_path: Path
):
    shop.orders = [order(1)]
    for number, topic in enumerate(("orders/create", "orders/paid", "refunds/create")):
        arrive(store, number, 1, topic)
    deltas.take(store, LANE)
    ask(deltas, shop, tmp_path)
    assert shop.asked("OrdersById") == 1
    assert deltas.pending() == {}
    assert (deltas.standing().events, deltas.standing().orders) == (3, 1)


def test_events_of_other_topics_and_of_no_order_are_done_with(store: Store, deltas: Deltas):
    arrive(store, 1, 1, "products/update")
    store.put(
        Arrived(
            system="stripe",
            account="psp",
            event_id="evt_1",
            topic="orders/create",
            occurred_at=None,
            received_at=NOON,
            body=b"{}",
            subject="ch_1",
        )
    )
    assert deltas.take(store, LANE) == 0
    assert store.depth(CONSUMER) == 0
    assert store.depth("raw") == 2
    assert deltas.pending() == {}


def test_an_event_that_a_kill_left_between_the_two_files_counts_once(store: Store, deltas: Deltas):
    """Taken over, but the store wasn't told: it gives the event again."""
    arrive(store, 1, 1)
    deltas.take(store, LANE)
    store.again(CONSUMER, [event.number for event in store.since(NOON)])
    assert store.depth(CONSUMER) == 1
    deltas.take(store, LANE)
    assert store.depth(CONSUMER) == 0
    assert (deltas.standing().waiting, deltas.standing().events) == (1, 0)


def test_a_shop_that_fails_leaves_its_orders_waiting(
    shop: TinyShop, store: Store, deltas: Deltas, tmp_path: Path
):
    shop.orders = [order(1)]
    shop.faults = [lambda _: failure("SHOP_INACTIVE")]
    arrive(store, 1, 1)
    deltas.take(store, LANE)
    with pytest.raises(LoadError, match=SHOP):
        ask(deltas, shop, tmp_path)
    assert deltas.pending() == {SHOP: {gid(1): False}}
    assert deltas.standing().oldest_waiting_at == NOON + timedelta(seconds=1)
    ask(deltas, shop, tmp_path)
    assert deltas.pending() == {}


def test_an_order_with_a_row_that_cannot_land_is_left_out_whole_and_the_others_come(
    shop: TinyShop, store: Store, deltas: Deltas, tmp_path: Path
):
    shop.orders = [order(number) for number in range(1, 6)]
    shop.orders[2]["lineItems"][1]["quantity"] = "several"
    for number in range(1, 6):
        arrive(store, number, number)
    deltas.take(store, LANE)
    assert ask(deltas, shop, tmp_path).poor == [gid(3)]
    assert rows(deltas, "select id from raw_shopify.orders order by id") == [
        (gid(number),) for number in (1, 2, 4, 5)
    ]
    assert rows(deltas, "select count(*) from raw_shopify.line_items") == [(8,)]


def test_a_deleted_order_is_gone_and_one_that_the_shop_still_gives_is_not(
    shop: TinyShop, store: Store, deltas: Deltas, tmp_path: Path
):
    shop.orders = [order(2)]
    arrive(store, 1, 1, "orders/delete")
    arrive(store, 2, 2, "orders/delete")
    deltas.take(store, LANE)
    ask(deltas, shop, tmp_path)
    assert rows(deltas, "select order_gid from live.gone") == [(gid(1),)]


def test_a_publication_takes_what_it_shows_and_leaves_what_is_newer(
    shop: TinyShop, store: Store, deltas: Deltas, tmp_path: Path
):
    shop.orders = [order(number, updated="2026-10-02T10:00:00Z") for number in (1, 2, 3)]
    for number in (1, 2, 3, 4):
        arrive(store, number, number, "orders/delete" if number == 4 else "orders/updated")
    deltas.take(store, LANE)
    ask(deltas, shop, tmp_path)
    moment = "2026-10-02 10:00:00"
    published = publish(tmp_path, {1: moment, 2: "2026-10-01 00:00:00", 4: moment})
    later = datetime.fromisoformat("2100-01-01")
    assert live_publication.prune(deltas, published, later) == 1
    assert rows(deltas, "select id from raw_shopify.orders order by id") == [(gid(2),), (gid(3),)]
    assert rows(deltas, "select distinct order_id from raw_shopify.sales order by all") == [
        (gid(2),),
        (gid(3),),
    ]
    assert rows(deltas, "select order_gid from live.gone") == [(gid(4),)], "still published"
    assert deltas.standing().events == 3
    assert live_publication.prune(deltas, publish(tmp_path, {2: moment, 3: moment}), later) == 2
    assert deltas.standing().events == 0


def test_asked_for_after_a_publication_an_order_of_the_same_second_stays(
    shop: TinyShop, store: Store, deltas: Deltas, tmp_path: Path
):
    shop.orders = [order(1, updated="2026-10-02T10:00:00Z")]
    arrive(store, 1, 1)
    deltas.take(store, LANE)
    ask(deltas, shop, tmp_path)
    published = publish(tmp_path, {1: "2026-10-02 10:00:00"})
    assert live_publication.prune(deltas, published, datetime.fromisoformat("2000-01-01")) == 0


def test_a_file_of_other_columns_is_made_anew(deltas: Deltas):
    assert not deltas.create()
    assert Deltas(deltas.file, live_orders.STREAM.tables[:3]).create()
