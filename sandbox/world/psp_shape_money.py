"""How Stripe shows refunds, payouts and balance transactions at a moment (see psp_shape_charges)."""

from sandbox.world.psp_shape_charges import NO_METADATA


def refunds(asked: str) -> str:
    """Select of refunds; ``asked`` has ``ono``, ``rno``, ``as_of``."""
    return f"""
    with asked as ({asked}),
    seen as (
        select r.*, a.as_of, c.charge_id, c.customer, i.intent_id, c.pid, c.shop,
            coalesce(r.planned_failure_at <= a.as_of, false) as is_failed
        from asked as a
        join truth.psp_refunds as r using (ono, rno)
        join truth.psp_charges as c on c.ono = r.ono and c.tno = r.tno
        join truth.psp_intents as i on i.ono = r.ono and i.pi_tno = r.pi_tno)
    select refund_id as "id", 'refund' as "object", amount as "amount",
        case when origin <> 'canceled' then psp_id('txn_3', 're' || ono || '/' || rno) end as "balance_transaction",
        charge_id as "charge", psp_epoch(created_at) as "created", lower(currency_p) as "currency",
        customer as "customer", null as "customer_account",
        case when not by_debit then struct_pack("card" := struct_pack(
            "type" := case when origin = 'returned' then 'refund' else 'reversal' end), "type" := 'card') end
            as "destination_details",
        case when is_failed then psp_id('txn_1', 'fail' || ono || '/' || rno) end as "failure_balance_transaction",
        case when is_failed then 'expired_or_canceled_card' end as "failure_reason",
        {NO_METADATA} as "metadata", intent_id as "payment_intent",
        psp_id('pm_1', 'pm' || pid || '/' || shop) as "payment_method",
        case when origin = 'returned' then 'requested_by_customer' end as "reason", null as "receipt_number",
        null as "source_transfer_reversal", case when is_failed then 'failed' else 'succeeded' end as "status",
        null as "transfer_reversal", psp as _account, ono || '/' || rno as _key, as_of as _as_of
    from seen"""


def payouts(asked: str) -> str:
    """Select of payouts; ``asked`` has ``payout_id``, ``as_of``."""
    return f"""
    with asked as ({asked}),
    seen as (
        select p.*, a.as_of, t.currency, coalesce(p.refused_at <= a.as_of, false) as is_refused,
            psp_payout_state(p.created_at, p.arrives_at, p.refused_at, p.canceled_at, a.as_of) as state
        from asked as a
        join truth.psp_payouts as p using (payout_id)
        join truth.psp_accounts as t on t.account = p.psp)
    select payout_id as "id", 'payout' as "object", amount as "amount", null as "application_fee",
        null as "application_fee_amount", psp_epoch(arrives_at) as "arrival_date",
        is_automatic as "automatic", psp_id('txn_1', 'out' || payout_id) as "balance_transaction",
        psp_epoch(created_at) as "created", currency as "currency",
        case when is_automatic then 'STRIPE PAYOUT' end as "description",
        psp_id('ba_1', 'bank of ' || psp) as "destination",
        case when is_refused then psp_id('txn_1', 'back' || payout_id)
            when state = 'canceled' then psp_id('txn_1', 'undone' || payout_id) end
            as "failure_balance_transaction",
        case when is_refused then 'could_not_process' end as "failure_code",
        case when is_refused then 'The bank could not process this payout.' end as "failure_message",
        true as "livemode", {NO_METADATA} as "metadata", 'standard' as "method", null as "original_payout",
        null as "payout_method",
        case when not is_automatic then 'not_applicable' when state = 'pending' then 'in_progress'
            else 'completed' end as "reconciliation_status",
        null as "reversed_by", 'card' as "source_type", null as "statement_descriptor", state as "status",
        struct_pack("status" := case when state = 'paid' then 'supported' else 'pending' end,
            "value" := case when state = 'paid' then psp_id('', 'trace' || payout_id) end) as "trace_id",
        'bank_account' as "type", psp as _account, payout_id as _key, as_of as _as_of
    from seen"""


BALANCE_TRANSACTIONS = """
    select e.entry_id as "id", 'balance_transaction' as "object", e.amount as "amount",
        psp_epoch(e.available_at) as "available_on", 'payments' as "balance_type",
        psp_epoch(e.created_at) as "created", t.currency as "currency", e.description as "description",
        cast(e.rate_millionths * cast(0.000001 as decimal(7, 6)) as decimal(18, 6)) as "exchange_rate",
        e.fee + e.tax as "fee",
        list_filter([
            case when e.fee <> 0 then struct_pack("amount" := e.fee, "application" := null,
                "currency" := t.currency, "description" := case e.kind when 'dispute' then 'Dispute fee'
                    when 'dispute_reversal' then 'Dispute fee refund' else 'Stripe processing fees' end,
                "type" := 'stripe_fee') end,
            case when e.tax <> 0 then struct_pack("amount" := e.tax, "application" := null,
                "currency" := t.currency, "description" := 'VAT', "type" := 'tax') end],
            lambda part: part is not null) as "fee_details",
        e.amount - e.fee - e.tax as "net", e.category as "reporting_category", e.source_id as "source",
        case when e.available_at <= psp_now() then 'available' else 'pending' end as "status", e.type as "type",
        e.psp as _account, l.payout_id as _payout
    from truth.psp_entries as e
    join truth.psp_accounts as t on t.account = e.psp
    left join truth.psp_listed as l using (entry_id)"""
