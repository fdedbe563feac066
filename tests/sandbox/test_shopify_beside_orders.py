"""Stock, companies, checkouts, journeys, metafields and merges of a world, against its orders and answer key."""

from pathlib import Path

import duckdb
import pytest

from sandbox.world import World, build

GID = "gid://shopify/"


@pytest.fixture(scope="module")
def con(small_world: World, tmp_path_factory: pytest.TempPathFactory) -> duckdb.DuckDBPyConnection:
    """The small world's tables, and a view per answer file."""
    folder: Path = tmp_path_factory.mktemp("answers")
    small_world.write_answers(folder)
    cursor = small_world.con.cursor()
    cursor.execute("create schema if not exists key")
    for name in ("inventory", "abandoned_checkouts", "order_sources"):
        cursor.execute(
            f"create or replace view key.{name} as select * from '{folder}/{name}.parquet'"
        )
    cursor.execute("create or replace macro tail(gid) as split_part(gid, '/', 5)")
    cursor.execute("create or replace macro number(money) as cast(money.amount as decimal(18, 4))")
    return cursor


def test_quantities_add_up_and_are_the_answer_keys(con: duckdb.DuckDBPyConnection):
    con.execute(
        """create or replace temp view shown as
        with named as (
            select _shop as account, tail(item."id") as item_id, tail(location."id") as location_id,
                unnest(quantities) as q from shopify."InventoryLevel")
        select * from (select account, item_id, location_id, q.name, q.quantity from named)
        pivot (sum(quantity) for name in ('available', 'on_hand', 'committed', 'incoming', 'reserved'))"""
    )
    assert con.execute(
        "select count(*) > 1000, bool_and(on_hand = available + committed + reserved), sum(committed) > 0 from shown"
    ).fetchall() == [(True, True, True)]
    assert con.execute(
        """select count(*) from (from key.inventory where location_id is not null) as k full join shown as s
            on s.account = k.account and s.item_id = k.inventory_item_id and s.location_id = k.location_id
        where (s.available, s.on_hand, s.committed, s.incoming, s.reserved)
            is distinct from (k.available, k.on_hand, k.committed, k.incoming, k.reserved)"""
    ).fetchall() == [(0,)]


def test_what_is_committed_is_what_was_ordered_and_has_not_left(con: duckdb.DuckDBPyConnection):
    """Whole orders, before any edit; nobody promises goods to a test or to an order that is gone."""
    assert (
        con.execute(
            """with open_orders as (
            select _shop, "id" from shopify."Order" where len(fulfillments) = 0 and not test
                and "cancelledAt" is null and "displayFinancialStatus" <> 'VOIDED')
        select sum(l.quantity) from shopify."LineItem" as l join open_orders as o
            on o._shop = l._shop and o."id" = l._parent where l.variant."id" is not null and not l."isGiftCard" """
        ).fetchall()
        == con.execute("select sum(committed) from key.inventory").fetchall()
    )


def test_every_variant_has_an_item_and_goods_have_a_cost_below_their_price(
    con: duckdb.DuckDBPyConnection,
):
    assert con.execute(
        """select count(*), count(i."id"), bool_and(i.variant."id" = v."id"),
            bool_and(i."unitCost" is null or number(i."unitCost") <= cast(v.price as decimal(18, 4))),
            count(*) filter (i."unitCost" is null)
        from shopify."ProductVariant" as v left join shopify."InventoryItem" as i
            on i._shop = v._shop and i."id" = v."inventoryItem"."id" """
    ).fetchall() == [(994, 994, True, True, 3)]


def test_b2b_orders_belong_to_a_company_that_the_shop_lists(con: duckdb.DuckDBPyConnection):
    assert con.execute(
        """select count(*) > 0, count(*) = count(c."id"), count(*) = count(p."id")
        from shopify."Order" as o
        left join shopify."Company" as c on c._shop = o._shop and c."id" = o."purchasingEntity".company."id"
        left join shopify."CompanyContact" as p on p._shop = o._shop and p._parent = c."id"
            and p.customer."id" = o.customer."id"
        where o."purchasingEntity"."__typename" = 'PurchasingCompany'"""
    ).fetchall() == [(True, True, True)]
    assert con.execute(
        """select count(*) from shopify."Company" as c left join (
            select _shop, "purchasingEntity".company."id" as id, count(*) as orders from shopify."Order"
            where not test group by all) as o on o._shop = c._shop and o.id = c."id"
        where c."ordersCount".count <> coalesce(o.orders, 0)"""
    ).fetchall() == [(0,)]


def test_a_checkout_that_was_finished_ends_with_its_order(con: duckdb.DuckDBPyConnection):
    assert con.execute(
        """select count(*) > 0, bool_and(o."createdAt" = c."completedAt"), bool_and(c."createdAt" < c."completedAt"),
            bool_and(o.customer."id" is not distinct from c.customer."id")
        from shopify."AbandonedCheckout" as c
        join key.abandoned_checkouts as k on k.account = c._shop and k.checkout_id = tail(c."id")
        join shopify."Order" as o on o._shop = c._shop and tail(o."id") = k.order_id
        where c."completedAt" is not null"""
    ).fetchall() == [(True, True, True, True)]
    assert con.execute(
        """select bool_or(is_recovered), bool_or(not is_recovered), bool_and(is_recovered = (order_id is not null))
        from key.abandoned_checkouts"""
    ).fetchall() == [(True, True, True)]


def test_a_checkouts_lines_are_its_totals_and_the_answer_keys(con: duckdb.DuckDBPyConnection):
    assert con.execute(
        """with lines as (
            select _shop, _parent, sum(number("originalTotalPriceSet"."shopMoney")) as items, count(*) as lines
            from shopify."AbandonedCheckoutLineItem" group by all)
        select count(*) from shopify."AbandonedCheckout" as c
        left join lines as l on l._shop = c._shop and l._parent = c."id"
        full join key.abandoned_checkouts as k on k.account = c._shop and k.checkout_id = tail(c."id")
        where (number(c."subtotalPriceSet"."shopMoney"), number(c."totalPriceSet"."shopMoney"), l.items, l.lines)
            is distinct from (k.subtotal_amount, k.total_amount, k.subtotal_amount, k.lines_count)
            or number(c."totalPriceSet"."shopMoney") <> l.items
                + case when c."taxesIncluded" then 0 else number(c."totalTaxSet"."shopMoney") end"""
    ).fetchall() == [(0,)]


def test_a_journey_says_how_the_buyer_came_but_not_at_a_counter(con: duckdb.DuckDBPyConnection):
    assert con.execute(
        """select count(*) from shopify."Order" as o full join key.order_sources as k
            on k.account = o._shop and k.order_id = tail(o."id")
        where (k.first_source, k.first_campaign, k.last_source, k.last_medium, k.has_journey, k.days_to_conversion)
            is distinct from ("customerJourneySummary"."firstVisit".source,
                "customerJourneySummary"."firstVisit"."utmParameters".campaign,
                "customerJourneySummary"."lastVisit".source,
                "customerJourneySummary"."lastVisit"."utmParameters".medium,
                "customerJourneySummary" is not null, "customerJourneySummary"."daysToConversion")"""
    ).fetchall() == [(0,)]
    assert con.execute(
        """select count(*) filter ("sourceName" in ('pos', 'b2b')) > 0,
            count("customerJourneySummary") filter ("sourceName" in ('pos', 'b2b')),
            count("customerJourneySummary"."lastVisit"."utmParameters") > count(*) / 3,
            count("customerJourneySummary") > count("customerJourneySummary"."lastVisit")
        from shopify."Order" """
    ).fetchall() == [(True, 0, True, True)]


def test_a_journey_is_found_out_hours_after_its_order():
    world = build(seed=8, days=2, orders=90)
    rows = world.con.execute(
        """select "createdAt" > '2026-10-14T18:00:00Z', "customerJourneySummary".ready,
            "customerJourneySummary"."lastVisit" is null, "customerJourneySummary"."momentsCount" is null
        from shopify."Order" where "customerJourneySummary" is not null group by all"""
    ).fetchall()
    assert sorted(rows) == [
        (False, True, False, False),
        (False, True, True, False),
        (True, False, True, True),
    ]


def test_one_order_has_more_codes_and_notes_than_fit_a_page(con: duckdb.DuckDBPyConnection):
    assert con.execute(
        """select max(len("discountCodes")), min(len("discountCodes")), (
                select max(notes) from (select count(*) as notes from shopify."Metafield"
                    where "ownerType" = 'ORDER' group by _shop, _parent)) >= 60
        from shopify."Order" """
    ).fetchall() == [(120, 0, True)]
    assert con.execute(
        """select count(distinct (_shop, "id")) = count(*), count(distinct "ownerType") from shopify."Metafield" """
    ).fetchall() == [(True, 3)]


def test_a_second_account_is_a_customer_until_the_shop_merges_it_away(small_world: World):
    later = build(seed=5, days=120, orders=150, advanced_days=6)
    merges = later.con.execute("from truth.customer_merges").fetchall()
    found = later.con.execute(
        "select account, kept_customer_id, deleted_customer_id from truth.customer_merges"
        " where merged_at > ?",
        [small_world.clock.replace(tzinfo=None)],
    ).fetchall()
    assert 1 <= len(found) <= len(merges)

    def shown(world: World, account: str, customer: str) -> list[tuple]:
        return world.con.execute(
            'select "updatedAt" from shopify."Customer" where _shop = ? and "id" = ?',
            [account, f"{GID}Customer/{customer}"],
        ).fetchall()

    for account, kept, deleted in found:
        assert len(shown(small_world, account, deleted)) == 1
        assert shown(later, account, deleted) == []
        ((before,),), ((after,),) = shown(small_world, account, kept), shown(later, account, kept)
        assert before < small_world.clock.strftime("%Y-%m-%dT%H:%M:%SZ") < after
