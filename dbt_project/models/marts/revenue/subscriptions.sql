with

subscriptions as (
    select * from {{ ref('int_subscriptions__billed') }}
),

accounts as (
    select * from {{ ref('stg_group__accounts') }}
),

customer_ids as (
    select * from {{ ref('int_customer_ids__versioned') }}
    where is_current
)

select
    subscriptions.system,
    subscriptions.account,
    accounts.legal_entity,
    subscriptions.contract_id,
    customer_ids.customer_key,
    subscriptions.origin_order_id,
    subscriptions.status,
    subscriptions.payment_state,
    subscriptions.billing_interval,
    subscriptions.created_at,
    subscriptions.next_billing_at,
    subscriptions.unpaid_since,
    subscriptions.last_attempt_at,
    cast(subscriptions.cycles_paid_count as bigint) as cycles_paid_count,
    cast(subscriptions.attempts_count as bigint) as attempts_count,
    cast(subscriptions.failed_attempts_count as bigint) as failed_attempts_count,
    subscriptions.currency,
    cast(subscriptions.cycle_amount as decimal(38, 4)) as cycle_amount,
    cast(
        case when subscriptions.payment_state = 'paid' then 0 else subscriptions.cycle_amount end
        as decimal(38, 4)
    ) as unpaid_amount
from subscriptions
left join accounts
    on
        subscriptions.system = accounts.system
        and subscriptions.account = accounts.account
left join customer_ids
    on
        subscriptions.system = customer_ids.system
        and subscriptions.account = customer_ids.account
        and subscriptions.customer_id = customer_ids.source_id
