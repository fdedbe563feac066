"""A shop's objects come whole, however they are asked for, or not at all."""

import logging

import pytest

from ingestion import shopify_load
from ingestion.errors import IncompleteLoad, LoadError, MissingScope
from tests.ingestion.conftest import Warehouse, account_of
from tests.ingestion.tiny_shop import TinyShop
from tests.ingestion.tiny_world import customer, line, order, sale

CHILDREN = ("line_items", "agreements", "sales", "sale_taxes", "transactions", "fulfillments")


def test_every_declared_table_exists_after_a_load_without_rows(
    shop: TinyShop, warehouse: Warehouse
):
    warehouse.load(account_of(shop.base_url))
    tables = {name for (name,) in warehouse.query("select table_name from duckdb_tables()")}
    assert {"orders", "tracking_info", "return_line_items", "dead_letters", "shops"} <= tables
    assert warehouse.count("shopify.shops") == 1
    assert warehouse.count("shopify.orders") == 0


def test_bulk_and_pages_land_equal_rows(
    shop: TinyShop, warehouse: Warehouse, monkeypatch: pytest.MonkeyPatch
):
    shop.orders = [order(n, lines=n % 4) for n in range(1, 24)]
    shop.customers = [customer(n) for n in range(7)]
    monkeypatch.setattr(shopify_load, "BULK_ABOVE", 5)
    warehouse.load(account_of(shop.base_url))
    assert len(shop.operations) == 4
    other = Warehouse(warehouse.path.with_name("paged.duckdb"))
    monkeypatch.setattr(shopify_load, "BULK_ABOVE", 500)
    other.load(account_of(shop.base_url))
    assert len(shop.operations) == 4
    for table in ("orders", *CHILDREN, "tracking_info", "customers"):
        assert warehouse.rows(f"shopify.{table}") == other.rows(f"shopify.{table}"), table
        assert warehouse.count(f"shopify.{table}") > 0, table


def test_long_nested_lists_are_drained_to_the_end(shop: TinyShop, warehouse: Warehouse):
    long = order(1, lines=530)
    long["agreements"] += [
        {
            "__typename": "OrderEditAgreement",
            "id": f"gid://shopify/SalesAgreement/1-{n}",
            "happenedAt": "2026-09-30T09:00:00Z",
            "sales": [sale(1000 * n + m, 1) for m in range(60)],
        }
        for n in range(1, 24)
    ]
    returned = {"__typename": "ReturnLineItem", "quantity": 1}
    long["returns"] = [
        {
            "__typename": "Return",
            "id": f"gid://shopify/Return/{n}",
            "returnLineItems": [
                {**returned, "id": f"gid://shopify/ReturnLineItem/{n}-{m}"} for m in range(30)
            ],
        }
        for n in range(13)
    ]
    shop.orders = [long, order(2)]
    warehouse.load(account_of(shop.base_url))
    assert shop.asked("RunBulk") == 0
    assert warehouse.count("shopify.line_items") == 530 + 2
    assert warehouse.count("shopify.agreements") == 24 + 1
    assert warehouse.count("shopify.sales") == 530 + 23 * 60 + 2
    assert warehouse.count("shopify.return_line_items") == 13 * 30
    assert warehouse.query(
        "select count(distinct order_id), count(distinct agreement_id) from raw_shopify.sales"
    ) == [(2, 25)]


def test_children_carry_their_orders_version_and_ids(shop: TinyShop, warehouse: Warehouse):
    shop.orders = [order(7)]
    warehouse.load(account_of(shop.base_url))
    for table in (*CHILDREN, "tracking_info"):
        assert warehouse.query(
            f"select distinct c.account, c.order_id from raw_shopify.{table} c join raw_shopify.orders o"
            " on o.account = c.account and o.id = c.order_id and o._version_at = c._version_at"
            " and o._received_at = c._received_at"
        ) == [("tiny-shop", "gid://shopify/Order/7")], table
    assert warehouse.query(
        "select sale_id, agreement_id from raw_shopify.sale_taxes order by all"
    ) == [
        ("gid://shopify/Sale/70000", "gid://shopify/SalesAgreement/7"),
        ("gid://shopify/Sale/70001", "gid://shopify/SalesAgreement/7"),
    ]


def test_an_unchanged_shop_is_asked_for_its_last_minutes_only(shop: TinyShop, warehouse: Warehouse):
    shop.orders = [order(n, updated=f"2026-10-{n + 3:02d}T10:00:00Z") for n in range(1, 12)]
    warehouse.load(account_of(shop.base_url))
    result = warehouse.load(account_of(shop.base_url))
    assert result.rows["orders"] == 1
    assert warehouse.count("shopify.orders") == 12
    assert warehouse.query(
        "select count(distinct (id, _version_hash)) from raw_shopify.orders"
    ) == [(11,)]


def test_a_changed_order_is_a_new_version_beside_the_old(shop: TinyShop, warehouse: Warehouse):
    shop.orders = [order(n) for n in range(1, 4)]
    warehouse.load(account_of(shop.base_url))
    shop.orders[1] = order(2, lines=1, updated="2026-10-02T00:00:00Z")
    warehouse.load(account_of(shop.base_url))
    versions = "select count(*) from raw_shopify.orders where id like '%/2' group by _version_at order by 1"
    assert [n for (n,) in warehouse.query(versions)] == [1, 1]


def test_two_accounts_never_share_a_cursor(shop: TinyShop, warehouse: Warehouse):
    shop.orders = [order(n) for n in range(1, 4)]
    warehouse.load(account_of(shop.base_url, "first"))
    result = warehouse.load(account_of(shop.base_url, "second"))
    assert result.rows["orders"] == 3
    assert warehouse.query(
        "select account, count(*) from raw_shopify.orders group by 1 order by 1"
    ) == [
        ("first", 3),
        ("second", 3),
    ]


def test_a_missing_scope_stops_the_load_before_anything_is_asked(
    shop: TinyShop, warehouse: Warehouse
):
    shop.scopes.remove("read_returns")
    with pytest.raises(MissingScope, match=r"tiny-shop: the app has no read_returns; grant it"):
        warehouse.load(account_of(shop.base_url))
    assert len(shop.seen) == 1
    assert not warehouse.path.exists()


def test_a_write_scope_includes_the_reading(shop: TinyShop, warehouse: Warehouse):
    shop.scopes = [*(s for s in shop.scopes if s != "read_products"), "write_products"]
    warehouse.load(account_of(shop.base_url))


def test_ids_beyond_2_53_and_ids_that_look_like_numbers_survive(
    shop: TinyShop, warehouse: Warehouse
):
    shop.orders = [order(9007199254740993), order(1) | {"id": "1E5"}, order(1) | {"id": "007"}]
    shop.orders[0]["lineItems"] = [
        line(1, 1) | {"id": "gid://shopify/LineItem/18446744073709551617"}
    ]
    warehouse.load(account_of(shop.base_url))
    assert warehouse.query("select id from raw_shopify.orders order by 1") == [
        ("007",),
        ("1E5",),
        ("gid://shopify/Order/9007199254740993",),
    ]
    assert ("gid://shopify/LineItem/18446744073709551617",) in warehouse.query(
        "select id from raw_shopify.line_items"
    )


def test_a_bad_amount_is_a_dead_letter_and_the_good_rows_land(shop: TinyShop, warehouse: Warehouse):
    bad = line(9, 1, amount="abc")
    shop.orders = [order(1, lines=2), order(2)]
    shop.orders[0]["lineItems"].append(bad)
    shop.orders[0]["agreements"][0]["sales"][0]["totalTaxAmount"]["shopMoney"]["amount"] = "1.23456"
    result = warehouse.load(account_of(shop.base_url))
    assert (result.dead_letters, warehouse.count("shopify.line_items")) == (2, 4)
    letters = warehouse.query(
        "select stream, source_id, reason, owner, amount, currency, payload_ref from"
        " raw_shopify.dead_letters order by reason"
    )
    assert [letter[2] for letter in letters] == [
        "line_items.discountedTotalSet.shopMoney.amount: 'abc' is not decimal(38,4)",
        "sales.totalTaxAmount.shopMoney.amount: '1.23456' is not decimal(38,4)",
    ]
    assert letters[0][1] == bad["id"]
    assert (letters[0][4], str(letters[1][4]), letters[1][5]) == (None, "10.0000", "EUR")
    assert all(letter[6].startswith("md5:") for letter in letters)


def test_unknown_fields_are_announced_once_and_kept(
    shop: TinyShop, warehouse: Warehouse, caplog: pytest.LogCaptureFixture
):
    shop.orders = [order(n) for n in range(1, 30)]
    shop.orders[3]["_unasked"] = {"loyaltyTier": "gold"}
    shop.orders[4]["totalPriceSet"]["_unasked"] = {"b": [1, 2]}
    with caplog.at_level(logging.WARNING, logger="ingestion"):
        warehouse.load(account_of(shop.base_url))
    said = [r.getMessage() for r in caplog.records if "orders.loyaltyTier" in r.getMessage()]
    assert len(said) == 1
    assert "orders.totalPriceSet.b" in said[0]
    assert warehouse.query(
        "select _extra from raw_shopify.orders where _extra is not null order by 1"
    ) == [
        ('{"loyaltyTier":"gold"}',),
        ('{"totalPriceSet.b":[1,2]}',),
    ]
    assert warehouse.count("shopify.orders") == 29


@pytest.mark.parametrize(
    ("spoil", "said"),
    [
        (lambda o: o | {"status": "FAILED", "errorCode": "TIMEOUT", "url": None}, "FAILED"),
        (lambda o: o | {"status": "EXPIRED", "url": None}, "EXPIRED"),
        (lambda o: o | {"objectCount": str(int(o["objectCount"]) + 1)}, "cut short"),
        (lambda o: o | {"url": None}, "no file"),
        (lambda o: o | {"rootObjectCount": "99"}, "came of"),
    ],
)
def test_a_bulk_operation_that_gives_less_than_it_says_leaves_nothing(
    shop: TinyShop, warehouse: Warehouse, monkeypatch: pytest.MonkeyPatch, spoil, said: str
):
    monkeypatch.setattr(shopify_load, "BULK_ABOVE", 0)
    shop.orders, shop.change_operation = [order(1)], spoil
    with pytest.raises(IncompleteLoad, match=said):
        warehouse.load(account_of(shop.base_url))
    shop.change_operation = lambda operation: operation
    result = warehouse.load(account_of(shop.base_url))
    assert result.rows["orders"] == 1


def test_a_bulk_file_cut_in_a_line_leaves_nothing(
    shop: TinyShop, warehouse: Warehouse, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(shopify_load, "BULK_ABOVE", 0)
    shop.orders = [order(1)]
    shop.change_bulk = lambda lines: [*lines[:-1], lines[-1][:40]]
    with pytest.raises(IncompleteLoad, match="cut short"):
        warehouse.load(account_of(shop.base_url))


def test_bulk_lines_may_come_in_any_order(
    shop: TinyShop, warehouse: Warehouse, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(shopify_load, "BULK_ABOVE", 0)
    shop.orders = [order(n) for n in range(1, 9)]
    shop.change_bulk = lambda lines: lines[::-1]
    warehouse.load(account_of(shop.base_url))
    assert warehouse.count("shopify.sales") == 16
    assert warehouse.count("shopify.dead_letters") == 0


def test_an_object_of_an_unknown_type_stops_the_load(shop: TinyShop, warehouse: Warehouse):
    shop.orders = [order(1)]
    shop.orders[0]["agreements"][0]["sales"][0]["__typename"] = "HologramSale"
    with pytest.raises(LoadError, match="HologramSale', which no table takes"):
        warehouse.load(account_of(shop.base_url))


def test_tracking_numbers_are_hashed_with_the_key(shop: TinyShop, warehouse: Warehouse):
    import hashlib
    import hmac

    shop.orders = [order(5)]
    warehouse.load(account_of(shop.base_url))
    ((number, hashed),) = warehouse.query(
        "select number, number_hash from raw_shopify.tracking_info"
    )
    assert hashed == hmac.new(b"a-key-for-tests", number.encode(), hashlib.sha256).hexdigest()
