"""``shopify.ShopifyPaymentsAccount`` and what hangs on it: balance transactions, payouts, disputes."""

import duckdb

from sandbox.world.render import insert

ACCOUNT_ID = 880_000_001


def render_shop_payments(con: duckdb.DuckDBPyConnection) -> None:
    account = f"gid('ShopifyPaymentsAccount', {ACCOUNT_ID} + e.shop)"
    _render_accounts(con)
    _render_entries(con, account)
    _render_payouts(con, account)
    _render_disputes(con, account)


def _money(minor: str, currency: str = "s.currency") -> str:
    return f"""struct_pack("amount" := money_text({minor}, exponent_of({currency})),
        "currencyCode" := {currency})"""


def _render_accounts(con: duckdb.DuckDBPyConnection) -> None:
    """The balance knows what no list shows: a payout's hidden part has left it as well."""
    insert(
        con,
        "ShopifyPaymentsAccount",
        f"""with moved as (select shop, sum(amount - fee) as net from truth.sp_entries group by shop),
        hidden as (select shop, sum(amount - net) as hidden from truth.sp_payouts group by shop)
        select gid('ShopifyPaymentsAccount', {ACCOUNT_ID} + e.shop) as "id", true as "activated",
            false as "onboardable", e.country, s.currency as "defaultCurrency",
            upper(s.account) as "payoutStatementDescriptor",
            [{_money("cast(coalesce(m.net, 0) + coalesce(h.hidden, 0) as bigint)")}] as "balance",
            s.account as _shop, e.shop as _seq
        from truth.sp_terms as e join truth.shops as s using (shop)
        left join moved as m using (shop) left join hidden as h using (shop)""",
    )


def _render_entries(con: duckdb.DuckDBPyConnection, account: str) -> None:
    adjusted = f"""[struct_pack("amount" := {_money("e.amount")}, "fees" := {_money("e.fee")},
        "net" := {_money("e.amount - e.fee")}, "name" := '#' || (1000 + o.number),
        "link" := 'https://' || s.account || '.myshopify.com/admin/orders/' || o.order_id,
        "orderTransactionId" := cast(e.transaction_id as varchar))]"""
    insert(
        con,
        "ShopifyPaymentsBalanceTransaction",
        f"""select gid('ShopifyPaymentsBalanceTransaction', e.entry_id) as "id", e.type, false as "test",
            iso(e.happened_at) as "transactionDate", {_money("e.amount")} as "amount", {_money("e.fee")} as "fee",
            {_money("e.amount - e.fee")} as "net", e.source_type as "sourceType",
            cast(e.source_id as varchar) as "sourceId",
            cast(e.transaction_id as varchar) as "sourceOrderTransactionId",
            case when e.kind = 'adjustment' then 'fee_correction' end as "adjustmentReason",
            case when e.kind = 'adjustment' then {adjusted} else [] end as "adjustmentsOrders",
            case when e.ono is not null then struct_pack("id" := gid('Order', o.order_id),
                "name" := '#' || (1000 + o.number)) end as "associatedOrder",
            struct_pack("id" := gid('ShopifyPaymentsPayout', l.payout_id),
                "status" := coalesce(p.status, 'PENDING')) as "associatedPayout",
            s.account as _shop, row_number() over (order by e.shop, e.happened_at, e.entry_id) as _seq,
            {account} as _parent
        from truth.sp_entries as e join truth.shops as s using (shop)
        left join truth.orders as o using (ono)
        left join truth.sp_listed as l on l.shop = e.shop and l.entry_id = e.entry_id
        left join truth.sp_payouts as p on p.shop = l.shop and p.payout_id = l.payout_id""",
    )


def _render_payouts(con: duckdb.DuckDBPyConnection, account: str) -> None:
    parts = {
        "chargesGross": ("amount", "charge"),
        "chargesFee": ("fee", "charge"),
        "refundsFeeGross": ("amount", "refund"),
        "refundsFee": ("fee", "refund"),
        "adjustmentsGross": ("amount", "adjustment dispute dispute_reversal"),
        "adjustmentsFee": ("fee", "adjustment dispute dispute_reversal"),
        "retriedPayoutsGross": ("amount", "payout_failure"),
        "retriedPayoutsFee": ("fee", "payout_failure"),
    }
    sums = ", ".join(
        f'coalesce(cast(sum(x.{column}) filter (x.kind in ({str(kinds.split())[1:-1]})) as bigint), 0) as "{name}"'
        for name, (column, kinds) in parts.items()
    )
    none = ("advanceFees", "advanceGross", "reservedFundsFee", "reservedFundsGross")
    shown = {name: f'g."{name}"' for name in parts} | dict.fromkeys(none, "0")
    # What no list shows is among the adjustments.
    shown["adjustmentsGross"] += " + e.amount - e.net"
    summary = ", ".join(f'"{name}" := {_money(minor)}' for name, minor in sorted(shown.items()))
    insert(
        con,
        "ShopifyPaymentsPayout",
        f"""with summed as (
            select l.shop, l.payout_id, {sums}
            from truth.sp_listed as l join truth.sp_entries as x using (shop, entry_id) group by all)
        select gid('ShopifyPaymentsPayout', e.payout_id) as "id",
            cast(e.payout_id as varchar) as "legacyResourceId", iso(e.cut_at) as "issuedAt", e.status,
            case when e.amount < 0 then 'WITHDRAWAL' else 'DEPOSIT' end as "transactionType",
            case when e.status = 'PAID' then 'TRACE' || e.payout_id end as "externalTraceId",
            {_money("e.amount")} as "net", struct_pack({summary}) as "summary", s.account as _shop,
            row_number() over (order by e.shop, e.cut_at) as _seq, {account} as _parent
        from truth.sp_payouts as e join truth.shops as s using (shop)
        join summed as g on g.shop = e.shop and g.payout_id = e.payout_id""",
    )


def _render_disputes(con: duckdb.DuckDBPyConnection, account: str) -> None:
    insert(
        con,
        "ShopifyPaymentsDispute",
        f"""select gid('ShopifyPaymentsDispute', e.dispute_id) as "id",
            cast(e.dispute_id as varchar) as "legacyResourceId", iso(e.opened_at) as "initiatedAt",
            iso(e.due_at) as "evidenceDueBy",
            case when e.answered_at <= e.clock then iso(e.answered_at) end as "evidenceSentOn",
            case when e.closed_at <= e.clock then iso(e.closed_at) end as "finalizedOn",
            case when e.closed_at <= e.clock then e.outcome when e.answered_at <= e.clock then 'UNDER_REVIEW'
                else 'NEEDS_RESPONSE' end as "status",
            case when e.is_inquiry then 'INQUIRY' else 'CHARGEBACK' end as "type", {_money("e.amount")} as "amount",
            ref(gid('Order', e.order_id)) as "order",
            struct_pack("reason" := e.reason, "networkReasonCode" := e.code) as "reasonDetails",
            s.account as _shop, row_number() over (order by e.shop, e.opened_at, e.ono) as _seq, {account} as _parent
        from truth.sp_disputes as e join truth.shops as s using (shop)""",
    )
