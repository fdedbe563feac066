"""The PSP's money adds up as Stripe's does, whatever the world: payouts, balances, fees, refunds."""

from decimal import ROUND_HALF_UP, Decimal

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sandbox.world import World, build
from sandbox.world.cases import CASES
from tests.sandbox.worlds import MONTHS, MOVED, YEAR, look

worlds = st.fixed_dictionaries(
    {
        "seed": st.integers(0, 10_000),
        "days": st.integers(1, 500),
        "orders": st.integers(len(CASES), 700),
        "advanced_days": st.sampled_from([0, 1, 12, 45]),
    }
)
PAYOUTS = """
    with entries as (
        select _account, _payout as id, sum(net) filter (type <> 'payout') as net,
            sum(net) filter (type = 'payout') as paid, count(*) filter (type = 'payout') as outs
        from stripe.balance_transactions where _payout is not null group by all)
    select p.id, p.amount, e.net, e.paid, e.outs, t.residual
    from stripe.payouts as p
    join truth.psp_payouts as t on t.payout_id = p.id
    left join entries as e on e.id = p.id and e._account = p._account"""


def rows(world: World, sql: str) -> list[tuple]:
    return world.con.execute(sql).fetchall()


@pytest.fixture(scope="module", params=[(*YEAR, 0), (*MONTHS, MOVED[MONTHS][0])], ids=str)
def world(request: pytest.FixtureRequest) -> World:
    return look(*request.param)


@settings(max_examples=4, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(worlds)
def test_payouts_are_their_entries_and_no_charge_gives_back_more_than_it_took(asked: dict):
    world = build(**asked)
    assert (
        rows(
            world,
            """select id from stripe.charges where amount_refunded > amount or amount_captured > amount
            or amount <= 0 or created > epoch((select present from truth.psp_clock))""",
        )
        == []
    )
    assert rows(world, "select id from stripe.refunds where amount <= 0") == []
    assert rows(world, "select id from stripe.disputes where amount <= 0") == []
    for id_, amount, net, paid, outs, residual in rows(
        world, f"{PAYOUTS} where p.automatic and e.id is not null"
    ):
        assert amount == net + residual, id_
        assert (paid, outs) == (-amount, 1), id_
    # Manual ones list nothing, automatic ones something, and an entry is in one payout at most.
    assert rows(world, f"{PAYOUTS} where p.automatic <> (e.id is not null)") == []
    assert rows(world, "select entry_id from truth.psp_listed group by 1 having count(*) > 1") == []
    # What is left: all that moved, with what was hidden, is what no payout has taken yet.
    left = rows(
        world,
        """select psp, sum(amount - fee - tax) + (select sum(residual) from truth.psp_payouts as p where p.psp = e.psp)
        from truth.psp_entries as e group by psp order by psp""",
    )
    waiting = rows(
        world,
        """select psp, coalesce(sum(amount - fee - tax) filter (kind <> 'payout' and type <> 'payout_cancel'
            and entry_id not in (select entry_id from truth.psp_placed as l
                join truth.psp_payouts as p on p.psp = l.psp and p.created_at = l.cut_at)), 0)
        from truth.psp_entries group by psp order by psp""",
    )
    assert left == waiting


def test_net_is_amount_less_fees_and_fees_are_their_details(world: World):
    assert (
        rows(
            world,
            """select id from stripe.balance_transactions where net <> amount - fee
            or fee <> coalesce(list_sum(list_transform(fee_details, lambda d: d.amount)), 0)""",
        )
        == []
    )


def test_fees_are_the_terms_rounded_half_up(world: World):
    """Recomputed from what the vendor shows: card's country, settled amount, 19 % on the fee."""
    charges = rows(
        world,
        """select c._account, c.payment_method_details.type, c.payment_method_details.card.country,
            b.amount, b.fee, b.fee_details
        from stripe.charges as c join stripe.balance_transactions as b on b.id = c.balance_transaction""",
    )
    assert len(charges) > 300
    for account, kind, country, amount, fee, details in charges:
        share, fixed = {
            ("payments-kk", "card"): (Decimal("0.036"), 0),
            ("payments-gmbh", "sepa_debit"): (Decimal(0), 35),
        }.get((account, kind), (Decimal("0.015" if country in ("DE", "AT") else "0.029"), 25))
        own = int((amount * share).quantize(Decimal(1), ROUND_HALF_UP)) + fixed
        vat = Decimal("0.19") if account == "payments-gmbh" else Decimal(0)
        tax = int((own * vat).quantize(Decimal(1), ROUND_HALF_UP))
        assert fee == own + tax
        assert [d["amount"] for d in details if d["type"] == "tax"] == ([tax] if tax else [])


def test_settled_amounts_are_the_rate_times_the_charge_and_the_rate_is_the_ecbs_less_two_percent(
    world: World,
):
    found = rows(
        world,
        """select c.amount, c.currency, b.amount, b.exchange_rate,
            (select arg_max(cast(rate as decimal(18, 6)), "date") from rates.ecb as e
             where e.currency = upper(c.currency) and e."date" < cast(to_timestamp(b.created) as date))
        from stripe.charges as c join stripe.balance_transactions as b on b.id = c.balance_transaction
        where c.currency <> b.currency""",
    )
    assert {currency for _, currency, *_ in found} >= {"usd", "gbp", "chf", "jpy", "kwd"}
    for charged, currency, settled, rate, fixing in found:
        assert settled == int((charged * rate).quantize(Decimal(1), ROUND_HALF_UP))
        if currency == "kwd":
            continue  # the ECB has none
        scale = 100 if currency == "jpy" else 1
        assert abs(rate - Decimal("0.98") / fixing * scale) < Decimal("0.000002")
    assert rows(world, "select id from stripe.balance_transactions where exchange_rate <= 0") == []


def test_charges_are_the_shops_transactions_and_dinars_end_on_zero(world: World):
    found = rows(
        world,
        """with shown as (
            select o._shop, split_part(o."id", '/', 5) as order_id, x.paymentId as payment_id, x.kind,
                x.amountSet.presentmentMoney as money, x.status
            from shopify."Order" as o, unnest(o.transactions) as t(x)
            where x.gateway = 'stripe' and not o.test and x.kind in ('SALE', 'AUTHORIZATION'))
        select s.money.amount, s.money.currencyCode, s.status, c.amount, upper(c.currency), c.status, c.metadata
        from shown as s
        full join (select * from stripe.charges where cardinality(metadata) > 0) as c
            on c.metadata['payment_id'] = s.payment_id and c.metadata['shop'] = s._shop || '.myshopify.com'
            and c.metadata['order_id'] = s.order_id
        where c.id is not null""",
    )
    minor = {"JPY": 1, "KWD": 1000}
    currencies = set()
    for amount, currency, status, charged, charged_currency, state, metadata in found:
        assert currency == charged_currency
        exact = Decimal(amount) * minor.get(currency, 100)
        assert abs(charged - exact) <= (5 if currency == "KWD" else 0), metadata
        assert currency != "KWD" or charged % 10 == 0
        assert (status == "FAILURE") <= (state == "failed")
        currencies.add(currency)
    assert {"EUR", "USD", "JPY", "KWD"} <= currencies


def test_amounts_refunded_are_the_refunds_that_stand(world: World):
    wrong = """with back as (
            select charge, sum(amount) filter (status = 'succeeded') as refunded from stripe.refunds group by 1)
        select c.id from stripe.charges as c left join back as b on b.charge = c.id
        where c.amount_refunded <> coalesce(b.refunded, 0)
            or c.refunded <> (c.amount_refunded = c.amount and c.amount_refunded > 0)"""
    assert rows(world, wrong) == []
    # Money that goes back was taken: every refund has its entry, unless it let go of a hold.
    wrong = """select r.id from stripe.refunds as r join stripe.charges as c on c.id = r.charge
        where (r.balance_transaction is null) <> not c.captured"""
    assert rows(world, wrong) == []


def test_every_reference_leads_somewhere(world: World):
    for table, column, to in (
        ("charges", "payment_intent", "payment_intents"),
        ("charges", "customer", "customers"),
        ("charges", "balance_transaction", "balance_transactions"),
        ("charges", "failure_balance_transaction", "balance_transactions"),
        ("payment_intents", "latest_charge", "charges"),
        ("refunds", "charge", "charges"),
        ("refunds", "balance_transaction", "balance_transactions"),
        ("refunds", "failure_balance_transaction", "balance_transactions"),
        ("disputes", "charge", "charges"),
        ("payouts", "balance_transaction", "balance_transactions"),
        ("payouts", "failure_balance_transaction", "balance_transactions"),
    ):
        lost = f"""select t.{column} from stripe.{table} as t
            anti join stripe.{to} as r on r.id = t.{column} and r._account = t._account
            where t.{column} is not null"""
        assert rows(world, lost) == [], (table, column)
    sources = """select b.id from stripe.balance_transactions as b anti join (
            select id from stripe.charges union all select id from stripe.refunds
            union all select id from stripe.disputes union all select id from stripe.payouts) as o on o.id = b.source
        where b.type in ('charge', 'payment', 'refund', 'payment_refund', 'refund_failure', 'payout',
            'payout_failure', 'payout_cancel', 'payment_failure_refund')
            or b.reporting_category like 'dispute%'"""
    assert rows(world, sources) == []


def test_ids_are_unique_and_lists_newest_last(world: World):
    for table in ("charges", "payment_intents", "refunds", "disputes", "balance_transactions",
                  "payouts", "customers", "events"):  # fmt: skip
        total, distinct = rows(world, f"select count(*), count(distinct id) from stripe.{table}")[0]
        assert total == distinct, table
        assert (
            rows(
                world,
                f"""select id from (select id, created, lag(created) over (
                    partition by _account order by _seq) as before from stripe.{table})
                where created < before""",
            )
            == []
        )
