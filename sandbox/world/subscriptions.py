"""Subscriptions: contracts, what they bill, and the cycles in which nobody pays; ``shopify.SubscriptionContract``.

A contract begins with a buyer's second order in a shop, which is its first cycle. Then it is called off (``stopped``),
or had needed three tries for that cycle and is called off (``recovered``), or its next cycle is refused on every day
of ``RETRY_DAYS`` and it fails (``failed``): somebody who owes, whom no reactivation mail should reach.
"""

from datetime import datetime

import duckdb

from sandbox.world.cases import BUYERS
from sandbox.world.ids import SLOTS, id_of
from sandbox.world.people import person
from sandbox.world.render import insert, place

RETRY_DAYS = (30, 33, 36, 39)  # after the cycle that was paid last
STOPPED_DAYS = 25
SHARE = 60  # percent of buyers who come back
FATES = ("failed", "recovered", "stopped")


def create_subscriptions(con: duckdb.DuckDBPyConnection, clock: datetime) -> None:
    """``truth.contracts`` (one row each, by the first order's ono) and ``truth.attempts`` (each try to bill one)."""
    known = ", ".join(str(person(name)) for name in sorted(set(BUYERS.values())))
    retries = ", ".join(f"({n}, {days})" for n, days in enumerate(RETRY_DAYS, start=4))
    con.execute(
        f"""create or replace table truth.contracts as
        with ranked as (
            select o.*, row_number() over (partition by shop, pid order by created_at, ono) as nth,
                lead(ono) over (partition by shop, pid order by created_at, ono) as next_ono,
                lead(created_at) over (partition by shop, pid order by created_at, ono) as next_at
            from truth.orders as o
            where mode = 'customer' and not is_b2b and not is_test and pay <> 'cash' and cancel = 'none')
        select o.ono, o.next_ono, o.shop, o.next_at as billed_at,
            {id_of("contract", "0")} as contract_id, i.customer_id, l.variant, l.unit as price, l.quantity,
            case when o.pid in ({known}) then {list(FATES)!r}[1 + o.shop]
                else {list(FATES)!r}[1 + chance(o.ono, 'subscription fate', 3)] end as fate, o.clock
        from ranked as o
        join truth.lines as l on l.ono = o.ono and l.lno = 1 and not l.is_gift_card
        join truth.customer_ids as i on i.shop = o.shop and i.pid = o.pid
        where o.nth = 1 and o.next_at > o.created_at and o.next_at <= ?
            and (o.pid in ({known}) or chance(o.ono, 'subscription', 100) < {SHARE})""",
        [clock.replace(tzinfo=None)],
    )
    con.execute(
        f"""create or replace table truth.attempts as
        with tried as (
            select ono, 3 as ano, billed_at + interval 30 second as tried_at, true as is_paid, clock from truth.contracts
            union all
            select ono, n, billed_at + n * interval 10 second, false, clock
            from truth.contracts cross join (values (1), (2)) as t(n) where fate = 'recovered'
            union all
            select ono, n, billed_at + days * interval 1 day, false, clock
            from truth.contracts cross join (values {retries}) as t(n, days) where fate = 'failed')
        select ono, ano, tried_at, is_paid from tried where tried_at <= clock + interval 30 second"""
    )


def render_subscriptions(con: duckdb.DuckDBPyConnection) -> None:
    last = 3 + len(RETRY_DAYS)
    money = 'struct_pack("amount" := money_text({0}, exponent_of(o.currency)), "currencyCode" := o.currency)'
    insert(
        con,
        "SubscriptionContract",
        f"""with tried as (
            select ono, max(tried_at) as last_at, max(ano) as last_ano, max_by(is_paid, tried_at) as is_paid
            from truth.attempts group by ono)
        select gid('SubscriptionContract', c.contract_id) as "id",
            case when c.fate = 'failed' then case when t.last_ano = {last} then 'FAILED' else 'ACTIVE' end
                when c.billed_at + interval {STOPPED_DAYS} day <= c.clock then 'CANCELLED' else 'ACTIVE' end as "status",
            iso(c.billed_at) as "createdAt",
            iso(case when c.fate <> 'failed' and c.billed_at + interval {STOPPED_DAYS} day <= c.clock
                then c.billed_at + interval {STOPPED_DAYS} day else t.last_at end) as "updatedAt",
            o.currency as "currencyCode",
            iso(case when c.fate = 'failed' and t.last_ano < {last} then c.billed_at
                    + {list(RETRY_DAYS)!r}[greatest(t.last_ano - 2, 1)] * interval 1 day
                when c.fate <> 'failed' and c.billed_at + interval {STOPPED_DAYS} day > c.clock
                then c.billed_at + interval 30 day end) as "nextBillingDate",
            case when t.is_paid then 'SUCCEEDED' else 'FAILED' end as "lastPaymentStatus",
            case when not t.is_paid then 'PAYMENT_ERROR' end as "lastBillingAttemptErrorType",
            struct_pack("interval" := 'MONTH', "intervalCount" := cast(1 as bigint)) as "billingPolicy",
            {money.format("0")} as "deliveryPrice", ref(gid('Customer', c.customer_id)) as "customer",
            ref(gid('Order', n.order_id)) as "originOrder",
            o.account as _shop, {place("o.shop", "o.number", "0", SLOTS["contract"])} as _seq
        from truth.contracts as c join truth.orders as o using (ono) join tried as t using (ono)
        join truth.orders as n on n.ono = c.next_ono""",
    )
    insert(
        con,
        "SubscriptionLine",
        f"""select gid('SubscriptionLine', {id_of("contract_part", "0")}) as "id", v.title, v.sku,
            gid('ProductVariant', v.variant_id) as "variantId", gid('Product', v.product_id) as "productId",
            c.quantity as "quantity", {money.format("c.price")} as "currentPrice",
            {money.format("c.price * c.quantity")} as "lineDiscountedPrice", o.account as _shop,
            {place("o.shop", "o.number", "0", SLOTS["contract_part"])} as _seq,
            gid('SubscriptionContract', c.contract_id) as _parent
        from truth.contracts as c join truth.orders as o using (ono)
        join truth.variants as v on v.shop = o.shop and v.variant = c.variant""",
    )
    insert(
        con,
        "SubscriptionBillingAttempt",
        f"""select gid('SubscriptionBillingAttempt', {id_of("contract_part", "a.ano")}) as "id",
            iso(a.tried_at) as "createdAt", iso(a.tried_at + interval 20 second) as "completedAt",
            iso(a.tried_at) as "originTime", c.contract_id || '-' || a.ano as "idempotencyKey",
            struct_pack(
                "__typename" := 'SubscriptionBillingAttempt' || case when a.is_paid then 'SuccessState'
                    else 'FailedState' end,
                "order" := ref(gid('Order', case when a.is_paid then n.order_id end)),
                "error" := case when not a.is_paid then struct_pack(
                    "__typename" := 'SubscriptionBillingAttemptPaymentError', "code" := 'INSUFFICIENT_FUNDS') end)
                as "state",
            o.account as _shop, {place("o.shop", "o.number", "a.ano", SLOTS["contract_part"])} as _seq,
            gid('SubscriptionContract', c.contract_id) as _parent
        from truth.attempts as a join truth.contracts as c using (ono) join truth.orders as o using (ono)
        join truth.orders as n on n.ono = c.next_ono""",
    )
