-- Whose orders the charges of each PSP customer are for, paid or tried: one shop customer, or
-- nobody's word is taken. A card on a till or in a family pays for several; its metadata comes
-- first.
with

psp_customers as (
    select * from {{ ref('int_psp_customers__unioned') }}
),

charges as (
    select * from {{ ref('int_psp_charges__unioned') }}
    where customer_source_id is not null
),

orders as (
    select * from {{ ref('stg_shopify__orders') }}
    where customer_id is not null and not is_test
),

paid as (
    select
        charges.system,
        charges.account,
        charges.customer_source_id,
        orders.system as order_system,
        orders.account as order_account,
        orders.customer_id as shop_customer_id,
        charges.order_id,
        charges.created_at,
        row_number() over (
            partition by
                charges.account, charges.customer_source_id, orders.account, orders.customer_id
            order by charges.created_at asc nulls last, charges.order_id asc nulls last
        ) as charge_rank
    from charges
    inner join orders
        on
            charges.order_account = orders.account
            and charges.order_id = orders.order_id
),

first_paid as (
    select
        paid.*,
        count(*) over (partition by account, customer_source_id, order_account)
            as shop_customers_count
    from paid
    where charge_rank = 1
),

matched as (
    select
        first_paid.system,
        first_paid.account,
        first_paid.customer_source_id,
        first_paid.order_system,
        first_paid.order_account,
        first_paid.shop_customer_id,
        first_paid.order_id,
        first_paid.created_at,
        case
            when
                psp_customers.shop_account = first_paid.order_account
                and psp_customers.shop_customer_id <> first_paid.shop_customer_id
                then 'another_customer_named'
            when
                psp_customers.shop_account = first_paid.order_account
                and psp_customers.shop_customer_id = first_paid.shop_customer_id
                then 'said_already'
            when first_paid.shop_customers_count > 1 then 'several_customers'
        end as refusal
    from first_paid
    left join psp_customers
        on
            first_paid.system = psp_customers.system
            and first_paid.account = psp_customers.account
            and first_paid.customer_source_id = psp_customers.customer_id
)

select * from matched
