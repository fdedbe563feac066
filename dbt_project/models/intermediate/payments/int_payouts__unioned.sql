-- Payouts of all payment providers: what the bank should get, and what leaves the balance for it.
-- The two differ where the provider converts.
with

stripe_payouts as (
    select * from {{ ref('stg_stripe__payouts') }}
),

shopify_payouts as (
    select * from {{ ref('stg_shopify__payments_payouts') }}
),

adyen_payouts as (
    select * from {{ ref('stg_adyen__settlement_lines') }}
    where kind = 'payout'
),

adyen_returns as (
    select
        account,
        modification_reference
    from {{ ref('stg_adyen__settlement_lines') }}
    where kind = 'payout_failure' and not is_copy
    group by account, modification_reference
),

paypal_payouts as (
    select * from {{ ref('stg_paypal__transactions') }}
    where kind = 'payout' and status in ('completed', 'reversed', 'pending')
),

paypal_returns as (
    select
        account,
        reference_id
    from {{ ref('stg_paypal__transactions') }}
    where kind = 'payout_failure'
    group by account, reference_id
),

unioned as (
    select
        system,
        account,
        payout_id,
        status,
        method,
        failure_code,
        is_automatic,
        false as is_duplicate_record,
        payout_id as bank_reference,
        amount,
        currency,
        amount as balance_amount,
        currency as balance_currency,
        created_at,
        arrival_date as arrived_date
    from stripe_payouts
    union all
    select
        system,
        account,
        payout_id,
        status,
        {{ to_text('null') }} as method,
        {{ to_text('null') }} as failure_code,
        true as is_automatic,
        false as is_duplicate_record,
        payout_id as bank_reference,
        amount,
        currency,
        amount as balance_amount,
        currency as balance_currency,
        issued_at as created_at,
        cast(null as date) as arrived_date
    from shopify_payouts
    union all
    select
        adyen_payouts.system,
        adyen_payouts.account,
        adyen_payouts.payout_id,
        case when adyen_returns.modification_reference is null then 'paid' else 'failed' end
            as status,
        {{ to_text('null') }} as method,
        {{ to_text('null') }} as failure_code,
        true as is_automatic,
        adyen_payouts.is_copy as is_duplicate_record,
        split_part(adyen_payouts.modification_reference, ' ', 1) as bank_reference,
        -coalesce(adyen_payouts.gross_amount_presentment, adyen_payouts.net_amount) as amount,
        coalesce(adyen_payouts.currency_presentment, adyen_payouts.currency) as currency,
        -adyen_payouts.net_amount as balance_amount,
        adyen_payouts.currency as balance_currency,
        coalesce(adyen_payouts.booked_at, adyen_payouts.occurred_at) as created_at,
        cast(null as date) as arrived_date
    from adyen_payouts
    left join adyen_returns
        on
            adyen_payouts.account = adyen_returns.account
            and adyen_payouts.modification_reference = adyen_returns.modification_reference
    union all
    select
        paypal_payouts.system,
        paypal_payouts.account,
        paypal_payouts.entry_id as payout_id,
        case
            when paypal_returns.reference_id is not null then 'failed'
            when paypal_payouts.status = 'pending' then 'pending'
            else 'paid'
        end as status,
        {{ to_text('null') }} as method,
        {{ to_text('null') }} as failure_code,
        false as is_automatic,
        false as is_duplicate_record,
        paypal_payouts.entry_id as bank_reference,
        -paypal_payouts.gross_amount as amount,
        paypal_payouts.currency,
        -paypal_payouts.net_amount as balance_amount,
        paypal_payouts.currency as balance_currency,
        paypal_payouts.occurred_at as created_at,
        cast(null as date) as arrived_date
    from paypal_payouts
    left join paypal_returns
        on
            paypal_payouts.account = paypal_returns.account
            and paypal_payouts.entry_id = paypal_returns.reference_id
)

select * from unioned
