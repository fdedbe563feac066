-- Every entry at its rate: a reversal's is that of the sale it reverses, so that a full reversal
-- nets to nothing; any other's is the rate of its own day. No rate leaves the group amount null.
with

sale_entries as (
    select * from {{ ref('int_sale_entries__split') }}
),

rounding_entries as (
    select * from {{ ref('int_rounding_entries__dated') }}
),

reversal_entries as (
    select * from {{ ref('int_ended_orders__reversed') }}
),

rates as (
    select * from {{ ref('int_fx_rates__daily') }}
),

entries as (
    select * from sale_entries
    union all
    select * from rounding_entries
    union all
    select * from reversal_entries
),

rated as (
    select
        entries.*,
        case
            when entries.currency = entries.group_currency then cast(1 as decimal(18, 10))
            else rates.rate
        end as rate,
        case
            when entries.currency = entries.group_currency then 'identity:' || entries.currency
            else rates.rate_id
        end as rate_id,
        case
            when entries.rate_date = entries.event_date then rates.rate
            else day_rates.rate
        end as day_rate,
        case
            when entries.rate_date = entries.event_date then rates.rate_id
            else day_rates.rate_id
        end as day_rate_id
    from entries
    left join rates
        on
            entries.currency = rates.from_currency
            and entries.group_currency = rates.to_currency
            and entries.rate_date = rates.day
    left join rates as day_rates
        on
            entries.currency = day_rates.from_currency
            and entries.group_currency = day_rates.to_currency
            and entries.event_date = day_rates.day
            and entries.event_date <> entries.rate_date
),

converted as (
    select
        rated.*,
        {{ convert('amount', 'rate') }} as amount_group,
        case
            when currency <> group_currency and event_date <> rate_date
                then {{ convert('amount', 'day_rate') }} - {{ convert('amount', 'rate') }}
        end as fx_difference_group
    from rated
)

select * from converted
