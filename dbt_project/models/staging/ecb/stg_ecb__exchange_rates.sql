-- Not only the newest: a rate that the ECB corrects is a new version, and the one that was used
-- stays.
with

ordered as (
    select
        rates.*,
        lag(rates.obs_value) over (
            partition by rates.account, rates.currency, rates.currency_denom, rates.time_period
            order by
                rates._version_at asc nulls first,
                rates._received_at asc nulls first,
                rates._version_hash asc nulls first
        ) as previous_value
    from {{ source('raw_ecb', 'exchange_rates') }} as rates
    where
        {{ in_complete_load('raw_ecb', 'rates') }}
        and not rates._deleted
),

changes as (
    select ordered.*
    from ordered
    where ordered.previous_value is null or ordered.previous_value <> ordered.obs_value
),

renamed as (
    select
        'ecb' as system,
        account,
        cast(time_period as date) as rate_date,
        {{ to_text('currency_denom') }} as from_currency,
        {{ to_text('currency') }} as to_currency,
        cast(obs_value as decimal(18, 10)) as rate,
        cast(
            row_number() over (
                partition by account, currency, currency_denom, time_period
                order by
                    _version_at asc nulls first,
                    _received_at asc nulls first,
                    _version_hash asc nulls first
            ) as bigint
        ) as version,
        cast(_version_at as timestamp) as _version_at,
        cast(_received_at as timestamp) as _received_at
    from changes
)

select * from renamed
