"""Gift cards, drafts, subscriptions and what orders cost: the vendor's tables against orders and the answer key."""

from pathlib import Path

import duckdb
import pytest

from sandbox.world import World

NAMES = ("stored_value", "draft_orders", "subscriptions", "order_margins", "ledger")


@pytest.fixture(scope="module")
def con(small_world: World, tmp_path_factory: pytest.TempPathFactory) -> duckdb.DuckDBPyConnection:
    """The small world's tables, and a view per answer file."""
    folder: Path = tmp_path_factory.mktemp("owed")
    small_world.write_answers(folder)
    cursor = small_world.con.cursor()
    cursor.execute("create schema if not exists owed")
    for name in NAMES:
        file = folder / f"{name}.parquet"
        cursor.execute(f"create or replace view owed.{name} as select * from '{file}'")
    cursor.execute("create or replace macro tail(gid) as split_part(gid, '/', 5)")
    cursor.execute("create or replace macro number(money) as cast(money.amount as decimal(18, 4))")
    return cursor


def test_what_cards_show_is_what_moved_but_for_lapsed_balances(con: duckdb.DuckDBPyConnection):
    assert (
        con.execute(
            """with shown as (
                select _shop as account, sum(number(balance)) as balance from shopify."GiftCard" group by _shop),
            moved as (
                select account, sum(amount) filter (kind not in ('expired', 'deactivated')) as balance,
                    sum(amount) as owed from owed.stored_value group by account)
            select s.account from shown as s join moved as m using (account)
            where s.balance <> m.balance or m.owed < 0 or m.owed >= s.balance"""
        ).fetchall()
        == []
    )


def test_every_card_sold_is_in_the_ledger_and_one_taken_back_is_switched_off(
    con: duckdb.DuckDBPyConnection,
):
    assert con.execute(
        """with cards as (
            select account, sum(amount) as amount from owed.stored_value
            where kind = 'issued' or kind = 'deactivated' and order_id is not null group by account),
        sold as (
            select account, sum(amount) as amount from owed.ledger where kind = 'gift_card_sold' group by account)
        select count(*) > 1, bool_and(coalesce(c.amount, 0) = coalesce(s.amount, 0))
        from cards as c full join sold as s using (account)"""
    ).fetchall() == [(True, True)]


def test_a_draft_is_completed_by_an_order_or_is_none(con: duckdb.DuckDBPyConnection):
    assert con.execute(
        """select count(*) > 0, count(*) filter ("status" <> 'COMPLETED') > 0,
            bool_and(("status" = 'COMPLETED') = (d."order"."id" is not null)),
            bool_and(d."order"."id" is null or o."id" is not null)
        from shopify."DraftOrder" as d
        left join shopify."Order" as o on o._shop = d._shop and o."id" = d."order"."id" """
    ).fetchall() == [(True, True, True, True)]


def test_a_cycle_that_is_paid_has_its_order_and_one_that_is_refused_has_none(
    con: duckdb.DuckDBPyConnection,
):
    assert con.execute(
        """select a.state."__typename" = 'SubscriptionBillingAttemptSuccessState' as is_paid,
            count(*) = count(o."id"), count(o."id") = 0
        from shopify."SubscriptionBillingAttempt" as a
        left join shopify."Order" as o on o._shop = a._shop and o."id" = a.state."order"."id"
        group by 1 order by 1"""
    ).fetchall() == [(False, False, True), (True, True, False)]
    assert (
        con.execute(
            """select contract_id from owed.subscriptions where is_unpaid <> (unpaid_amount > 0)"""
        ).fetchall()
        == []
    )


def test_goods_and_carriers_cost_something_and_nothing_that_is_back(
    con: duckdb.DuckDBPyConnection,
):
    assert con.execute(
        """select bool_and(cogs_amount >= 0 and shipping_cost_amount >= 0), sum(cogs_amount) > 0,
            sum(shipping_cost_amount) > 0, sum(uncosted_lines_count)
        from owed.order_margins"""
    ).fetchall() == [(True, True, True, 0)]
