-- The 7-day rule: of a day's candidates the latest date wins, then treasury's own over ECB's, then
-- the highest version. A day without a row has no rate, and nothing is interpolated.
with

rates as (
    select * from {{ ref('int_fx_rates__unioned') }}
),

accounts as (
    select * from {{ ref('stg_group__accounts') }}
),

group_currencies as (
    select distinct group_currency from accounts
),

ages as (
    select 0 as age_days
    union all
    select 1 as age_days
    union all
    select 2 as age_days
    union all
    select 3 as age_days
    union all
    select 4 as age_days
    union all
    select 5 as age_days
    union all
    select 6 as age_days
    union all
    select 7 as age_days
),

candidates as (
    select
        rates.from_currency,
        rates.to_currency,
        rates.rate_id,
        rates.rate,
        rates.source,
        rates.status,
        rates.version,
        rates.rate_date,
        ages.age_days,
        {{ days_after('rates.rate_date', 'ages.age_days') }} as day
    from rates
    inner join group_currencies on rates.to_currency = group_currencies.group_currency
    cross join ages
    where rates.kind = 'transaction'
),

ranked as (
    select
        candidates.*,
        row_number() over (
            partition by from_currency, to_currency, day
            order by
                age_days asc nulls last,
                case when source = 'treasury' then 0 else 1 end asc nulls last,
                version desc nulls last
        ) as preference
    from candidates
),

chosen as (
    select
        from_currency,
        to_currency,
        day,
        rate_id,
        rate,
        source,
        status,
        rate_date
    from ranked
    where preference = 1
)

select * from chosen
