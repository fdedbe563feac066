with

receivables as (
    select * from {{ ref('int_receivables__converted') }}
),

orders_keyed as (
    select * from {{ ref('int_orders__keyed') }}
),

owing as (
    select
        orders_keyed.customer_key,
        case
            when sum(case when receivables.outstanding_amount_group is null then 1 else 0 end) = 0
                then sum(receivables.outstanding_amount_group)
        end as unpaid_amount_group
    from receivables
    inner join orders_keyed
        on
            receivables.account = orders_keyed.account
            and receivables.order_id = orders_keyed.order_id
    where orders_keyed.customer_key is not null
    group by orders_keyed.customer_key
)

select * from owing
