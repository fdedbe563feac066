-- What placed orders are still owed, at the rate of the order's day. Ended orders owe nothing.
with

orders as (
    select * from {{ ref('int_orders__dated') }}
    where not is_test
),

rates as (
    select * from {{ ref('int_fx_rates__daily') }}
),

owed as (
    select
        account,
        order_id,
        order_date,
        currency,
        group_currency,
        case when is_cancelled_or_voided then cast(0 as decimal(38, 4)) else outstanding_amount end
            as outstanding_amount
    from orders
),

converted as (
    select
        owed.account,
        owed.order_id,
        owed.currency,
        owed.outstanding_amount,
        case
            when owed.currency = owed.group_currency then owed.outstanding_amount
            when owed.outstanding_amount = 0 then cast(0 as decimal(38, 4))
            else {{ convert('owed.outstanding_amount', 'rates.rate') }}
        end as outstanding_amount_group
    from owed
    left join rates
        on
            owed.currency = rates.from_currency
            and owed.group_currency = rates.to_currency
            and owed.order_date = rates.day
)

select * from converted
