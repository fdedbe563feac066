-- Treasury numbers its own corrections, so a version is part of a rate's key.
with

newest_rows as (
    {{
        newest_versions(
            'raw_treasury',
            'rates',
            key=['rate_date', 'from_currency', 'to_currency', 'kind', 'version'],
        )
    }}
),

renamed as (
    select
        'treasury' as system,
        account,
        cast(rate_date as date) as rate_date,
        {{ to_text('from_currency') }} as from_currency,
        {{ to_text('to_currency') }} as to_currency,
        lower({{ to_text('kind') }}) as kind,
        cast(rate as decimal(18, 10)) as rate,
        cast(version as bigint) as version,
        lower({{ to_text('status') }}) as status,
        {{ to_text('author') }} as author,
        {{ to_text('approved_by') }} as approved_by,
        cast(approved_at as timestamp) as approved_at,
        cast(updated_at as timestamp) as updated_at,
        cast(_version_at as timestamp) as _version_at,
        cast(_received_at as timestamp) as _received_at
    from newest_rows
)

select * from renamed
