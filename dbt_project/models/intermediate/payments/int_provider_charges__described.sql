-- Charges of Adyen and PayPal, which know no shop: what was asked for, taken and given back, and what they
-- were told that it is for. Adyen tells of each step, PayPal of what moved.
with

adyen_entries as (
    select * from {{ ref('int_adyen_entries__linked') }}
    where charge_id is not null and not is_duplicate_record
),

adyen_steps as (
    select * from {{ ref('stg_adyen__accounting_lines') }}
    where psp_reference is not null
),

adyen_lines as (
    select * from {{ ref('stg_adyen__settlement_lines') }}
    where psp_reference is not null
),

paypal_transactions as (
    select * from {{ ref('stg_paypal__transactions') }}
    where kind = 'charge' and status in ('completed', 'reversed')
),

paypal_refunds as (
    select
        account,
        charge_id,
        currency_presentment as currency,
        -sum(gross_amount_presentment) as refunded_amount
    from {{ ref('int_paypal_entries__linked') }}
    where kind in ('refund', 'refund_failure')
    group by account, charge_id, currency_presentment
),

paypal_disputed as (
    select distinct
        account,
        charge_id
    from {{ ref('stg_paypal__disputes') }}
),

adyen_moved as (
    select
        account,
        charge_id,
        currency_presentment as currency,
        sum(case when kind = 'charge' then gross_amount_presentment else 0 end) as captured_amount,
        -sum(case when kind in ('refund', 'refund_failure') then gross_amount_presentment else 0 end)
            as refunded_amount,
        max(case when kind = 'dispute' then 1 else 0 end) as disputes_count,
        min(occurred_at) as created_at
    from adyen_entries
    group by account, charge_id, currency_presentment
),

adyen_told as (
    select
        account,
        psp_reference as charge_id,
        main_currency as currency,
        max(merchant_reference) as merchant_reference,
        max(payment_method) as payment_method,
        max(case when record_type = 'Received' then main_amount end) as amount,
        max(case when record_type = 'Refused' then 1 else 0 end) as refused_count,
        max(case when record_type in ('Cancelled', 'Expired') then 1 else 0 end) as cancelled_count,
        min(booked_at) as created_at
    from adyen_steps
    group by account, psp_reference, main_currency
    union all
    select
        lines.account,
        lines.psp_reference as charge_id,
        lines.currency_presentment as currency,
        max(lines.merchant_reference) as merchant_reference,
        max(lines.payment_method) as payment_method,
        cast(null as decimal(38, 4)) as amount,
        0 as refused_count,
        0 as cancelled_count,
        min(lines.occurred_at) as created_at
    from adyen_lines as lines
    left join adyen_steps as steps
        on
            lines.account = steps.account
            and lines.psp_reference = steps.psp_reference
    where steps.psp_reference is null and lines.currency_presentment is not null
    group by lines.account, lines.psp_reference, lines.currency_presentment
),

described as (
    select
        'adyen' as system,
        adyen_told.account,
        adyen_told.charge_id,
        adyen_told.merchant_reference as payment_id,
        {{ to_text('null') }} as shop_domain,
        adyen_told.merchant_reference as order_name,
        case
            when adyen_moved.captured_amount > 0 then 'captured'
            when adyen_told.refused_count > 0 then 'failed'
            when adyen_told.cancelled_count > 0 then 'cancelled'
            else 'authorised'
        end as status,
        coalesce(adyen_moved.disputes_count > 0, false) as is_disputed,
        {{ to_text('null') }} as country,
        case
            when adyen_told.payment_method in ('visa', 'mc', 'amex', 'jcb', 'diners', 'discover', 'maestro')
                then 'card'
            when adyen_told.payment_method like 'klarna%' then 'klarna'
            when adyen_told.payment_method like 'econtext%' then 'konbini'
            else adyen_told.payment_method
        end as payment_method,
        adyen_told.currency,
        coalesce(adyen_told.amount, adyen_moved.captured_amount, 0) as amount,
        coalesce(adyen_moved.captured_amount, 0) as captured_amount,
        coalesce(adyen_moved.refunded_amount, 0) as refunded_amount,
        adyen_told.created_at
    from adyen_told
    left join adyen_moved
        on
            adyen_told.account = adyen_moved.account
            and adyen_told.charge_id = adyen_moved.charge_id
            and adyen_told.currency = adyen_moved.currency
    union all
    select
        paypal_transactions.system,
        paypal_transactions.account,
        paypal_transactions.entry_id as charge_id,
        paypal_transactions.invoice_id as payment_id,
        case
            when paypal_transactions.custom_field like '%.% #%'
                then lower(split_part(paypal_transactions.custom_field, ' ', 1))
        end as shop_domain,
        case
            when paypal_transactions.custom_field like '%.% #%'
                then split_part(paypal_transactions.custom_field, ' ', 2)
            else paypal_transactions.custom_field
        end as order_name,
        'captured' as status,
        paypal_disputed.charge_id is not null as is_disputed,
        paypal_transactions.payer_country as country,
        'paypal' as payment_method,
        paypal_transactions.currency,
        paypal_transactions.gross_amount as amount,
        paypal_transactions.gross_amount as captured_amount,
        coalesce(paypal_refunds.refunded_amount, 0) as refunded_amount,
        paypal_transactions.occurred_at as created_at
    from paypal_transactions
    left join paypal_refunds
        on
            paypal_transactions.account = paypal_refunds.account
            and paypal_transactions.entry_id = paypal_refunds.charge_id
            and paypal_transactions.currency = paypal_refunds.currency
    left join paypal_disputed
        on
            paypal_transactions.account = paypal_disputed.account
            and paypal_transactions.entry_id = paypal_disputed.charge_id
)

select * from described
