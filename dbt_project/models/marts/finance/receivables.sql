with

orders as (
    select * from {{ ref('int_orders__dated') }}
    where not is_test
),

receivables as (
    select * from {{ ref('int_receivables__converted') }}
    where outstanding_amount <> 0
),

collected as (
    select * from {{ ref('int_orders__collected') }}
),

orders_keyed as (
    select * from {{ ref('int_orders__keyed') }}
),

run_context as (
    select * from {{ ref('stg_group__run_context') }}
),

aged as (
    select
        orders.system,
        orders.account,
        orders.legal_entity,
        orders.order_id,
        orders_keyed.customer_key,
        orders.order_name,
        orders.order_date,
        orders.is_b2b,
        collected.payment_state,
        collected.payments_count,
        collected.failed_attempts_count,
        collected.last_failed_at,
        receivables.currency,
        receivables.outstanding_amount,
        receivables.outstanding_amount_group,
        {{
            days_between('orders.order_date', local_date('run_context.as_of', 'orders.zone'))
        }} as age_days
    from receivables
    cross join run_context
    inner join orders
        on
            receivables.account = orders.account
            and receivables.order_id = orders.order_id
    left join collected
        on
            receivables.account = collected.account
            and receivables.order_id = collected.order_id
    left join orders_keyed
        on
            receivables.account = orders_keyed.account
            and receivables.order_id = orders_keyed.order_id
)

select
    system,
    account,
    legal_entity,
    order_id,
    customer_key,
    order_name,
    order_date,
    is_b2b,
    payment_state,
    cast(payments_count as bigint) as payments_count,
    cast(failed_attempts_count as bigint) as failed_attempts_count,
    last_failed_at,
    cast(age_days as bigint) as age_days,
    case
        when outstanding_amount < 0 then 'owed to the buyer'
        when age_days <= 30 then '0-30'
        when age_days <= 60 then '31-60'
        when age_days <= 90 then '61-90'
        else 'over 90'
    end as age_bracket,
    currency,
    cast(outstanding_amount as decimal(38, 4)) as outstanding_amount,
    cast(outstanding_amount_group as decimal(38, 4)) as outstanding_amount_group
from aged
