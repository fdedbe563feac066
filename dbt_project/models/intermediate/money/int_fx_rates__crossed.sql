-- X to Y over the euro, into the group's and its accounts' currencies only: all pairs would be a
-- thousand rates a day that nobody reads. ECB's leg first; treasury's where ECB has none.
with

ecb_rates as (
    select * from {{ ref('stg_ecb__exchange_rates') }}
),

treasury_rates as (
    select * from {{ ref('stg_treasury__rates') }}
),

accounts as (
    select * from {{ ref('stg_group__accounts') }}
),

targets as (
    select currency from accounts
    union
    select group_currency as currency from accounts
),

euro_legs as (
    select
        rate_date,
        to_currency as currency,
        rate,
        'ecb' as source,
        1 as preference,
        version,
        'provisional' as status,
        'ecb' as waits_for,
        cast(null as {{ dbt.type_string() }}) as approved_by,
        cast(null as timestamp) as approved_at
    from ecb_rates
    where from_currency = 'EUR'
    union all
    select
        rate_date,
        to_currency as currency,
        rate,
        'treasury' as source,
        2 as preference,
        version,
        {{ approval_status() }} as status,
        case when {{ approval_status() }} = 'approved' then null else 'treasury' end as waits_for,
        approved_by,
        approved_at
    from treasury_rates
    where from_currency = 'EUR' and kind = 'transaction'
    union all
    select
        rate_date,
        from_currency as currency,
        {{ divide_rates('1', 'rate') }} as rate,
        'treasury' as source,
        3 as preference,
        version,
        {{ approval_status() }} as status,
        case when {{ approval_status() }} = 'approved' then null else 'treasury' end as waits_for,
        approved_by,
        approved_at
    from treasury_rates
    where to_currency = 'EUR' and kind = 'transaction'
),

ranked as (
    select
        euro_legs.*,
        row_number() over (
            partition by rate_date, currency
            order by preference asc nulls last, version desc nulls last
        ) as leg_rank
    from euro_legs
),

legs as (
    select *
    from ranked
    where leg_rank = 1
),

crossed as (
    select
        from_legs.rate_date,
        from_legs.currency as from_currency,
        to_legs.currency as to_currency,
        'transaction' as kind,
        {{ divide_rates('to_legs.rate', 'from_legs.rate') }} as rate,
        case
            when from_legs.source = 'ecb' and to_legs.source = 'ecb' then 'ecb' else 'treasury'
        end as source,
        from_legs.version + to_legs.version - 1 as version,
        case
            when from_legs.status = 'approved' and to_legs.status = 'approved' then 'approved'
            else 'provisional'
        end as status,
        case
            when from_legs.waits_for = 'treasury' or to_legs.waits_for = 'treasury' then 'treasury'
            else coalesce(from_legs.waits_for, to_legs.waits_for)
        end as waits_for,
        case
            when from_legs.status = 'approved' and to_legs.status = 'approved'
                then to_legs.approved_by
        end as approved_by,
        case
            when from_legs.status = 'approved' and to_legs.status = 'approved'
                then greatest(from_legs.approved_at, to_legs.approved_at)
        end as approved_at
    from legs as from_legs
    inner join targets on from_legs.currency <> targets.currency
    inner join legs as to_legs
        on
            from_legs.rate_date = to_legs.rate_date
            and targets.currency = to_legs.currency
)

select * from crossed
