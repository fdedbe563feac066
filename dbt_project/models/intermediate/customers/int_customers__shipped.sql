-- The state of each customer's newest shipment.
with

shipments as (
    select * from {{ ref('int_shipments__unioned') }}
),

orders_keyed as (
    select * from {{ ref('int_orders__keyed') }}
),

ranked as (
    select
        orders_keyed.customer_key,
        shipments.status as last_shipment_status,
        row_number() over (
            partition by orders_keyed.customer_key
            order by
                shipments.shipped_at desc nulls last,
                shipments.account desc nulls last,
                shipments.shipment_id desc nulls last
        ) as shipment_rank
    from shipments
    inner join orders_keyed
        on
            shipments.order_account = orders_keyed.account
            and shipments.order_id = orders_keyed.order_id
    where orders_keyed.customer_key is not null
),

shipped as (
    select
        customer_key,
        last_shipment_status
    from ranked
    where shipment_rank = 1
)

select * from shipped
