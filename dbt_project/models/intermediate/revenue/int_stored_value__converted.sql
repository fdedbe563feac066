-- Every movement at the rate of its day, with what its shop owes after it.
with

movements as (
    select * from {{ ref('int_stored_value__moved') }}
),

accounts as (
    select * from {{ ref('stg_group__accounts') }}
),

rates as (
    select * from {{ ref('int_fx_rates__daily') }}
),

converted as (
    select
        movements.*,
        {{ first_of_month('movements.event_date') }} as period,
        case
            when movements.currency = accounts.group_currency then movements.amount
            else {{ convert('movements.amount', 'rates.rate') }}
        end as amount_group,
        case
            when movements.currency = accounts.group_currency
                then 'identity:' || movements.currency
            else rates.rate_id
        end as rate_id,
        sum(movements.amount) over (
            partition by
                movements.system, movements.account, movements.instrument, movements.currency
            order by movements.event_at asc nulls last, movements.movement_id asc nulls last
            rows between unbounded preceding and current row
        ) as balance_amount
    from movements
    left join accounts
        on
            movements.system = accounts.system
            and movements.account = accounts.account
    left join rates
        on
            movements.currency = rates.from_currency
            and accounts.group_currency = rates.to_currency
            and movements.event_date = rates.day
)

select * from converted
