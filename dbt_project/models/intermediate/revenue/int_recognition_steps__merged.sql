{{ config(materialized='view') }}

-- The moments at which an order's net sales or what has left the house change, with what they add.
with

orders as (
    select * from {{ ref('int_orders__dated') }}
    where not is_test
),

fulfillments as (
    select * from {{ ref('stg_shopify__fulfillments') }}
    where status = 'success'
),

ledger as (
    select * from {{ ref('int_ledger_entries__booked') }}
    where kind in ('sale', 'discount', 'return')
),

steps as (
    select
        account,
        order_id,
        event_at,
        currency,
        sum(amount) as amount,
        sum(amount_group) as amount_group,
        sum(case when amount_group is null then 1 else 0 end) as unconverted_rows_count,
        0 as quantity
    from ledger
    group by account, order_id, event_at, currency
    union all
    select
        fulfillments.account,
        fulfillments.order_id,
        fulfillments.created_at as event_at,
        orders.currency,
        cast(0 as decimal(38, 4)) as amount,
        cast(0 as decimal(38, 4)) as amount_group,
        0 as unconverted_rows_count,
        sum(coalesce(fulfillments.quantity, 0)) as quantity
    from fulfillments
    inner join orders
        on
            fulfillments.account = orders.account
            and fulfillments.order_id = orders.order_id
    group by
        fulfillments.account,
        fulfillments.order_id,
        fulfillments.created_at,
        orders.currency
),

merged as (
    select
        account,
        order_id,
        event_at,
        currency,
        sum(amount) as amount,
        sum(amount_group) as amount_group,
        sum(unconverted_rows_count) as unconverted_rows_count,
        sum(quantity) as quantity
    from steps
    group by account, order_id, event_at, currency
)

select * from merged
