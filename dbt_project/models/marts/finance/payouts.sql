with

payouts as (
    select * from {{ ref('int_payouts__summed') }}
),

accounts as (
    select * from {{ ref('stg_group__accounts') }}
),

joined as (
    select
        payouts.system,
        payouts.account,
        accounts.legal_entity,
        payouts.payout_id,
        payouts.status,
        payouts.method,
        payouts.failure_code,
        payouts.is_automatic,
        payouts.has_entry_list,
        payouts.is_duplicate_record,
        cast(payouts.entries_count as bigint) as entries_count,
        payouts.currency,
        {{ to_amount('payouts.amount') }} as amount,
        payouts.balance_currency,
        {{ to_amount('payouts.balance_amount') }} as balance_amount,
        {{ to_amount('payouts.entries_net_amount') }} as entries_net_amount,
        {{ to_amount('payouts.residual_amount') }} as residual_amount,
        payouts.created_at,
        payouts.arrived_date
    from payouts
    left join accounts
        on
            payouts.system = accounts.system
            and payouts.account = accounts.account
)

select
    system,
    account,
    legal_entity,
    payout_id,
    status,
    method,
    failure_code,
    is_automatic,
    has_entry_list,
    is_duplicate_record,
    entries_count,
    currency,
    amount,
    balance_currency,
    balance_amount,
    entries_net_amount,
    residual_amount,
    created_at,
    arrived_date
from joined
