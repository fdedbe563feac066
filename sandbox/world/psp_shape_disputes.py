"""How Stripe shows disputes at a moment (see psp_shape_charges): the money they moved is within them."""

from sandbox.world.psp_shape_charges import NO_METADATA

EVIDENCE = [
    "access_activity_log",
    "billing_address",
    "cancellation_policy",
    "cancellation_policy_disclosure",
    "cancellation_rebuttal",
    "customer_communication",
    "customer_email_address",
    "customer_name",
    "customer_purchase_ip",
    "customer_signature",
    "duplicate_charge_documentation",
    "duplicate_charge_explanation",
    "duplicate_charge_id",
    "product_description",
    "receipt",
    "refund_policy",
    "refund_policy_disclosure",
    "refund_refusal_explanation",
    "service_date",
    "service_documentation",
    "shipping_address",
    "shipping_carrier",
    "shipping_date",
    "shipping_documentation",
    "shipping_tracking_number",
    "uncategorized_file",
    "uncategorized_text",
]
NETWORK_REASONS = {
    "fraudulent": "10.4",
    "product_not_received": "13.1",
    "product_unacceptable": "13.3",
    "unrecognized": "10.4",
    "credit_not_processed": "13.6",
    "duplicate": "12.6",
    "general": "13.7",
    "subscription_canceled": "13.2",
}
BRAND = """case when brand < 11 then 'visa' when brand < 17 then 'mastercard' when shop = 2 then 'jcb'
    else 'amex' end"""
BALANCE_COLUMNS = [
    "id",
    "object",
    "amount",
    "available_on",
    "balance_type",
    "created",
    "currency",
    "description",
    "exchange_rate",
    "fee",
    "fee_details",
    "net",
    "reporting_category",
    "source",
    "status",
    "type",
]
BALANCE_FIELDS = ", ".join(f'"{name}" := "{name}"' for name in BALANCE_COLUMNS)


def disputes(asked: str) -> str:
    """Select of disputes; ``asked`` has ``ono``, ``tno``, ``dno``, ``as_of``. Needs stripe.balance_transactions."""
    codes = " ".join(f"when '{reason}' then '{code}'" for reason, code in NETWORK_REASONS.items())
    nothing = ", ".join(f'"{name}" := null' for name in EVIDENCE)
    return f"""
    with asked as ({asked}),
    moved as (
        select a.ono, a.tno, a.dno, a.as_of,
            list(b.item order by e.created_at, e.entry_id) as items
        from asked as a
        join truth.psp_disputes as d using (ono, tno, dno)
        join truth.psp_entries as e on e.dispute_id = d.dispute_id and e.created_at <= a.as_of
        join (select id, struct_pack({BALANCE_FIELDS}) as item from stripe.balance_transactions
            where reporting_category in ('dispute', 'dispute_reversal')) as b on b.id = e.entry_id
        group by a.ono, a.tno, a.dno, a.as_of),
    seen as (
        select d.*, a.as_of, i.intent_id, c.brand, c.shop, coalesce(m.items, []) as items,
            coalesce(d.answered_at <= a.as_of, false) as is_answered,
            coalesce(d.closed_at <= a.as_of, false) as is_closed
        from asked as a
        join truth.psp_disputes as d using (ono, tno, dno)
        join truth.psp_charges as c on c.ono = d.ono and c.tno = d.tno
        join truth.psp_intents as i on i.ono = d.ono and i.pi_tno = d.pi_tno
        left join moved as m on m.ono = a.ono and m.tno = a.tno and m.dno = a.dno and m.as_of = a.as_of)
    select dispute_id as "id", 'dispute' as "object", amount as "amount", items as "balance_transactions",
        charge_id as "charge", psp_epoch(opened_at) as "created", lower(currency_p) as "currency",
        cast([] as varchar[]) as "enhanced_eligibility_types",
        struct_pack({nothing}, "enhanced_evidence" := {NO_METADATA}) as "evidence",
        struct_pack("due_by" := case when not is_closed then psp_epoch(due_at) end, "enhanced_eligibility" := {NO_METADATA},
            "has_evidence" := is_answered, "past_due" := due_at <= as_of and not is_answered,
            "submission_count" := case when is_answered then 1 else 0 end) as "evidence_details",
        is_inquiry and not is_closed as "is_charge_refundable", true as "livemode", {NO_METADATA} as "metadata",
        intent_id as "payment_intent",
        struct_pack("card" := struct_pack("brand" := {BRAND}, "case_type" :=
                case when is_inquiry then 'inquiry' else 'chargeback' end,
            "network" := {BRAND}, "network_reason_code" := case reason {codes} end), "type" := 'card')
            as "payment_method_details",
        reason as "reason",
        psp_dispute_state(is_inquiry, outcome, answered_at, closed_at, as_of) as "status",
        psp as _account, ono || '/' || tno || '/' || dno as _key,
        as_of as _as_of
    from seen"""
