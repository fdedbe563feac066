-- Taxes with where they are owed and in group money, at the rate the ledger gave the tax of the
-- sale.
with

taxes as (
    select * from {{ ref('int_order_taxes__split') }}
),

orders as (
    select * from {{ ref('int_orders__dated') }}
),

subjects as (
    select * from {{ ref('int_sale_entries__split') }}
    where kind = 'tax'
),

shops as (
    select * from {{ ref('stg_shopify__shops') }}
),

rates as (
    select * from {{ ref('int_fx_rates__daily') }}
),

rated as (
    select
        orders.system,
        taxes.account,
        orders.legal_entity,
        taxes.tax_line_id,
        taxes.order_id,
        taxes.line_id,
        taxes.sale_id,
        taxes.kind,
        taxes.event_at,
        taxes.event_date,
        {{ first_of_month('taxes.event_date') }} as period,
        coalesce(
            orders.shipping_country, orders.billing_country, shops.country, 'unknown'
        ) as country,
        orders.shipping_province as province,
        taxes.tax_name,
        taxes.tax_rate,
        case when taxes.is_collected_by_channel then 'channel' else 'merchant' end as collected_by,
        taxes.currency,
        taxes.taxable_amount,
        taxes.tax_amount,
        orders.group_currency,
        coalesce(subjects.rate_date, orders.order_date) as rate_date
    from taxes
    inner join orders
        on
            taxes.account = orders.account
            and taxes.order_id = orders.order_id
    left join shops on taxes.account = shops.account
    left join subjects
        on
            taxes.account = subjects.account
            and taxes.sale_id || ':tax' = subjects.ledger_id
),

converted as (
    select
        rated.*,
        case
            when rated.currency = rated.group_currency then rated.tax_amount
            else {{ convert('rated.tax_amount', 'rates.rate') }}
        end as tax_amount_group
    from rated
    left join rates
        on
            rated.currency = rates.from_currency
            and rated.group_currency = rates.to_currency
            and rated.rate_date = rates.day
)

select * from converted
