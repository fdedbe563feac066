"""The PSP's answer key against what Stripe shows: two ways to the same money, orders and people."""

from collections.abc import Callable
from decimal import Decimal
from pathlib import Path

import duckdb
import pytest

from tests.sandbox.worlds import MONTHS, MOVED, YEAR, look

OF_ALL_PSPS = ("payment_entries", "payouts", "disputes")
EXPONENT = "case {0} when 'JPY' then 0 when 'KWD' then 3 else 2 end"


def amount(minor: str, currency: str) -> str:
    exponent = EXPONENT.format(f"upper({currency})")
    return f"cast({minor} * power(10, 4 - {exponent}) as bigint) * cast(0.0001 as decimal(4, 4))"


@pytest.fixture(scope="module", params=((*YEAR, 0), (*MONTHS, MOVED[MONTHS][1])), ids=str)
def con(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> duckdb.DuckDBPyConnection:
    """The world's connection with one view per answer file."""
    folder: Path = tmp_path_factory.mktemp("answers")
    world = look(*request.param)
    world.write_answers(folder)
    for file in folder.glob("*.parquet"):
        kept = "where system = 'stripe'" if file.stem in OF_ALL_PSPS else ""
        world.con.execute(f"create temp view {file.stem} as select * from '{file}' {kept}")
    return world.con


@pytest.fixture(scope="module")
def rows(con: duckdb.DuckDBPyConnection) -> Callable[[str], list[tuple]]:
    return lambda sql: con.execute(sql).fetchall()


def test_entries_are_the_balance_transactions_and_a_residual_per_payout_that_hides_something(rows):
    wrong = f"""
        with shown as (
            select _account as account, id as entry_id, {amount("amount", "currency")} as gross,
                {amount("net", "currency")} as net, upper(currency) as currency,
                {amount("coalesce(list_sum(list_transform(list_filter(fee_details, lambda d: d.type = 'tax'), lambda d: d.amount)), 0)", "currency")} as tax,
                cast(to_timestamp(created) as timestamp) as occurred_at
            from stripe.balance_transactions)
        select entry_id from shown as s full join (from payment_entries where entry_id not like 'residual:%') as e
            using (account, entry_id)
        where (s.gross, s.net, s.tax, s.currency, s.occurred_at)
            is distinct from (e.gross_amount, e.net_amount, e.tax_on_fee_amount, e.currency, e.occurred_at)
            or e.gross_amount - e.fee_amount - e.tax_on_fee_amount <> e.net_amount"""
    assert rows(wrong) == []
    residuals = rows(
        """select payout_id, net_amount from payment_entries
        where entry_id = 'residual:' || payout_id and kind = 'other' order by all"""
    )
    hidden = rows(
        "select payout_id, residual_amount from payouts where residual_amount <> 0 order by all"
    )
    assert residuals == hidden
    assert len(residuals) >= 3


def test_kinds_are_those_of_the_ledger_and_all_that_stripe_has(rows):
    assert {kind for (kind,) in rows("select distinct kind from payment_entries")} == {
        *("charge", "refund", "refund_failure", "dispute", "dispute_reversal", "fee", "fee_refund"),
        *("reserve", "reserve_release", "loan", "topup", "transfer", "payout", "payout_failure"),
        *("adjustment", "other"),
    }


def test_a_payouts_entries_in_the_key_sum_to_it(rows):
    wrong = """
        select p.payout_id from payouts as p
        left join (
            select payout_id, sum(net_amount) filter (kind <> 'payout') as moved,
                sum(net_amount) filter (kind <> 'payout' and kind <> 'other') as listed
            from payment_entries where payout_id is not null group by 1) as e using (payout_id)
        where coalesce(p.entries_net_amount <> e.listed or p.amount <> e.moved, e.listed is not null)"""
    assert rows(wrong) == []
    lists = dict(
        rows(
            "select payout_id, entries_net_amount is not null from payouts where account like 'pay%'"
        )
    )
    for id_, automatic, status in rows("select id, automatic, status from stripe.payouts"):
        assert lists[id_] == (automatic and status != "pending"), id_


def test_payouts_and_disputes_are_as_shown(rows):
    shown = f"""select id, status, {amount("amount", "currency")}, cast(to_timestamp(arrival_date) as date)
        from stripe.payouts order by all"""
    key = "select payout_id, status, amount, arrived_date from payouts order by all"
    assert rows(shown) == rows(key)
    shown = f"""select id, charge, status, {amount("amount", "currency")}, upper(currency),
            payment_method_details.card.case_type = 'inquiry',
            coalesce(list_sum(list_transform(balance_transactions, lambda b: b.fee)), 0)
        from stripe.disputes order by all"""
    key = """select dispute_id, charge_id, status, amount, currency, is_inquiry,
            cast(fee_amount * case account when 'payments-kk' then 1 else 100 end as bigint)
        from disputes order by all"""
    assert rows(shown) == rows(key)


def test_orders_are_those_that_charges_or_their_intents_name(rows):
    wrong = """
        with named as (
            select c.id as charge_id, coalesce(c.metadata['shop'], i.metadata['shop']) as shop,
                coalesce(c.metadata['order_id'], i.metadata['order_id']) as order_id
            from stripe.charges as c join stripe.payment_intents as i on i.id = c.payment_intent)
        select e.entry_id from payment_entries as e join named as n using (charge_id)
        where (e.order_account || '.myshopify.com') is distinct from n.shop
            or e.order_id is distinct from n.order_id
            or (e.order_id is not null and (e.order_account, e.order_id) <> (e.true_order_account, e.true_order_id))"""
    assert rows(wrong) == []
    total, named, orphans = rows(
        """select count(*), count(order_id), count(*) filter (true_order_id is null)
        from payment_entries where kind = 'charge'"""
    )[0]
    assert orphans == 0
    assert 0.95 < named / total < 1
    assert rows(
        """select count(*) from payment_entries anti join orders
        on true_order_account = orders.account and true_order_id = orders.order_id where true_order_id is not null"""
    ) == [(0,)]


def test_money_kept_by_a_won_dispute_is_withdrawn_and_reinstated(rows):
    for status, withdrawn, reinstated in rows(
        "select status, withdrawn_amount, reinstated_amount from disputes where not is_inquiry"
    ):
        assert withdrawn > 0
        assert reinstated == (withdrawn if status == "won" else Decimal(0))
    assert rows(
        "select count(*) from disputes where is_inquiry and (withdrawn_amount, reinstated_amount, fee_amount) <> (0, 0, 0)"
    ) == [(0,)]


def test_every_customer_of_the_psp_is_a_person_and_goes_with_the_shops_customer_it_names(rows):
    assert rows(
        """select count(*) from stripe.customers as c full join (from person_records where system = 'stripe') as r
        on r.account = c._account and r.source_id = c.id where c.id is null or r.source_id is null"""
    ) == [(0,)]
    named = rows(
        """select p.cluster_id, s.cluster_id, p.person_id, s.person_id
        from stripe.customers as c
        join person_records as p on p.system = 'stripe' and p.source_id = c.id
        join person_records as s on s.system = 'shopify' and s.account || '.myshopify.com' = c.metadata['shop']
            and s.source_id = c.metadata['shopify_customer_id']"""
    )
    assert len(named) > 20
    assert all((a, b) == (c, d) for a, c, b, d in named)
    assert rows("select count(*) from person_records group by system, account, source_id having count(*) > 1") == []  # fmt: skip
