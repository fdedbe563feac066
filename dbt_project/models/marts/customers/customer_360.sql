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

profiles as (
    select * from {{ ref('int_customers__profiled') }}
),

disputing as (
    select * from {{ ref('int_customers__disputing') }}
),

asking as (
    select * from {{ ref('int_customers__asking') }}
),

buying_for as (
    select * from {{ ref('int_customers__buying_for') }}
),

margined as (
    select * from {{ ref('int_customers__margined') }}
),

unpaid as (
    select * from {{ ref('int_customers__unpaid') }}
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
        customers.is_prospect,
        customers.is_b2b,
        coalesce(
            profiles.shop_country,
            first_orders.last_country,
            profiles.crm_country,
            profiles.psp_country
        ) as country,
        coalesce(profiles.shop_language, first_orders.last_language, profiles.crm_language)
            as language,
        first_orders.first_order_date,
        first_orders.last_order_date,
        cast(coalesce(first_orders.orders_count, 0) as bigint) as orders_count,
        cast(coalesce(bought.net_sales_amount_group, 0) as decimal(38, 4))
            as net_sales_amount_group,
        cast(coalesce(values_by_customer.ltv_amount_group, 0) as decimal(38, 4))
            as ltv_amount_group,
        cast(
            case when margined.customer_key is null then 0 else margined.ltv_margin_amount_group end
            as decimal(38, 4)
        ) as ltv_margin_amount_group,
        segments.segment,
        first_orders.first_source,
        first_orders.last_source,
        cast(coalesce(asking.open_tickets_count, 0) as bigint) as open_tickets_count,
        shipped.last_shipment_status,
        cast(coalesce(disputing.disputes_count, 0) as bigint) as disputes_count,
        cast(
            case when owing.customer_key is null then 0 else owing.unpaid_amount_group end
            as decimal(38, 4)
        ) as unpaid_amount_group,
        unpaid.customer_key is not null as has_unpaid_payment,
        coalesce(segments.segment = 'lapsed', false)
        and unpaid.customer_key is null
        and coalesce(owing.unpaid_amount_group, 0) <= 0 as is_reactivable,
        buying_for.company_key,
        customers.crm_contacts_count > 0 as has_crm_contact,
        cast(customers.crm_contacts_count as bigint) as crm_contacts_count,
        cast(customers.psp_customers_count as bigint) as psp_customers_count,
        profiles.vip_tier,
        profiles.lifecycle_stage,
        cast(customers.source_records_count as bigint) as source_records_count,
        cast(customers.accounts_count as bigint) as accounts_count,
        cast(customers.shops_count as bigint) as shops_count,
        customers.has_role_address,
        customers.is_without_email,
        coalesce(bought.unconverted_flag, 0) = 1 as has_unconverted_amounts
    from customers
    left join first_orders on customers.customer_key = first_orders.customer_key
    left join values_by_customer on customers.customer_key = values_by_customer.customer_key
    left join bought on customers.customer_key = bought.customer_key
    left join segments on customers.customer_key = segments.customer_key
    left join owing on customers.customer_key = owing.customer_key
    left join margined on customers.customer_key = margined.customer_key
    left join unpaid on customers.customer_key = unpaid.customer_key
    left join shipped on customers.customer_key = shipped.customer_key
    left join profiles on customers.customer_key = profiles.customer_key
    left join disputing on customers.customer_key = disputing.customer_key
    left join asking on customers.customer_key = asking.customer_key
    left join buying_for on customers.customer_key = buying_for.customer_key
)

select
    customer_key,
    is_identified,
    is_prospect,
    is_b2b,
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
    has_unpaid_payment,
    is_reactivable,
    company_key,
    has_crm_contact,
    crm_contacts_count,
    psp_customers_count,
    vip_tier,
    lifecycle_stage,
    source_records_count,
    accounts_count,
    shops_count,
    has_role_address,
    is_without_email,
    has_unconverted_amounts
from joined
