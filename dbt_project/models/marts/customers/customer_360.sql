with

customers as (
    select * from {{ ref('int_customers__described') }}
),

first_orders as (
    select * from {{ ref('int_customers__first_ordered') }}
),

values_by_customer as (
    select * from {{ ref('int_customers__valued') }}
),

net_sales as (
    select * from {{ ref('int_net_sales__attributed') }}
),

segments as (
    select * from {{ ref('int_customers__segmented') }}
),

owing as (
    select * from {{ ref('int_customers__owing') }}
),

shipped as (
    select * from {{ ref('int_customers__shipped') }}
),

bought as (
    select
        customer_key,
        sum(amount_group) as net_sales_amount_group,
        max(case when amount_group is null then 1 else 0 end) as unconverted_flag
    from net_sales
    group by customer_key
),

joined as (
    select
        customers.customer_key,
        customers.is_identified,
        coalesce(customers.record_country, first_orders.last_country) as country,
        coalesce(customers.record_language, first_orders.last_language) as language,
        first_orders.first_order_date,
        first_orders.last_order_date,
        cast(coalesce(first_orders.orders_count, 0) as bigint) as orders_count,
        cast(coalesce(bought.net_sales_amount_group, 0) as decimal(38, 4))
            as net_sales_amount_group,
        cast(coalesce(values_by_customer.ltv_amount_group, 0) as decimal(38, 4))
            as ltv_amount_group,
        cast(null as decimal(38, 4)) as ltv_margin_amount_group,
        segments.segment,
        first_orders.first_source,
        first_orders.last_source,
        cast(null as bigint) as open_tickets_count,
        shipped.last_shipment_status,
        cast(null as bigint) as disputes_count,
        cast(
            case when owing.customer_key is null then 0 else owing.unpaid_amount_group end
            as decimal(38, 4)
        ) as unpaid_amount_group,
        cast(null as {{ dbt.type_string() }}) as company_key,
        cast(customers.source_records_count as bigint) as source_records_count,
        cast(customers.accounts_count as bigint) as accounts_count,
        customers.has_role_address,
        customers.is_without_email,
        coalesce(bought.unconverted_flag, 0) = 1 as has_unconverted_amounts
    from customers
    left join first_orders on customers.customer_key = first_orders.customer_key
    left join values_by_customer on customers.customer_key = values_by_customer.customer_key
    left join bought on customers.customer_key = bought.customer_key
    left join segments on customers.customer_key = segments.customer_key
    left join owing on customers.customer_key = owing.customer_key
    left join shipped on customers.customer_key = shipped.customer_key
)

select
    customer_key,
    is_identified,
    country,
    language,
    first_order_date,
    last_order_date,
    orders_count,
    net_sales_amount_group,
    ltv_amount_group,
    ltv_margin_amount_group,
    segment,
    first_source,
    last_source,
    open_tickets_count,
    last_shipment_status,
    disputes_count,
    unpaid_amount_group,
    company_key,
    source_records_count,
    accounts_count,
    has_role_address,
    is_without_email,
    has_unconverted_amounts
from joined
