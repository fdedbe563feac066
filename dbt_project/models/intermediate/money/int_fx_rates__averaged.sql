-- The two other bases for currencies the ECB quotes: the mean of a month's daily rates, and its
-- last. Only months that are over, and a last rate of their last 7 days, as for every day;
-- treasury's own of either kind win wherever a rate is chosen.
with

ecb_rates as (
    select * from {{ ref('stg_ecb__exchange_rates') }}
),

accounts as (
    select * from {{ ref('stg_group__accounts') }}
),

run_context as (
    select * from {{ ref('stg_group__run_context') }}
),

ranked as (
    select
        ecb_rates.*,
        {{ first_of_month('rate_date') }} as month,
        row_number() over (
            partition by rate_date, from_currency, to_currency
            order by version desc nulls last
        ) as version_rank
    from ecb_rates
),

daily as (
    select
        ranked.*,
        row_number() over (
            partition by month, from_currency, to_currency
            order by rate_date desc nulls last
        ) as rank_from_end
    from ranked
    where version_rank = 1
),

monthly as (
    select
        from_currency,
        to_currency,
        month,
        {{ days_after(dbt.dateadd('month', 1, 'month'), -1) }} as rate_date,
        {{ divide_rates('sum(rate)', 'count(*)') }} as average_rate,
        max(case when rank_from_end = 1 then rate end) as last_rate,
        max(daily.rate_date) as last_rate_date,
        sum(version) - count(*) + 1 as average_version,
        max(case when rank_from_end = 1 then version end) as last_version
    from daily
    group by from_currency, to_currency, month
),

euro_legs as (
    select
        to_currency as currency,
        rate_date,
        'month_average' as kind,
        average_rate as rate,
        average_version as version
    from monthly
    union all
    select
        to_currency as currency,
        rate_date,
        'closing' as kind,
        last_rate as rate,
        last_version as version
    from monthly
    where last_rate_date >= {{ days_after('rate_date', -7) }}
),

over_months as (
    select euro_legs.*
    from euro_legs
    inner join run_context on euro_legs.rate_date < cast(run_context.as_of as date)
),

with_euro as (
    select
        currency,
        rate_date,
        kind,
        rate,
        version
    from over_months
    union all
    select distinct
        'EUR' as currency,
        rate_date,
        kind,
        cast(1 as decimal(18, 10)) as rate,
        1 as version
    from over_months
),

group_currencies as (
    select distinct group_currency from accounts
),

averaged as (
    select
        legs.rate_date,
        legs.currency as from_currency,
        targets.currency as to_currency,
        legs.kind,
        {{ divide_rates('targets.rate', 'legs.rate') }} as rate,
        'ecb' as source,
        'ecb' as waits_for,
        cast(legs.version + targets.version - 1 as bigint) as version,
        case when legs.kind = 'closing' then 'last' else 'average' end as derivation
    from with_euro as legs
    inner join group_currencies on legs.currency <> group_currencies.group_currency
    inner join with_euro as targets
        on
            legs.rate_date = targets.rate_date
            and legs.kind = targets.kind
            and group_currencies.group_currency = targets.currency
)

select * from averaged
