-- Rates as quoted, their inverses, and the crosses that the group's own currencies need.
with

ecb_rates as (
    select * from {{ ref('stg_ecb__exchange_rates') }}
),

treasury_rates as (
    select * from {{ ref('stg_treasury__rates') }}
),

crosses as (
    select * from {{ ref('int_fx_rates__crossed') }}
),

quoted as (
    select
        rate_date,
        from_currency,
        to_currency,
        'transaction' as kind,
        rate,
        'ecb' as source,
        version,
        'provisional' as status,
        'ecb' as waits_for,
        cast(null as {{ dbt.type_string() }}) as approved_by,
        cast(null as timestamp) as approved_at
    from ecb_rates
    union all
    select
        rate_date,
        from_currency,
        to_currency,
        kind,
        rate,
        'treasury' as source,
        version,
        {{ approval_status() }} as status,
        case when {{ approval_status() }} = 'approved' then null else 'treasury' end as waits_for,
        case when {{ approval_status() }} = 'approved' then approved_by end as approved_by,
        case when {{ approval_status() }} = 'approved' then approved_at end as approved_at
    from treasury_rates
),

derived as (
    select
        rate_date,
        from_currency,
        to_currency,
        kind,
        rate,
        source,
        version,
        status,
        waits_for,
        approved_by,
        approved_at,
        'quoted' as derivation,
        1 as derivation_rank
    from quoted
    union all
    select
        rate_date,
        to_currency as from_currency,
        from_currency as to_currency,
        kind,
        {{ divide_rates('1', 'rate') }} as rate,
        source,
        version,
        status,
        waits_for,
        approved_by,
        approved_at,
        'inverse' as derivation,
        2 as derivation_rank
    from quoted
    union all
    select
        rate_date,
        from_currency,
        to_currency,
        kind,
        rate,
        source,
        version,
        status,
        waits_for,
        approved_by,
        approved_at,
        'cross' as derivation,
        3 as derivation_rank
    from crosses
),

ranked as (
    select
        derived.*,
        row_number() over (
            partition by source, kind, from_currency, to_currency, rate_date, version
            order by derivation_rank asc nulls last
        ) as preference
    from derived
),

identified as (
    select
        source || ':' || kind || ':' || from_currency || ':' || to_currency || ':'
        || {{ to_text('rate_date') }} || ':v' || {{ to_text('version') }} as rate_id,
        rate_date,
        from_currency,
        to_currency,
        kind,
        rate,
        source,
        derivation,
        version,
        status,
        waits_for,
        approved_by,
        approved_at
    from ranked
    where preference = 1
)

select * from identified
