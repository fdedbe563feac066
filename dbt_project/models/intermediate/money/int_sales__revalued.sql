-- Net sales of each month on the three bases: each day's rate as booked, the month's average, its
-- closing rate. The last two only once the month is over; treasury's own rate wins, then the
-- highest version.
with

ledger as (
    select * from {{ ref('int_ledger_entries__booked') }}
    where kind in ('sale', 'discount', 'return')
),

accounts as (
    select * from {{ ref('stg_group__accounts') }}
),

rates as (
    select * from {{ ref('int_fx_rates__approved') }}
    where kind in ('month_average', 'closing')
),

ranked as (
    select
        rates.*,
        {{ first_of_month('rate_date') }} as period,
        row_number() over (
            partition by kind, from_currency, to_currency, {{ first_of_month('rate_date') }}
            order by
                rate_date desc nulls last,
                case when source = 'treasury' then 0 else 1 end asc nulls last,
                version desc nulls last
        ) as preference
    from rates
),

months as (
    select
        system,
        account,
        legal_entity,
        currency,
        {{ first_of_month('event_date') }} as period,
        sum(amount) as net_sales_amount,
        sum(amount_group) as net_sales_amount_group,
        sum(case when amount_group is null then 1 else 0 end) as unconverted_rows_count
    from ledger
    group by system, account, legal_entity, currency, {{ first_of_month('event_date') }}
),

rated as (
    select
        months.*,
        accounts.group_currency,
        averages.rate_id as month_average_rate_id,
        averages.rate as month_average_rate,
        closings.rate_id as closing_rate_id,
        closings.rate as closing_rate
    from months
    left join accounts
        on
            months.system = accounts.system
            and months.account = accounts.account
    left join ranked as averages
        on
            months.currency = averages.from_currency
            and accounts.group_currency = averages.to_currency
            and months.period = averages.period
            and averages.kind = 'month_average'
            and averages.preference = 1
    left join ranked as closings
        on
            months.currency = closings.from_currency
            and accounts.group_currency = closings.to_currency
            and months.period = closings.period
            and closings.kind = 'closing'
            and closings.preference = 1
),

revalued as (
    select
        system,
        account,
        legal_entity,
        period,
        currency,
        net_sales_amount,
        net_sales_amount_group,
        unconverted_rows_count,
        month_average_rate_id,
        closing_rate_id,
        case
            when currency = group_currency then net_sales_amount
            else {{ convert('net_sales_amount', 'month_average_rate') }}
        end as net_sales_month_average_amount_group,
        case
            when currency = group_currency then net_sales_amount
            else {{ convert('net_sales_amount', 'closing_rate') }}
        end as net_sales_closing_amount_group
    from rated
)

select * from revalued
