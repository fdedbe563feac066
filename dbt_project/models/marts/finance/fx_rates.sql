with

rates as (
    select * from {{ ref('int_fx_rates__approved') }}
),

accounts as (
    select * from {{ ref('stg_group__accounts') }}
),

group_currencies as (
    select distinct group_currency as currency from accounts
),

identities as (
    select
        'identity:' || currency as rate_id,
        cast('1999-01-01' as date) as rate_date,
        currency as from_currency,
        currency as to_currency,
        'transaction' as kind,
        cast(1 as decimal(18, 10)) as rate,
        'identity' as source,
        'identity' as derivation,
        cast(1 as bigint) as version,
        'approved' as status,
        cast(null as {{ dbt.type_string() }}) as approved_by,
        cast(null as timestamp) as approved_at,
        cast(null as {{ dbt.type_string() }}) as policy_id
    from group_currencies
),

unioned as (
    select
        rate_id,
        rate_date,
        from_currency,
        to_currency,
        kind,
        rate,
        source,
        derivation,
        version,
        status,
        approved_by,
        approved_at,
        policy_id
    from rates
    union all
    select
        rate_id,
        rate_date,
        from_currency,
        to_currency,
        kind,
        rate,
        source,
        derivation,
        version,
        status,
        approved_by,
        approved_at,
        policy_id
    from identities
)

select
    rate_id,
    rate_date,
    from_currency,
    to_currency,
    kind,
    rate,
    source,
    derivation,
    version,
    status,
    approved_by,
    approved_at,
    policy_id
from unioned
