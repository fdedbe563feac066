-- How the money of each order came in: what was captured and given back, in how many parts, how
-- often it was refused, and what that makes of an order that still owes. A refused payment that
-- nothing followed is a debt that somebody tried to collect, not a bill that isn't due yet.
with

orders as (
    select * from {{ ref('int_orders__dated') }}
    where not is_test
),

transactions as (
    select * from {{ ref('stg_shopify__transactions') }}
    where not coalesce(is_test, false)
),

attempts as (
    select
        account,
        order_id,
        currency,
        sum(
            case
                when kind in ('sale', 'capture') and status = 'success' then transaction_amount
                else 0
            end
        ) as captured_amount,
        sum(case when kind = 'refund' and status = 'success' then transaction_amount else 0 end)
            as refunded_amount,
        sum(case when kind in ('sale', 'capture') and status = 'success' then 1 else 0 end)
            as payments_count,
        count(
            distinct case
                when kind in ('sale', 'capture') and status = 'success' then gateway
            end
        ) as tenders_count,
        sum(case when status in ('failure', 'error') then 1 else 0 end) as failed_attempts_count,
        max(case when status in ('failure', 'error') then processed_at end) as last_failed_at,
        max(
            case
                when kind in ('sale', 'capture', 'authorization') and status = 'success'
                    then processed_at
            end
        ) as last_succeeded_at,
        max(case when kind = 'authorization' and status = 'success' then processed_at end)
            as authorised_at,
        max(case when kind = 'void' and status = 'success' then processed_at end) as voided_at
    from transactions
    group by account, order_id, currency
),

collected as (
    select
        orders.system,
        orders.account,
        orders.order_id,
        orders.currency,
        coalesce(attempts.captured_amount, 0) as captured_amount,
        coalesce(attempts.refunded_amount, 0) as refunded_amount,
        coalesce(attempts.payments_count, 0) as payments_count,
        coalesce(attempts.tenders_count, 0) as tenders_count,
        coalesce(attempts.failed_attempts_count, 0) as failed_attempts_count,
        attempts.last_failed_at,
        case
            when orders.is_cancelled_or_voided then 'ended'
            when orders.outstanding_amount <= 0 then 'paid'
            when
                attempts.last_failed_at is not null
                and attempts.last_failed_at
                > coalesce(attempts.last_succeeded_at, orders.created_at)
                then 'unpaid'
            when attempts.captured_amount > 0 then 'partially_paid'
            when
                attempts.authorised_at is not null
                and attempts.authorised_at > coalesce(attempts.voided_at, orders.created_at)
                then 'authorised'
            when attempts.last_failed_at is not null then 'unpaid'
            else 'pending'
        end as payment_state
    from orders
    left join attempts
        on
            orders.account = attempts.account
            and orders.order_id = attempts.order_id
            and orders.currency = attempts.currency
)

select * from collected
