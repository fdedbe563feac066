-- Goods in group money at the rate of the day the line was sold: the sale's own rate.
with

lines as (
    select * from {{ ref('int_line_costs__dated') }}
),

accounts as (
    select * from {{ ref('stg_group__accounts') }}
    where system = 'shopify'
),

rates as (
    select * from {{ ref('int_fx_rates__daily') }}
),

converted as (
    select
        lines.*,
        case
            when lines.quantity = 0 then cast(0 as decimal(38, 4))
            when lines.currency = accounts.group_currency then lines.cogs_amount
            else {{ convert('lines.cogs_amount', 'rates.rate') }}
        end as cogs_amount_group
    from lines
    left join accounts on lines.account = accounts.account
    left join rates
        on
            lines.currency = rates.from_currency
            and accounts.group_currency = rates.to_currency
            and lines.sold_date = rates.day
)

select * from converted
