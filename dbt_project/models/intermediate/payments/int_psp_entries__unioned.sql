-- Every movement of a balance at a payment provider, over all of them, and the order it is about.
with

stripe_entries as (
    select * from {{ ref('int_stripe_entries__linked') }}
),

charges as (
    select * from {{ ref('int_psp_charges__unioned') }}
),

unioned as (
    select
        system,
        account,
        entry_id,
        kind,
        vendor_type,
        occurred_at,
        available_at,
        source_id,
        charge_id,
        refund_id,
        dispute_id,
        payout_id,
        gross_amount,
        fee_amount,
        tax_on_fee_amount,
        net_amount,
        currency,
        gross_amount_presentment,
        currency_presentment
    from stripe_entries
),

linked as (
    select
        unioned.system,
        unioned.account,
        unioned.entry_id,
        unioned.kind,
        unioned.vendor_type,
        unioned.occurred_at,
        unioned.available_at,
        unioned.source_id,
        unioned.charge_id,
        unioned.refund_id,
        unioned.dispute_id,
        unioned.payout_id,
        charges.order_account,
        charges.order_id,
        unioned.gross_amount,
        unioned.fee_amount,
        unioned.tax_on_fee_amount,
        unioned.net_amount,
        unioned.currency,
        unioned.gross_amount_presentment,
        unioned.currency_presentment
    from unioned
    left join charges
        on
            unioned.system = charges.system
            and unioned.account = charges.account
            and unioned.charge_id = charges.charge_id
)

select * from linked
