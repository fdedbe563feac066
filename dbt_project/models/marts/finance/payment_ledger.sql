with

entries as (
    select * from {{ ref('int_psp_entries__unioned') }}
),

payouts as (
    select * from {{ ref('int_payouts__summed') }}
    where residual_amount <> 0
),

accounts as (
    select * from {{ ref('stg_group__accounts') }}
),

unioned as (
    select
        system,
        account,
        entry_id,
        kind,
        occurred_at,
        available_at,
        order_account,
        order_id,
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
        currency_presentment,
        false as is_residual,
        is_duplicate_record
    from entries
    union all
    select
        system,
        account,
        'residual:' || payout_id as entry_id,
        'other' as kind,
        created_at as occurred_at,
        created_at as available_at,
        {{ to_text('null') }} as order_account,
        {{ to_text('null') }} as order_id,
        {{ to_text('null') }} as charge_id,
        {{ to_text('null') }} as refund_id,
        {{ to_text('null') }} as dispute_id,
        payout_id,
        residual_amount as gross_amount,
        cast(0 as decimal(38, 4)) as fee_amount,
        cast(0 as decimal(38, 4)) as tax_on_fee_amount,
        residual_amount as net_amount,
        balance_currency as currency,
        cast(null as decimal(38, 4)) as gross_amount_presentment,
        {{ to_text('null') }} as currency_presentment,
        true as is_residual,
        is_duplicate_record
    from payouts
),

dated as (
    select
        unioned.system,
        unioned.account,
        accounts.legal_entity,
        unioned.entry_id,
        unioned.kind,
        unioned.is_residual,
        unioned.is_duplicate_record,
        unioned.occurred_at,
        {{ local_date('unioned.occurred_at', 'accounts.zone') }} as occurred_date,
        unioned.available_at,
        unioned.order_account,
        unioned.order_id,
        unioned.charge_id,
        unioned.refund_id,
        unioned.dispute_id,
        unioned.payout_id,
        {{ to_amount('unioned.gross_amount') }} as gross_amount,
        {{ to_amount('unioned.fee_amount') }} as fee_amount,
        {{ to_amount('unioned.tax_on_fee_amount') }} as tax_on_fee_amount,
        {{ to_amount('unioned.net_amount') }} as net_amount,
        unioned.currency,
        {{ to_amount('unioned.gross_amount_presentment') }} as gross_amount_presentment,
        unioned.currency_presentment,
        {{ to_amount('unioned.net_amount') }} as settlement_amount,
        unioned.currency as settlement_currency
    from unioned
    left join accounts
        on
            unioned.system = accounts.system
            and unioned.account = accounts.account
)

select
    system,
    account,
    legal_entity,
    entry_id,
    kind,
    is_residual,
    is_duplicate_record,
    occurred_at,
    occurred_date,
    available_at,
    order_account,
    order_id,
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
    currency_presentment,
    settlement_amount,
    settlement_currency
from dated
