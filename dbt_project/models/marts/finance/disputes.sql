with

disputes_described as (
    select * from {{ ref('int_disputes__described') }}
),

accounts as (
    select * from {{ ref('stg_group__accounts') }}
),

dated as (
    select
        disputes_described.system,
        disputes_described.account,
        accounts.legal_entity,
        disputes_described.dispute_id,
        disputes_described.charge_id,
        disputes_described.order_account,
        disputes_described.order_id,
        disputes_described.customer_key,
        disputes_described.status,
        disputes_described.reason,
        disputes_described.is_inquiry,
        disputes_described.opened_at,
        {{ local_date('disputes_described.opened_at', 'accounts.zone') }} as opened_date,
        disputes_described.due_at,
        disputes_described.currency,
        {{ to_amount('disputes_described.amount') }} as amount,
        {{ to_amount('disputes_described.lost_amount') }} as lost_amount,
        coalesce(disputes_described.settlement_currency, accounts.currency)
            as settlement_currency,
        {{ to_amount('disputes_described.withdrawn_amount') }} as withdrawn_amount,
        {{ to_amount('disputes_described.reinstated_amount') }} as reinstated_amount,
        {{ to_amount('disputes_described.fee_amount') }} as fee_amount
    from disputes_described
    left join accounts
        on
            disputes_described.system = accounts.system
            and disputes_described.account = accounts.account
)

select
    system,
    account,
    legal_entity,
    dispute_id,
    charge_id,
    order_account,
    order_id,
    customer_key,
    status,
    reason,
    is_inquiry,
    opened_at,
    opened_date,
    due_at,
    currency,
    amount,
    lost_amount,
    settlement_currency,
    withdrawn_amount,
    reinstated_amount,
    fee_amount
from dated
