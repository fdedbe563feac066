"""A world whose clock moves on: what was there keeps its ids, and what changed says when it did."""

from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path

import pytest

from sandbox.world import World, build
from sandbox.world.build import CLOCK
from sandbox.world.ledger import create_entries
from sandbox.world.tables import COLUMNS
from tests.sandbox.worlds import MONTHS, MOVED, MUCH_LATER, YEAR, look, pairs

PARENTS = {
    **dict.fromkeys(("LineItem", "ShippingLine", "SalesAgreement", "Return"), "Order"),
    "Sale": "SalesAgreement",
    "ReturnLineItem": "Return",
    "AbandonedCheckoutLineItem": "AbandonedCheckout",
    **dict.fromkeys(("SubscriptionLine", "SubscriptionBillingAttempt"), "SubscriptionContract"),
}
# When an object began, of those that say so.
BEGINS = {
    **dict.fromkeys(("Order", "Customer", "Return"), "createdAt"),
    "SalesAgreement": "happenedAt",
    "TenderTransaction": "processedAt",
    "ShopifyPaymentsBalanceTransaction": "transactionDate",
    "ShopifyPaymentsPayout": "issuedAt",
    "ShopifyPaymentsDispute": "initiatedAt",
    **dict.fromkeys(("AbandonedCheckout", "GiftCard", "DraftOrder"), "createdAt"),
    **dict.fromkeys(("SubscriptionContract", "SubscriptionBillingAttempt"), "createdAt"),
    "Company": "createdAt",
    "CompanyContact": "createdAt",
    "CompanyLocation": "createdAt",
    "InventoryItem": "createdAt",
    "InventoryLevel": "createdAt",
    "Location": "createdAt",
    "Metafield": "createdAt",
}
# What may change without a word, as it does at the vendor.
SILENT = {
    "Order": {"customerJourneySummary"},
    "ShopifyPaymentsAccount": {"balance"},
    "ShopifyPaymentsBalanceTransaction": {"associatedPayout"},
    "ShopifyPaymentsPayout": {"status", "externalTraceId"},
    "ShopifyPaymentsDispute": {"status", "evidenceSentOn", "finalizedOn"},
}
# The lists within an order: when an entry began, and when it last changed.
LISTS = {
    "transactions": ("createdAt", "processedAt"),
    "refunds": ("createdAt", "updatedAt"),
    "fulfillments": ("createdAt", "updatedAt"),
}


@dataclass
class Pair:
    """The later world's connection, with the earlier one's tables in the schema ``was``."""

    earlier: World
    later: World
    clock: str

    def faults(self, was: str, now: str) -> list[tuple]:
        """What is gone, began at another time, changed in silence or is backdated, of (key, began_at,
        changed_at, content).
        """
        return self.later.con.execute(
            f"""select case when now.key is null then 'gone' when was.key is null then 'backdated'
                    when was.began_at <> now.began_at then 'began at another time'
                    else 'changed in silence' end as fault, key
            from ({was}) as was full join ({now}) as now using (key)
            where now.key is null or was.began_at <> now.began_at
                or was.content is distinct from now.content and now.changed_at <= '{self.clock}'
                or was.key is null and least(now.began_at, now.changed_at) <= '{self.clock}'"""
        ).fetchall()


def pair(seed: int, days: int, orders: int, first: int, second: int) -> Pair:
    earlier, later = (look(seed, days, orders, advanced) for advanced in (first, second))
    later.con.execute("create schema if not exists was")
    for schema, tables in (("shopify", COLUMNS), ("rates", ("ecb", "treasury"))):
        for table in tables:
            rows = earlier.con.sql(f'from {schema}."{table}"').to_arrow_table()
            later.con.register("earlier", rows)
            later.con.execute(f'create table was."{table}" as from earlier')
            later.con.unregister("earlier")
    return Pair(earlier, later, earlier.clock.strftime("%Y-%m-%dT%H:%M:%SZ"))


@pytest.fixture(
    scope="module",
    params=[pairs()[0], (*MONTHS, MOVED[MONTHS][0], MUCH_LATER)],
    ids=lambda given: "seed {} from {} to {}".format(given[0], *given[3:]),
)
def moved(request: pytest.FixtureRequest) -> Pair:
    return pair(*request.param)


def objects(schema: str, table: str) -> str:
    """A table's objects; an object without an updated time of its own changes with its order."""
    names = set(COLUMNS[table]) - SILENT.get(table, set())
    fields = ", ".join(f'"{name}" := t."{name}"' for name in sorted(names))
    began = f't."{BEGINS[table]}"' if table in BEGINS else "null"
    joins, at, child = "", "t", table
    while child in PARENTS:
        parent = f"{at}p"
        joins += f""" join {schema}."{PARENTS[child]}" as {parent}
            on {parent}._shop = {at}._shop and {parent}."id" = {at}._parent"""
        at, child = parent, PARENTS[child]
    # Without an updated time an object is what it was when it began.
    changed = f'{at}."updatedAt"' if "updatedAt" in COLUMNS[child] else began
    return f"""select (t._shop, t."id", t._parent) as key, {began} as began_at, {changed} as changed_at,
            md5(to_json(struct_pack({fields}))) as content
        from {schema}."{table}" as t{joins}
        anti join truth.customer_merges as m
            on m.account = t._shop and t."id" = 'gid://shopify/Customer/' || m.deleted_customer_id"""


def entries(schema: str, name: str) -> str:
    began, changed = LISTS[name]
    return f"""select (o._shop, o."id", e."id") as key, e."{began}" as began_at,
            e."{changed}" as changed_at, md5(to_json(e)) as content
        from (select _shop, "id", unnest("{name}") as e from {schema}."Order") as o"""


@pytest.mark.parametrize("table", COLUMNS)
def test_what_was_there_is_there_and_its_root_says_when_it_changed(moved: Pair, table: str):
    assert moved.faults(objects("was", table), objects("shopify", table)) == []


@pytest.mark.parametrize("name", LISTS)
def test_what_an_order_lists_keeps_its_id_and_says_itself_when_it_changed(moved: Pair, name: str):
    assert moved.faults(entries("was", name), entries("shopify", name)) == []


def test_a_customer_says_when_an_order_changed_what_they_spent(moved: Pair):
    wrong = """select now."id" from was."Customer" as was join shopify."Customer" as now using (_shop, "id")
        where (was."numberOfOrders", was."amountSpent") <> (now."numberOfOrders", now."amountSpent")
            and now."updatedAt" <= ?"""
    assert moved.later.con.execute(wrong, [moved.clock]).fetchall() == []


def test_published_rates_stay_and_a_correction_is_a_later_version(moved: Pair):
    keys = ", ".join(("rate_date", "from_currency", "to_currency", "kind", "version"))
    treasury = f"""select ({keys}) as key, updated_at as began_at, updated_at as changed_at,
        md5(to_json(t)) as content from {{}}.treasury as t"""
    assert moved.faults(treasury.format("was"), treasury.format("rates")) == []
    # The day's own fixing comes in the afternoon, so of that day on all are new.
    ecb = """select ("date", currency) as key, "date" || 'T15:00:00Z' as began_at, began_at as changed_at,
        rate as content from {}.ecb"""
    assert moved.faults(ecb.format("was"), ecb.format("rates")) == []


def test_the_true_ledger_of_later_days_only_adds_entries(moved: Pair):
    """But for coins given back, which round the sale they were taken in."""
    create_entries(moved.earlier.con)
    create_entries(moved.later.con)
    rows = moved.earlier.con.sql("from truth.entries").to_arrow_table()
    moved.later.con.register("earlier", rows)
    assert moved.later.con.execute(
        """select count(*) from (from earlier where kind <> 'rounding' except all from truth.entries)"""
    ).fetchall() == [(0,)]
    ((first,),) = moved.later.con.execute(
        """select min(event_at) from (
            from truth.entries where kind <> 'rounding' except all from earlier)"""
    ).fetchall()
    assert first > moved.earlier.clock.replace(tzinfo=None)


def test_the_answer_key_knows_treasurys_correction_once_it_is_made(tmp_path: Path):
    """Each sale of that day by the version known at the clock, so an earlier answer was another."""
    sums = {}
    for advanced_days, version in zip(MOVED[YEAR], ("1", "2"), strict=True):
        world = look(*YEAR, advanced_days)
        world.write_answers(tmp_path)
        rate = world.con.execute(
            """select cast(rate as decimal(18, 10)) from rates.treasury
            where rate_date = '2026-09-17' and from_currency = 'USD' order by version desc limit 1"""
        ).fetchall()[0][0]
        named = world.con.execute(
            """select object_type, object_id from truth.special_cases
            where "case" = 'treasury_late_correction' order by all"""
        ).fetchall()
        assert ("Rate" in {kind for kind, _ in named}) is (version == "2")
        rows = world.con.execute(
            """select order_id, amount, amount_group from truth.ledger
            where account = 'nordlicht-world' and event_date = '2026-09-17' and kind = 'sale'"""
        ).fetchall()
        assert rows
        for _, amount, group in rows:
            assert group == (amount * rate).quantize(Decimal("0.0001"), ROUND_HALF_UP)
        if version == "2":
            assert {order for order, *_ in rows} <= {order for _, order in named}
        sums[version] = sum(group for *_, group in rows)
    assert sums["1"] != sums["2"]


def test_later_days_do_happen(moved: Pair):
    """New orders, new people, and every kind of late change to an old order."""
    ((orders, customers),) = moved.later.con.execute(
        """select (select count(*) from shopify."Order" anti join was."Order" using (_shop, "id")),
            (select count(*) from shopify."Customer" anti join was."Customer" using (_shop, "id"))"""
    ).fetchall()
    assert orders > 0
    assert customers > 0
    ((captured, refunded, delivered, closed),) = moved.later.con.execute(
        """select bool_or(len(now.transactions) > len(was.transactions)),
            bool_or(len(now.refunds) > len(was.refunds)),
            bool_or(was.fulfillments[1]."deliveredAt" is null and now.fulfillments[1]."deliveredAt" is not null),
            bool_or(was."closedAt" is null and now."closedAt" is not null)
        from was."Order" as was join shopify."Order" as now using (_shop, "id")"""
    ).fetchall()
    assert (captured, refunded, delivered, closed) == (True, True, True, True)


def test_a_few_days_bring_edits_and_cancellations_of_what_was_ordered_before():
    moved = pair(8, 60, 4000, 0, 4)
    ((edited, cancelled, returned),) = moved.later.con.execute(
        """select bool_or(now.edited and not was.edited),
            bool_or(now."cancelledAt" is not null and was."cancelledAt" is null),
            bool_or(now."returnStatus" <> was."returnStatus")
        from was."Order" as was join shopify."Order" as now using (_shop, "id")"""
    ).fetchall()
    assert (edited, cancelled, returned) == (True, True, True)
    for table in COLUMNS:
        assert moved.faults(objects("was", table), objects("shopify", table)) == [], table


def test_the_clock_is_the_base_clock_and_the_days_that_went_by():
    world = look(*MONTHS, 10)
    assert (world.clock - CLOCK).days == world.advanced_days == 10
    assert [account.account for account in world.accounts][:2] == ["payments-gmbh", "payments-kk"]
    with pytest.raises(ValueError, match="never goes back"):
        build(1, 30, 60, advanced_days=-1)


def test_new_orders_keep_the_pace_and_the_season():
    """Black Friday of 2026 lies in the advanced days; a world of two years sold as much on the last one."""
    world = build(6, 730, 20_000, advanced_days=60)
    per_day = dict(
        world.con.execute(
            "select cast(placed_at as date), count(*) from truth.orders where placed_at > '2026-09-15' group by 1"
        ).fetchall()
    )
    before, after = (
        [
            n
            for day, n in per_day.items()
            if (day < CLOCK.date()) is earlier and day.month in {9, 10}
        ]
        for earlier in (True, False)
    )
    assert 0.8 < (sum(after) / len(after)) / (sum(before) / len(before)) < 1.3
    friday = max(per_day, key=lambda day: per_day[day])
    assert friday.isoformat() in {"2026-11-27", "2026-11-28", "2026-11-29", "2026-11-30"}
