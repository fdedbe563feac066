-- Every ledger row of net sales, and where LTV puts it: with a customer, or on a named line
-- outside.
with

ledger as (
    select * from {{ ref('int_ledger_entries__booked') }}
    where kind in ('sale', 'discount', 'return')
),

orders_keyed as (
    select * from {{ ref('int_orders__keyed') }}
),

customers as (
    select * from {{ ref('int_customers__described') }}
),

first_orders as (
    select * from {{ ref('int_customers__first_ordered') }}
),

attributed as (
    select
        ledger.account,
        ledger.ledger_id,
        ledger.order_id,
        orders_keyed.customer_key,
        ledger.event_date,
        ledger.currency,
        ledger.amount,
        ledger.amount_group,
        first_orders.first_order_date,
        case
            when ledger.amount_group is null then 'unconverted'
            when orders_keyed.customer_key is null then 'no_customer_key'
            when first_orders.customer_key is null then 'no_first_order'
            when customers.is_identified then 'identified_customers'
            else 'unidentified_customers'
        end as bridge_line
    from ledger
    left join orders_keyed
        on
            ledger.account = orders_keyed.account
            and ledger.order_id = orders_keyed.order_id
    left join customers on orders_keyed.customer_key = customers.customer_key
    left join first_orders on orders_keyed.customer_key = first_orders.customer_key
)

select * from attributed
