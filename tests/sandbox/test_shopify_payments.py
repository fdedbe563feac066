"""Shopify Payments as the vendor shows it, against the shops' own transactions and the answer key."""

from pathlib import Path

import duckdb
import pytest

from sandbox.world import build

MOVED = "type <> 'TRANSFER'"


@pytest.fixture(scope="module")
def con(tmp_path_factory: pytest.TempPathFactory) -> duckdb.DuckDBPyConnection:
    """A world's tables, a view per answer file, and the vendor's amounts as numbers."""
    world = build(seed=7, days=400, orders=1500)
    folder: Path = tmp_path_factory.mktemp("answers")
    world.write_answers(folder)
    for file in folder.glob("shopify_payments_*.parquet"):
        world.con.execute(f"create view {file.stem} as select * from '{file}'")
    world.con.execute(
        """create macro tail(gid) as split_part(gid, '/', 5);
        create macro number(money) as cast(money.amount as decimal(18, 4));
        create view balance as
        select _shop as account, tail("id") as entry_id, type, number(amount) as gross, number(fee) as fee,
            number(net) as net, "sourceOrderTransactionId" as transaction_id,
            tail("associatedPayout"."id") as payout_id, "associatedPayout"."status" as payout_status
        from shopify."ShopifyPaymentsBalanceTransaction";
        create view paid_out as
        select _shop as account, tail("id") as payout_id, number(net) as net, status, summary, "issuedAt"
        from shopify."ShopifyPaymentsPayout" """
    )
    return world.con


def test_every_movement_through_the_gateway_is_one_entry_of_its_amount(
    con: duckdb.DuckDBPyConnection,
):
    wrong = con.execute(
        """with through as (
            select _shop as account, tail(t.id) as transaction_id,
                case t.kind when 'REFUND' then -1 else 1 end * number(t."amountSet"."shopMoney") as amount
            from (select _shop, unnest(transactions) as t from shopify."Order" where not test)
            where t.gateway = 'shopify_payments' and t.status = 'SUCCESS' and t.kind in ('SALE', 'CAPTURE', 'REFUND'))
        select * from through full join (from balance where type in ('CHARGE', 'REFUND')) as b
            using (account, transaction_id)
        where gross is distinct from amount"""
    ).fetchall()
    assert wrong == []
    assert con.execute("select count(*) > 100, bool_and(net = gross - fee) from balance").fetchall() == [
        (True, True)
    ]  # fmt: skip


def test_a_payout_is_its_entries_but_for_what_no_list_shows(con: duckdb.DuckDBPyConnection):
    rows = con.execute(
        f"""select p.net - sum(b.net) filter ({MOVED}) as hidden, p.net + sum(b.net) filter (not {MOVED}) as out
        from paid_out as p join balance as b using (account, payout_id) group by account, payout_id, p.net"""
    ).fetchall()
    hidden = [float(amount) for amount, _ in rows if amount]
    assert 2 <= len(hidden) < len(rows) / 10
    assert all(-10 < amount < -0.99 for amount in hidden)
    assert {out for _, out in rows} == {0}
    assert con.execute("select count(*) from paid_out").fetchall() == [(len(rows),)]


def test_a_payouts_summary_knows_all_of_it(con: duckdb.DuckDBPyConnection):
    gross = " + ".join(
        f'number(summary."{name}")'
        for name in ("chargesGross", "refundsFeeGross", "adjustmentsGross", "retriedPayoutsGross")
    )
    fees = " + ".join(
        f'number(summary."{name}")'
        for name in ("chargesFee", "refundsFee", "adjustmentsFee", "retriedPayoutsFee")
    )
    assert con.execute(
        f"select count(*) from paid_out where net <> {gross} - ({fees})"
    ).fetchall() == [(0,)]


def test_what_the_bank_sends_back_is_in_a_later_payout(con: duckdb.DuckDBPyConnection):
    rows = con.execute(
        """select p.net - b.gross, p."issuedAt" < next."issuedAt"
        from paid_out as p join shopify."ShopifyPaymentsBalanceTransaction" as t
            on t._shop = p.account and t.type = 'TRANSFER_FAILURE' and t."sourceId" = p.payout_id
        join balance as b on b.account = p.account and b.entry_id = tail(t."id")
        join paid_out as next on next.account = p.account and next.payout_id = b.payout_id
        where p.status = 'FAILED'"""
    ).fetchall()
    assert rows
    assert set(rows) == {(0, True)}


def test_a_balance_is_all_that_moved(con: duckdb.DuckDBPyConnection):
    assert con.execute(
        f"""with hidden as (
            select account, sum(p.net - b.net) as amount from paid_out as p join (
                select account, payout_id, sum(net) as net from balance where {MOVED} group by all) as b
            using (account, payout_id) group by account)
        select a._shop, number(a.balance[1]) - sum(b.net) - any_value(h.amount)
        from shopify."ShopifyPaymentsAccount" as a join balance as b on b.account = a._shop
        join hidden as h on h.account = a._shop group by a._shop, a.balance order by 1"""
    ).fetchall() == [("nordlicht-de", 0), ("nordlicht-world", 0)]


def test_a_dispute_takes_its_amount_and_a_won_one_gives_it_back(con: duckdb.DuckDBPyConnection):
    rows = con.execute(
        """select d.type, d.status, sum(t.amount.amount::decimal(18, 4)) / any_value(number(d.amount)), count(t."id")
        from shopify."ShopifyPaymentsDispute" as d left join shopify."ShopifyPaymentsBalanceTransaction" as t
            on t._shop = d._shop and t."sourceType" = 'DISPUTE' and t."sourceId" = tail(d."id")
        group by d._shop, d."id", d.type, d.status"""
    ).fetchall()
    assert set(rows) <= {
        ("CHARGEBACK", "LOST", -1, 1),
        ("CHARGEBACK", "WON", 0, 2),
        ("CHARGEBACK", "UNDER_REVIEW", -1, 1),
        ("CHARGEBACK", "NEEDS_RESPONSE", -1, 1),
        *(("INQUIRY", status, None, 0) for status in ("WON", "UNDER_REVIEW", "NEEDS_RESPONSE")),
    }
    assert {row[:2] for row in rows} >= {
        ("CHARGEBACK", "LOST"),
        ("CHARGEBACK", "WON"),
        ("INQUIRY", "WON"),
    }


def test_the_answer_key_is_what_the_lists_and_residuals_say(con: duckdb.DuckDBPyConnection):
    shown = "select account, entry_id, type, gross, fee, net, payout_id from balance"
    kept = """select account, entry_id, type, gross_amount, fee_amount, net_amount, payout_id
        from shopify_payments_entries where kind <> 'other'"""
    for one, other in ((shown, kept), (kept, shown)):
        assert con.execute(f"{one} except all {other}").fetchall() == []
    assert con.execute(
        f"""select count(*) from shopify_payments_payouts as k full join paid_out as p using (account, payout_id)
        where k.amount is distinct from p.net or k.status is distinct from lower(p.status)
            or k.residual_amount <> p.net - (select sum(net) from balance as b
                where b.account = p.account and b.payout_id = p.payout_id and {MOVED})"""
    ).fetchall() == [(0,)]
    shown = """select _shop, tail("id"), lower(status), number(amount), type = 'INQUIRY',
        tail("order"."id") from shopify."ShopifyPaymentsDispute" """
    kept = "select account, dispute_id, status, amount, is_inquiry, order_id from shopify_payments_disputes"
    for one, other in ((shown, kept), (kept, shown)):
        assert con.execute(f"{one} except all {other}").fetchall() == []


def test_tenders_are_what_an_order_received_less_what_it_gave_back(con: duckdb.DuckDBPyConnection):
    assert con.execute(
        """with tendered as (
            select _shop, "order"."id" as order_id, sum(number(amount)) as amount
            from shopify."TenderTransaction" group by all)
        select count(*), count(t.amount) from shopify."Order" as o left join tendered as t
            on t._shop = o._shop and t.order_id = o."id"
        where number(o."totalReceivedSet"."shopMoney") - number(o."totalRefundedSet"."shopMoney")
            <> coalesce(t.amount, 0)"""
    ).fetchall() == [(0, 0)]
