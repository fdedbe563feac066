-- Each order with its local dates and with what decides whether it still stands: was money
-- captured, did anything ship, and when did it end.
with

orders as (
    select * from {{ ref('stg_shopify__orders') }}
),

accounts as (
    select * from {{ ref('stg_group__accounts') }}
),

transactions as (
    select * from {{ ref('stg_shopify__transactions') }}
),

fulfillments as (
    select * from {{ ref('stg_shopify__fulfillments') }}
),

payments as (
    select
        account,
        order_id,
        min(case when kind in ('sale', 'capture') then processed_at end) as first_captured_at,
        min(case when kind = 'void' then processed_at end) as voided_at,
        min(case when kind = 'void' then first_received_at end) as voided_received_at
    from transactions
    where status = 'success'
    group by account, order_id
),

deliveries as (
    select
        account,
        order_id,
        min(created_at) as first_fulfilled_at
    from fulfillments
    where status = 'success'
    group by account, order_id
),

joined as (
    select
        orders.*,
        accounts.legal_entity,
        accounts.zone,
        accounts.group_zone,
        accounts.group_currency,
        payments.first_captured_at,
        deliveries.first_fulfilled_at,
        orders.cancelled_at is not null
        or coalesce(orders.financial_status = 'voided', false) as is_cancelled_or_voided,
        coalesce(orders.cancelled_at, payments.voided_at, orders.processed_at) as ended_at,
        case
            when orders.cancelled_at is not null then orders.cancelled_received_at
            else coalesce(payments.voided_received_at, orders.first_received_at)
        end as ended_received_at
    from orders
    left join accounts
        on
            orders.system = accounts.system
            and orders.account = accounts.account
    left join payments
        on
            orders.account = payments.account
            and orders.order_id = payments.order_id
    left join deliveries
        on
            orders.account = deliveries.account
            and orders.order_id = deliveries.order_id
),

dated as (
    select
        joined.*,
        {{ local_date('processed_at', 'zone') }} as order_date,
        {{ local_date('processed_at', 'group_zone') }} as order_date_group,
        is_cancelled_or_voided and first_captured_at is null as is_ended_unpaid,
        is_cancelled_or_voided
        and coalesce(first_captured_at > ended_at, true)
        and coalesce(first_fulfilled_at > ended_at, true) as is_ended_untouched,
        case
            when cancelled_at is not null then 'cancelled'
            when financial_status = 'voided' then 'voided'
            when closed_at is not null then 'closed'
            else 'open'
        end as status
    from joined
)

select * from dated
