-- Charges of Adyen: what was asked for, taken and given back, step by step, and what they were
-- told that they are for. A payment older than the first accounting report is known from its
-- settled batch only.
with

entries as (
    select * from {{ ref('int_adyen_entries__linked') }}
    where charge_id is not null and not is_duplicate_record
),

steps as (
    select * from {{ ref('stg_adyen__accounting_lines') }}
    where psp_reference is not null
),

lines as (
    select * from {{ ref('stg_adyen__settlement_lines') }}
    where psp_reference is not null
),

moved as (
    select
        account,
        charge_id,
        currency_presentment as currency,
        sum(case when kind = 'charge' then gross_amount_presentment else 0 end) as captured_amount,
        -sum(
            case when kind in ('refund', 'refund_failure') then gross_amount_presentment else 0 end
        )
            as refunded_amount,
        max(case when kind = 'dispute' then 1 else 0 end) as disputes_count,
        min(occurred_at) as created_at
    from entries
    group by account, charge_id, currency_presentment
),

told as (
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
    from steps
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
    from lines
    left join steps
        on
            lines.account = steps.account
            and lines.psp_reference = steps.psp_reference
    where steps.psp_reference is null and lines.currency_presentment is not null
    group by lines.account, lines.psp_reference, lines.currency_presentment
),

described as (
    select
        'adyen' as system,
        told.account,
        told.charge_id,
        told.merchant_reference as payment_id,
        {{ to_text('null') }} as shop_domain,
        told.merchant_reference as order_name,
        case
            when moved.captured_amount > 0 then 'captured'
            when told.refused_count > 0 then 'failed'
            when told.cancelled_count > 0 then 'cancelled'
            else 'authorised'
        end as status,
        coalesce(moved.disputes_count > 0, false) as is_disputed,
        {{ to_text('null') }} as country,
        case
            when
                told.payment_method in (
                    'visa', 'mc', 'amex', 'jcb', 'diners', 'discover', 'maestro'
                )
                then 'card'
            when told.payment_method like 'klarna%' then 'klarna'
            when told.payment_method like 'econtext%' then 'konbini'
            else told.payment_method
        end as payment_method,
        told.currency,
        coalesce(told.amount, moved.captured_amount, 0) as amount,
        coalesce(moved.captured_amount, 0) as captured_amount,
        coalesce(moved.refunded_amount, 0) as refunded_amount,
        told.created_at
    from told
    left join moved
        on
            told.account = moved.account
            and told.charge_id = moved.charge_id
            and told.currency = moved.currency
)

select * from described
