"""The generated group: deterministic, whole at any size, and its own money adds up as a vendor's would."""

from pathlib import Path

import duckdb
import pytest

from sandbox.world import World, build
from sandbox.world.cases import CASES
from sandbox.world.tables import COLUMNS
from tests.sandbox.worlds import MONTHS, MOVED, OTHER_YEAR, SMALL, SMALLEST, YEAR, look

# Sums of vendor money, as exact numbers, by which shop and order they belong to.
SALES = """
    with sales as (
        select distinct on (s._shop, s."id") a._parent as order_id, s.*
        from shopify."Sale" as s
        join shopify."SalesAgreement" as a on a._shop = s._shop and a."id" = s._parent)
"""


def number(field: str) -> str:
    return f"cast({field} as decimal(18, 4))"


def rows(world: World, sql: str) -> list[tuple]:
    return world.con.execute(sql).fetchall()


def checksums(world: World) -> dict[str, tuple]:
    return {
        table: rows(world, f'select count(*), sum(hash(t)::hugeint) from shopify."{table}" as t')[0]
        for table in COLUMNS
    }


@pytest.fixture(scope="module", params=[(*YEAR, 0), (*MONTHS, MOVED[MONTHS][0])], ids=str)
def world(request: pytest.FixtureRequest) -> World:
    return look(*request.param)


def test_the_same_seed_gives_the_same_tables_and_another_seed_others():
    assert checksums(build(*SMALL)) == checksums(look(*SMALL))
    one, other = (checksums(look(*asked)) for asked in (YEAR, OTHER_YEAR))
    assert one["Order"] != other["Order"]


def test_ids_are_unique_in_a_shop(world: World):
    for table in COLUMNS:
        key = '_shop, "id"' + (", _parent" if table == "Sale" else "")
        total, distinct = rows(
            world, f'select count(*), count(distinct ({key})) from shopify."{table}"'
        )[0]
        assert total == distinct, table


def test_the_same_id_stands_in_two_shops_and_the_japanese_ones_do_not_fit_a_double(world: World):
    same = rows(world, 'select "id" from shopify."Order" group by 1 having count(*) = 2')
    assert same
    ids = rows(world, """select "id" from shopify."Order" where _shop = 'nordlicht-jp'""")
    tails = [int(tail.rsplit("/", 1)[1]) for (tail,) in ids]
    assert all(tail > 2**53 for tail in tails)
    assert len({float(tail) for tail in tails}) < len(tails)


def test_every_child_has_its_parent(world: World):
    parents = {
        "LineItem": "Order",
        "ShippingLine": "Order",
        "SalesAgreement": "Order",
        "Sale": "SalesAgreement",
        "Return": "Order",
        "ReturnLineItem": "Return",
    }
    for child, parent in parents.items():
        orphans = f"""select count(*) from shopify."{child}" as c anti join shopify."{parent}" as p
            on p._shop = c._shop and p."id" = c._parent"""
        assert rows(world, orphans) == [(0,)], child


def test_the_sales_of_an_order_sum_to_its_current_total(world: World):
    for side in ("shopMoney", "presentmentMoney"):
        wrong = f"""{SALES}, sums as (
            select _shop, order_id, sum({number(f's."totalAmount"."{side}".amount')}) as total
            from sales as s group by all)
            select o."name", o._shop from shopify."Order" as o
            left join sums as t on t._shop = o._shop and t.order_id = o."id"
            where t.total is distinct from {number(f'o."currentTotalPriceSet"."{side}".amount')}"""
        assert rows(world, wrong) == []


def test_what_stood_before_returns_is_the_total_price_and_its_parts(world: World):
    """Orders and edits, not returns: total, tax and tips."""
    wrong = f"""{SALES}, before as (
        select s.*, {number('s."totalAmount"."shopMoney".amount')} as total,
            {number('s."totalTaxAmount"."shopMoney".amount')} as tax
        from sales as s join shopify."SalesAgreement" as a on a._shop = s._shop and a."id" = s._parent
        where a."__typename" in ('OrderAgreement', 'OrderEditAgreement')),
    sums as (select _shop, order_id, sum(total) as total, sum(tax) as tax,
        coalesce(sum(total) filter ("lineType" = 'TIP'), 0) as tips from before group by all)
    select o."name" from shopify."Order" as o
    join sums as t on t._shop = o._shop and t.order_id = o."id"
    where t.total <> {number('o."totalPriceSet"."shopMoney".amount')}
        or t.tax <> {number('o."totalTaxSet"."shopMoney".amount')}
        or t.tips <> {number('o."totalTipReceivedSet"."shopMoney".amount')}"""
    assert rows(world, wrong) == []


def test_placed_lines_less_their_discounts_are_the_placed_product_sales(world: World):
    """List price less allocations, plus tax where prices come without it, is what the sale says."""
    wrong = f"""with placed as (
        select s._shop, s."lineItem".id as line_id, {number('s."totalAmount"."shopMoney".amount')} as total,
            {number('s."totalTaxAmount"."shopMoney".amount')} as tax, o."taxesIncluded" as included, s.quantity
        from shopify."Sale" as s
        join shopify."SalesAgreement" as a on a._shop = s._shop and a."id" = s._parent
        join shopify."Order" as o on o._shop = s._shop and o."id" = a._parent
        where a."__typename" = 'OrderAgreement' and s."lineType" in ('PRODUCT', 'GIFT_CARD')),
    lines as (
        select _shop, "id", {number('"originalUnitPriceSet"."shopMoney".amount')} as unit,
            coalesce(list_sum(list_transform("discountAllocations",
                lambda a: {number('a."allocatedAmountSet"."shopMoney".amount')})), 0) as off
        from shopify."LineItem")
    select l."id" from placed as p join lines as l on l._shop = p._shop and l."id" = p.line_id
    where l.unit * p.quantity - l.off + case when p.included then 0 else p.tax end <> p.total"""
    assert rows(world, wrong) == []


def test_sale_taxes_sum_to_the_sale(world: World):
    wrong = f"""select "id" from shopify."Sale" where coalesce(list_sum(list_transform("taxes",
            lambda t: {number("t.amount.shopMoney.amount")})), 0)
        <> {number('"totalTaxAmount"."shopMoney".amount')}"""
    assert rows(world, wrong) == []


def test_a_line_returned_in_full_nets_to_nothing(world: World):
    wrong = f"""{SALES}
        select "lineItem".id from sales where "lineType" = 'PRODUCT'
        group by _shop, "lineItem".id having sum(quantity) = 0 and (
            sum({number('"totalAmount"."shopMoney".amount')}) <> 0
            or sum({number('"totalTaxAmount"."presentmentMoney".amount')}) <> 0)"""
    assert rows(world, wrong) == []


def test_no_line_is_returned_more_often_than_it_was_sold(world: World):
    assert rows(world, """select "id" from shopify."LineItem" where "currentQuantity" < 0""") == []


def test_money_has_no_more_decimals_than_its_currency(world: World):
    """1980.0 yen and 19.9 dollars, as the vendor prints them; three decimals for the dinar only."""
    texts = """select distinct m."currencyCode", m.amount from (
        select "totalAmount"."shopMoney" as m from shopify."Sale" union all
        select "totalAmount"."presentmentMoney" from shopify."Sale" union all
        select "totalTaxAmount"."presentmentMoney" from shopify."Sale" union all
        select "originalUnitPriceSet"."presentmentMoney" from shopify."LineItem" union all
        select "totalOutstandingSet"."presentmentMoney" from shopify."Order") as t"""
    decimals = {"JPY": 0, "KWD": 3}
    seen = set()
    for currency, amount in rows(world, texts):
        whole, _, fraction = amount.partition(".")
        assert fraction == "0" or not fraction.endswith("0"), amount
        assert whole.lstrip("-").isdigit()
        assert len(fraction.rstrip("0")) <= decimals.get(currency, 2), (currency, amount)
        seen.add(currency)
    assert {"EUR", "USD", "JPY", "KWD", "CAD"} <= seen


def test_nothing_happens_after_the_clock_nor_before_its_order(world: World):
    clock = world.clock.strftime("%Y-%m-%dT%H:%M:%SZ")
    late = f"""select "id" from shopify."Order" where "updatedAt" > '{clock}' or "createdAt" > "updatedAt"
            or "cancelledAt" < "createdAt"
        union all select "id" from shopify."SalesAgreement" where "happenedAt" > '{clock}'
        union all select o."id" from shopify."Order" as o, unnest(o.transactions) as t(x)
            where x."processedAt" > o."updatedAt" or x."processedAt" < o."createdAt"
        union all select a."id" from shopify."SalesAgreement" as a
            join shopify."Order" as o on o._shop = a._shop and o."id" = a._parent
            where a."happenedAt" > o."updatedAt" or a."happenedAt" < o."createdAt" """
    assert rows(world, late) == []


def test_successful_payments_and_refunds_are_what_the_order_says(world: World):
    wrong = f"""with paid as (
        select o._shop, o."id",
            coalesce(sum({number("x.amountSet.shopMoney.amount")}) filter (x.kind in ('SALE', 'CAPTURE')), 0) as got,
            coalesce(sum({number("x.amountSet.shopMoney.amount")}) filter (x.kind = 'REFUND'), 0) as back
        from shopify."Order" as o, unnest(o.transactions) as t(x) where x.status = 'SUCCESS' group by all)
    select o."name" from shopify."Order" as o left join paid as p on p._shop = o._shop and p."id" = o."id"
    where {number('o."totalReceivedSet"."shopMoney".amount')} <> coalesce(p.got, 0)
        or {number('o."totalRefundedSet"."shopMoney".amount')} <> coalesce(p.back, 0)
        or coalesce(p.back, 0) > coalesce(p.got, 0)"""
    assert rows(world, wrong) == []


def test_no_payment_is_given_back_beyond_what_it_took():
    """Two seeds whose split payments are returned; a gateway refuses such a refund, as would Stripe."""
    for seed, orders in ((7, 2000), (7, 3000)):
        rows = build(seed, 400, orders).con.execute(
            """with backs as (
                select ono, parent, sum(amount) as back, sum(amount_p) as back_p
                from truth.transactions where kind = 'REFUND' group by all)
            select count(*) filter (t.amount < b.back or t.amount_p < b.back_p),
                count(*) filter (t.gateway = 'gift_card')
            from backs as b join truth.transactions as t on t.ono = b.ono and t.tno = b.parent"""
        )
        beyond, to_gift_cards = rows.fetchall()[0]
        assert beyond == 0
        assert to_gift_cards > 0


def test_the_returns_of_an_order_list_what_its_return_agreement_lists(world: World):
    wrong = """with listed as (
        select a._shop, a."return".id as return_id, -sum(s.quantity) as units
        from shopify."SalesAgreement" as a
        join shopify."Sale" as s on s._shop = a._shop and s._parent = a."id" and s."lineType" = 'PRODUCT'
        where a."return" is not null group by all)
    select r."id" from shopify."Return" as r
    left join listed as l on l._shop = r._shop and l.return_id = r."id"
    where l.units is distinct from r."totalQuantity" """
    assert rows(world, wrong) == []


def test_purchase_rates_differ_and_people_come_back(world: World):
    counts = [n for (n,) in rows(world, "select count(*) from truth.orders group by pid")]
    assert max(counts) >= 5
    assert counts.count(1) > len(counts) / 4


@pytest.mark.parametrize("asked", [(1, 1, len(CASES)), SMALLEST, SMALL], ids=str)
def test_every_named_case_exists_in_the_smallest_world(tmp_path: Path, asked: tuple[int, int, int]):
    look(*asked).write_answers(tmp_path)
    named = {name for case in CASES for name in case.names.split()}
    others = {"address_on_many_records", "same_id_in_two_shops", "id_above_2_53"}
    with duckdb.connect() as con:
        found = con.execute(f"select distinct \"case\" from '{tmp_path}/special_cases.parquet'")
        assert named | others <= {name for (name,) in found.fetchall()}


def test_a_world_smaller_than_its_cases_is_refused_with_the_number_to_ask_for():
    with pytest.raises(ValueError, match=str(len(CASES))):
        build(1, 30, len(CASES) - 1)
