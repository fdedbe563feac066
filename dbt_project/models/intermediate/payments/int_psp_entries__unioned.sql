-- Every movement of a balance at a payment provider, over all of them, and the order it is about:
-- what the entry says itself, else what its charge says.
with

stripe_entries as (
    select * from {{ ref('int_stripe_entries__linked') }}
),

shopify_entries as (
    select * from {{ ref('int_shopify_entries__linked') }}
),

adyen_entries as (
    select * from {{ ref('int_adyen_entries__linked') }}
),

paypal_entries as (
    select * from {{ ref('int_paypal_entries__linked') }}
),

charges as (
    select * from {{ ref('int_psp_charges__unioned') }}
),

unioned as (
    select * from stripe_entries
    union all
    select * from shopify_entries
    union all
    select * from adyen_entries
    union all
    select * from paypal_entries
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
        unioned.transaction_id,
        coalesce(
            unioned.payment_id,
            case when unioned.kind = 'charge' then charges.payment_id end
        ) as payment_id,
        case
            when unioned.order_id is not null then unioned.order_account
            else charges.order_account
        end as order_account,
        coalesce(unioned.order_id, charges.order_id) as order_id,
        unioned.is_release,
        unioned.is_bounced,
        unioned.is_duplicate_record,
        charges.payment_method,
        charges.country,
        charges.card_country,
        unioned.gross_amount,
        unioned.fee_amount,
        unioned.tax_on_fee_amount,
        unioned.net_amount,
        unioned.currency,
        unioned.gross_amount_presentment,
        unioned.currency_presentment,
        unioned.agreed_fee_amount,
        unioned.paid_at
    from unioned
    left join charges
        on
            unioned.system = charges.system
            and unioned.account = charges.account
            and unioned.charge_id = charges.charge_id
)

select * from linked
