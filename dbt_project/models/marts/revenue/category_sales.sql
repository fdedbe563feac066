with

ledger as (
    select * from {{ ref('int_ledger_entries__booked') }}
    where kind in ('sale', 'discount', 'return')
),

line_items as (
    select * from {{ ref('stg_shopify__line_items') }}
),

products as (
    select * from {{ ref('stg_shopify__products') }}
),

placed as (
    select
        ledger.system,
        ledger.account,
        ledger.legal_entity,
        ledger.event_date,
        ledger.kind,
        ledger.currency,
        ledger.amount,
        ledger.amount_group,
        line_items.bundle_id,
        case
            when ledger.line_id is null then 'no goods'
            else coalesce(nullif(products.product_type, ''), 'uncategorised')
        end as category
    from ledger
    left join line_items
        on
            ledger.account = line_items.account
            and ledger.order_id = line_items.order_id
            and ledger.line_id = line_items.line_id
    left join products
        on
            line_items.account = products.account
            and line_items.product_id = products.product_id
),

summed as (
    select
        system,
        account,
        legal_entity,
        event_date,
        category,
        currency,
        sum(case when kind = 'sale' then amount else 0 end) as gross_sales_amount,
        -sum(case when kind = 'discount' then amount else 0 end) as discounts_amount,
        -sum(case when kind = 'return' then amount else 0 end) as returns_amount,
        sum(amount) as net_sales_amount,
        case
            when sum(case when amount_group is null then 1 else 0 end) = 0 then sum(amount_group)
        end as net_sales_amount_group,
        sum(case when bundle_id is not null then amount else 0 end) as bundled_net_sales_amount
    from placed
    group by system, account, legal_entity, event_date, category, currency
)

select
    system,
    account,
    legal_entity,
    event_date as date,
    category,
    currency,
    cast(gross_sales_amount as decimal(38, 4)) as gross_sales_amount,
    cast(discounts_amount as decimal(38, 4)) as discounts_amount,
    cast(returns_amount as decimal(38, 4)) as returns_amount,
    cast(net_sales_amount as decimal(38, 4)) as net_sales_amount,
    cast(net_sales_amount_group as decimal(38, 4)) as net_sales_amount_group,
    cast(bundled_net_sales_amount as decimal(38, 4)) as bundled_net_sales_amount
from summed
