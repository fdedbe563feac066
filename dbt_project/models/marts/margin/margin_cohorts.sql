with

orders as (
    select * from {{ ref('int_order_margins__summed') }}
),

orders_keyed as (
    select * from {{ ref('int_orders__keyed') }}
),

customers as (
    select * from {{ ref('int_customers__valued') }}
),

placed as (
    select
        orders.account,
        orders.order_id,
        customers.cohort_month,
        coalesce(customers.is_identified, false) as is_identified,
        case
            when customers.customer_key is null then 'no_first_order'
            when orders.margin_amount_group is null then 'not_valued'
            else 'valued'
        end as line,
        orders.net_sales_amount_group,
        orders.shipping_amount_group,
        orders.cogs_amount_group,
        orders.shipping_cost_amount_group,
        orders.psp_fee_amount_group,
        orders.lost_dispute_amount_group,
        orders.margin_amount_group,
        orders.provision_amount_group
    from orders
    left join orders_keyed
        on
            orders.account = orders_keyed.account
            and orders.order_id = orders_keyed.order_id
    left join customers on orders_keyed.customer_key = customers.customer_key
)

select
    cohort_month,
    is_identified,
    line,
    {% for part in [
        'net_sales', 'shipping', 'cogs', 'shipping_cost', 'psp_fee', 'lost_dispute', 'margin',
        'provision'
    ] -%}
    cast(coalesce(sum({{ part }}_amount_group), 0) as decimal(38, 4))
        as {{ part }}_amount_group,
    {% endfor -%}
    cast(count(*) as bigint) as orders_count
from placed
group by cohort_month, is_identified, line
